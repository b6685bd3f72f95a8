"""A template's text, compiled: run it with a letter's fields to get a skeleton and its values.

Captures (macros, ``{% set %}…{% endset %}``, ``{% filter %}``) would see sentinels instead of
values; they are refused when the template is read. So are calls of anything but our few functions.
"""

import inspect
from collections.abc import Mapping
from itertools import islice

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError

from outreach.errors import N_, OutreachError, Phrase
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
_FUNCTIONS = frozenset({"a_recu", "recibio", "range"})


class Program:
    """One compiled text: run it with a context to get a skeleton and its values.

    ``path`` and ``first_line`` say where the text stands in the office's files; ``aliases`` are
    further names of fields, with the one name that the context has. Raises TemplateError where the text is not sound Jinja or holds what letters may not.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        text: str,
        *,
        path: str,
        first_line: int,
        nonce: str,
        aliases: Mapping[str, str],
    ) -> None:
        self.path = path
        self._lines = text.split("\n")
        self._offset = first_line - 1
        self._sandbox = sandbox
        try:
            tree = sandbox.parse(text, path, path)
            self._check(tree)
            self.names = [(name, line + self._offset) for name, line in _field_names(tree)]
            """Fields that the text names, in any branch, with the file's lines."""
            self.steps = [(step, line + self._offset) for step, line in _asked_steps(tree)]
            """Steps that it asks about with ``a_recu``, with the file's lines."""
            self._names = _written_names(tree, aliases)
            _rename(tree, aliases)
            code = sandbox.compile(tree, path, path)
        except jinja2.TemplateSyntaxError as error:
            raise self._error(error.lineno, _syntax_words(error)) from error
        except (RecursionError, SyntaxError, MemoryError) as error:
            words = Phrase(N_("conditions or brackets are nested too deeply."))
            raise self._error(1, words) from error
        self._template = jinja2.Template.from_code(sandbox, code, {})
        self.sentinels = [SENTINEL.format(nonce=nonce, place=place) for place in range(MAX_FIELDS)]

    def run(self, context: dict[str, object]) -> tuple[str, Pass]:
        """Return the skeleton and the pass with its values. Raises TemplateError."""
        run = Pass(self)
        token = CURRENT.set(run)
        try:
            return self._output(context), run
        except OutreachError:
            raise
        except RunawayError as error:
            words = Phrase(
                N_("the template does more than a letter can need (“{what}”); make it simpler."),
                {"what": str(error)},
            )
            raise self._error(self._line_of(error), words, shifted=True) from error
        except UnprintableError as error:
            words = Phrase(
                N_("a field printed here is no word, number or date ({what})."),
                {"what": str(error)},
            )
            raise self._error(self._line_of(error), words, shifted=True) from error
        except SecurityError as error:
            words = Phrase(N_("a letter may not do this."))
            raise self._error(self._line_of(error), words, shifted=True) from error
        except Exception as error:
            # Whatever a filter makes of an odd argument: a person gets the line, not a traceback.
            words = Phrase(
                N_("a filter or a sum cannot work with this value ({why})."),
                {"why": f"{type(error).__name__}: {error}"},
            )
            raise self._error(self._line_of(error), words, shifted=True) from error
        finally:
            CURRENT.reset(token)

    def running_line(self) -> int:
        """Return the file's line that is running now; called from below the template's frame."""
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename != self.path:
            frame = frame.f_back
        return self._shifted(1 if frame is None else frame.f_lineno)

    def full_name(self, name: str | None) -> str:
        """Return ``organisation.nom`` for ``nom`` where the running line says so."""
        short = name or "?"
        line = self.running_line() - self._offset
        return self._names.get((line, short.rpartition(".")[2]), short)

    def _output(self, context: dict[str, object]) -> str:
        template = self._template
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

    def _error(self, line: int, words: Phrase, *, shifted: bool = False) -> TemplateError:
        place = line - self._offset if shifted else line
        excerpt = self._lines[place - 1].strip() if 0 < place <= len(self._lines) else ""
        shown = place + self._offset
        return TemplateError(path=self.path, line=shown, reason=words, excerpt=excerpt[:120])

    def _line_of(self, error: BaseException) -> int:
        """Return the file's line at which ``error`` left the template."""
        line = 1
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.path:
                line = trace.tb_lineno
            trace = trace.tb_next
        return self._shifted(line)

    def _shifted(self, code_line: int) -> int:
        return self._template.get_corresponding_lineno(code_line) + self._offset


def _field_names(tree: nodes.Template) -> list[tuple[str, int]]:
    """Return the names that come from outside, not from a loop or ``set`` of the text's own."""
    names = list(tree.find_all(nodes.Name))
    own = {node.name for node in names if node.ctx != "load"} | {"loop", "range"}
    return [(node.name, node.lineno) for node in names if node.name not in own]


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
        return Phrase(N_("a condition or loop is not closed: an endif or endfor is missing."))
    return Phrase(N_("the braces are not written right ({why})."), {"why": said})
