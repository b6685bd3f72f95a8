"""A template's text, compiled: run it with a letter's fields to get a skeleton and its values.

Captures (macros, ``{% set %}…{% endset %}``, ``{% filter %}``) would see sentinels instead of
values; they are refused when the template is read. So are calls of anything but our few functions.
"""

import inspect
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError

from outreach.errors import N_, OutreachError, Phrase
from outreach.letters import fields, keys
from outreach.letters.folding import Folded
from outreach.letters.included import Line
from outreach.letters.keys import UNKNOWN
from outreach.letters.passes import CURRENT, SENTINEL, Pass, RunawayError, UnprintableError
from outreach.letters.problems import TemplateError
from outreach.letters.sandbox import MAX_FIELDS, Sandbox

MAX_OUTPUT = 200_000
"""Characters of one letter."""
MAX_CHUNKS = 100_000

_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set … endset",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
}
_FUNCTIONS = frozenset({"a_recu", "recibio", "range", "est"})


class Program:
    """One compiled text: run it with a context to get a skeleton and its values.

    ``lines`` say where each line of the text was written, ``path`` in which file most of it was;
    ``aliases`` are further names of fields, with the one name that the context has. Raises
    TemplateError where the text is not sound Jinja or holds what letters may not.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        text: str,
        *,
        path: str,
        lines: Sequence[Line],
        nonce: str,
        aliases: Mapping[str, str],
    ) -> None:
        self.path = path
        self._lines = lines
        self._sandbox = sandbox
        try:
            tree = sandbox.parse(text, path, path)
            self._check(tree)
            self.names = [(name, self._at(line).own) for name, line in _field_names(tree)]
            """Fields that the text names, in any branch, with the letter's lines."""
            self.paths = _paths(tree, aliases)
            """The same with their attributes, by their French names: "campagne.document.lien"."""
            self.steps = [(step, self._at(line).own) for step, line in _asked_steps(tree)]
            """Steps that it asks about with ``a_recu``, with the file's lines."""
            self._names = _written_names(tree, aliases)
            _rename(tree, aliases)
            code = sandbox.compile(tree, path, path)
            folded = Folded(sandbox, tree, path)
        except jinja2.TemplateSyntaxError as error:
            raise self._error(error.lineno, _syntax_words(error)) from error
        except (RecursionError, SyntaxError, MemoryError) as error:
            words = Phrase(N_("conditions or brackets are nested too deeply."))
            raise self._error(1, words) from error
        self._template = jinja2.Template.from_code(sandbox, code, {})
        self._folded = folded if folded.there else None
        self.sentinels = [SENTINEL.format(nonce=nonce, place=place) for place in range(MAX_FIELDS)]

    def fixed(self, context: Mapping[str, object]) -> dict[str, Any] | None:
        """Return what this text prints alike in every letter with the same fixed fields."""
        return None if self._folded is None else self._folded.values(context)

    def run(
        self, context: dict[str, object], fixed: Mapping[str, Any] | None = None
    ) -> tuple[str, Pass]:
        """Return the skeleton and the pass with its values. Raises TemplateError.

        ``fixed`` is what :meth:`fixed` gave for the same fixed fields; without it all is worked out.
        """
        template = self._template
        if fixed is not None and self._folded is not None:
            template = self._folded.template
            context.update(fixed)
        run = Pass(self, template)
        token = CURRENT.set(run)
        try:
            return self._output(template, context), run
        except OutreachError:
            raise
        except RunawayError as error:
            words = Phrase(
                N_("the template does more than a letter can need (“{what}”); make it simpler."),
                {"what": str(error)},
            )
            raise self._error(self._line_of(error), words) from error
        except UnprintableError as error:
            words = Phrase(
                N_("a field printed here is no word, number or date ({what})."),
                {"what": str(error)},
            )
            raise self._error(self._line_of(error), words) from error
        except SecurityError as error:
            words = Phrase(N_("a letter may not do this."))
            raise self._error(self._line_of(error), words) from error
        except Exception as error:
            # Whatever a filter makes of an odd argument: a person gets the line, not a traceback.
            words = Phrase(
                N_("a filter or a sum cannot work with this value ({why})."),
                {"why": f"{type(error).__name__}: {error}"},
            )
            raise self._error(self._line_of(error), words) from error
        finally:
            CURRENT.reset(token)

    def running_place(self) -> tuple[str, int]:
        """Return the file and line that is running now; called from below the template's frame."""
        at = self._at(self._running_line())
        return at.path, at.line

    def full_name(self, name: str | None) -> str:
        """Return ``organisation.nom`` for ``nom`` where the running line says so."""
        short = name or "?"
        return self._names.get((self._running_line(), short.rpartition(".")[2]), short)

    def _running_line(self) -> int:
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename != self.path:
            frame = frame.f_back
        return self._written_line(1 if frame is None else frame.f_lineno)

    def _output(self, template: jinja2.Template, context: dict[str, object]) -> str:
        made = template.root_render_func(template.new_context(context, shared=True))
        # Pieces are the template's own strings, not copies: their sum is known before any is made.
        chunks = list(islice(made, MAX_CHUNKS))
        if len(chunks) == MAX_CHUNKS or sum(map(len, chunks)) > MAX_OUTPUT:
            raise RunawayError("{% for %}")
        return "".join(chunks)

    def _check(self, tree: nodes.Template) -> None:
        """Refuse what letters may not hold; bound every loop."""
        for kind, tag in _FORBIDDEN.items():
            for node in tree.find_all(kind):
                words = Phrase(
                    N_("“{tag}” cannot be used in a letter; write the words out."), {"tag": tag}
                )
                raise self._error(node.lineno, words)
        for call in tree.find_all(nodes.Call):
            callee = call.node
            plain = call.dyn_args is None and call.dyn_kwargs is None and not call.kwargs
            if not (isinstance(callee, nodes.Name) and callee.name in _FUNCTIONS and plain):
                words = Phrase(
                    N_("only {known} may be called with brackets; use a filter (“| …”) instead."),
                    {"known": sorted(_FUNCTIONS)},
                )
                raise self._error(call.lineno, words)
        for reference in tree.find_all(nodes.NSRef):
            words = Phrase(
                N_("“{tag}” cannot be used in a letter; write the words out."),
                {"tag": "namespace"},
            )
            raise self._error(reference.lineno, words)
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                words = Phrase(
                    N_("“{tag}” cannot be used in a letter; write the words out."),
                    {"tag": "recursive"},
                )
                raise self._error(loop.lineno, words)
            loop.iter = nodes.Filter(
                loop.iter, "_each", [], [], None, None, lineno=loop.lineno
            ).set_environment(self._sandbox)

    def _error(self, line: int, words: Phrase) -> TemplateError:
        at = self._at(line)
        return TemplateError(
            path=at.path, line=at.line, reason=words, excerpt=at.words.strip()[:120]
        )

    def _at(self, line: int) -> Line:
        return self._lines[min(max(line, 1), len(self._lines)) - 1]

    def _line_of(self, error: BaseException) -> int:
        """Return the text's line at which ``error`` left the template."""
        line = 1
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.path:
                line = trace.tb_lineno
            trace = trace.tb_next
        return self._written_line(line)

    def _written_line(self, code_line: int) -> int:
        return CURRENT.get().template.get_corresponding_lineno(code_line)


def _field_names(tree: nodes.Template) -> list[tuple[str, int]]:
    """Return the names that come from outside, not from a loop or ``set`` of the text's own."""
    names = list(tree.find_all(nodes.Name))
    own = {node.name for node in names if node.ctx != "load"} | {"loop", "range", "est", UNKNOWN}
    return [(node.name, node.lineno) for node in names if node.name not in own]


def _paths(tree: nodes.Template, aliases: Mapping[str, str]) -> frozenset[str]:
    """Return each field with its attributes, by their French names."""
    found: set[str] = set()
    inner: set[int] = set()
    # From the outermost: "a.b" of "a.b.c" is no field of its own.
    for node in tree.find_all((nodes.Getattr, nodes.Name)):
        if id(node) in inner:
            continue
        path: list[str] = []
        base: nodes.Node = node
        while isinstance(base, nodes.Getattr):
            path.insert(0, base.attr)
            base = base.node
            inner.add(id(base))
        if isinstance(base, nodes.Name) and base.ctx == "load":
            root = aliases.get(base.name, base.name)
            french = fields.FRENCH_ATTRIBUTES.get(root, {})
            found.add(
                ".".join([root, *(french.get(key, keys.FRENCH.get(key, key)) for key in path)])
            )
    return frozenset(found)


def _asked_steps(tree: nodes.Template) -> list[tuple[str, int]]:
    """Return the steps named in ``a_recu("step")``."""
    return [
        (call.args[0].value, call.lineno)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name in {"a_recu", "recibio"}
        and len(call.args) == 1
        and isinstance(call.args[0], nodes.Const)
    ]


def _written_names(tree: nodes.Template, aliases: Mapping[str, str]) -> dict[tuple[int, str], str]:
    """Return each field and attribute as its writer wrote it, by line and by what we call it."""
    names: dict[tuple[int, str], str] = {}
    for name in tree.find_all(nodes.Name):
        names[name.lineno, aliases.get(name.name, name.name)] = name.name
    for node in tree.find_all(nodes.Getattr):
        parts = [node.attr]
        inner = node.node
        while isinstance(inner, nodes.Getattr):
            parts.append(inner.attr)
            inner = inner.node
        if isinstance(inner, nodes.Name):
            parts.append(inner.name)
            names[node.lineno, node.attr] = ".".join(reversed(parts))
    return names


def _rename(tree: nodes.Template, aliases: Mapping[str, str]) -> None:
    """Give every field the one name that it has in the context, in either language."""
    for name in tree.find_all(nodes.Name):
        name.name = aliases.get(name.name, name.name)


def _syntax_words(error: jinja2.TemplateSyntaxError) -> Phrase:
    """Return Jinja's complaint in words that a secretary can act on."""
    said = error.message or ""
    if said.startswith("No filter named"):
        words = N_("there is no filter {name}. “outreach letters filters” lists them.")
        return Phrase(words, {"name": said.removeprefix("No filter named ").rstrip(".")})
    if said.startswith("Encountered unknown tag"):
        words = N_("“{name}” is no condition that letters know: use if, elif, else, endif, for.")
        return Phrase(words, {"name": said.split("'")[1]})
    if said.startswith("Unexpected end of template"):
        words = N_("a condition or loop is not closed: [fin] (endif, endfor) is missing.")
        return Phrase(words)
    return Phrase(N_("the braces are not written right ({why})."), {"why": said})
