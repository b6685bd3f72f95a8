"""What is the same in every letter of a campaign is worked out once, not once per letter.

A template's printed expressions that hold nothing but the campaign's and the office's fields
("[nom des rencontres]", "[mois des rencontres, mois et année]") become names of ready values.
"""

from collections.abc import Mapping
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes

from outreach.letters import fields

_NAME = "fixed_{place}"


class Folded:
    """A template's tree with ready values in the place of what is fixed; changes the tree."""

    def __init__(self, sandbox: jinja2.Environment, tree: nodes.Template, path: str) -> None:
        own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
        known = fields.FIXED - own
        expressions: list[nodes.Expr] = []
        for output in tree.find_all(nodes.Output):
            for place, node in enumerate(output.nodes):
                if not isinstance(node, nodes.TemplateData) and _is_fixed(node, known):
                    name = _NAME.format(place=len(expressions))
                    expressions.append(node)
                    output.nodes[place] = nodes.Name(name, "load", lineno=node.lineno)
        self.there = bool(expressions)
        """Whether anything is fixed."""
        set_ = [
            nodes.Assign(nodes.Name(_NAME.format(place=place), "store"), node, lineno=node.lineno)
            for place, node in enumerate(expressions)
        ]
        values = nodes.Template(list[nodes.Node](set_), lineno=1)
        values.set_environment(sandbox)
        self._values = jinja2.Template.from_code(sandbox, _compiled(sandbox, values, path), {})
        self.template = jinja2.Template.from_code(sandbox, _compiled(sandbox, tree, path), {})

    def values(self, context: Mapping[str, object]) -> dict[str, Any] | None:
        """Return the ready values in a campaign's context; None where one cannot be worked out.

        Then the template as it was written says why, with the line.
        """
        try:
            module = self._values.make_module(dict(context), shared=True)
        except Exception:  # noqa: BLE001  # whatever a filter makes of an odd value
            return None
        return {key: value for key, value in vars(module).items() if key.startswith("fixed_")}


def _compiled(sandbox: jinja2.Environment, tree: nodes.Template, path: str) -> CodeType:
    return sandbox.compile(tree, path, path)


def _is_fixed(node: nodes.Node, known: frozenset[str]) -> bool:
    """Say whether an expression names only what is fixed, and calls nothing."""
    if any(True for _ in node.find_all((nodes.Call, nodes.Concat, nodes.BinExpr, nodes.UnaryExpr))):
        return False
    names = [node] if isinstance(node, nodes.Name) else list(node.find_all(nodes.Name))
    return bool(names) and all(name.name in known for name in names)
