"""Where templates run: Jinja without files, network, Python, or a way to run away.

Every value that a template prints is put aside and an ASCII *sentinel* is printed in its place.
The text of sentinels (the skeleton) is the same for all letters that take the same branches, so it
is turned into HTML, text and a tree once, and contact data never passes through any parser.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

import jinja2
from jinja2 import nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from outreach.errors import N_, Phrase
from outreach.language.names import Undecided
from outreach.language.styled import Styled
from outreach.letters.keys import other_names
from outreach.letters.missing import Empty, Missing
from outreach.letters.passes import CURRENT, Pass, RunawayError, UnprintableError
from outreach.letters.values import MISSING, Value, cleaned, is_clean

MAX_STEPS = 5_000
"""Turns of all loops of one letter together."""
MAX_VALUE = 10_000
"""Characters of one field."""
MAX_FIELDS = 2_000
MAX_NUMBER = 10**15
REMEMBERED = 512

_FILTERS = [
    "abs",
    "first",
    "last",
    "length",
    "count",
    "lower",
    "upper",
    "capitalize",
    "trim",
    "join",
    "sort",
    "unique",
    "reverse",
    "round",
    "int",
    "min",
    "max",
]
_PLAIN: dict[type, frozenset[str]] = {
    LoopContext: frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"}),
    date: frozenset({"year", "month", "day"}),
}
"""Plain attributes of what Jinja and campaign files give."""


class _Generator(CodeGenerator):
    """Jinja's compiler, with a bounded ``~``."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  # Jinja's name
        self.write("environment.joined((")
        for each in node.nodes:
            self.visit(each, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one language's templates.

    ``filters`` are the language room's; ``attributes`` say which names each type of value has,
    and how to get them: no Python attribute is ever reached.
    """

    code_generator_class = _Generator
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(
        self,
        *,
        filters: Mapping[str, Callable[..., object]],
        attributes: Mapping[type, Mapping[str, Callable[[Any], object]]],
        printers: Mapping[type, Callable[[Any], object]],
    ) -> None:
        super().__init__(
            undefined=Missing,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            cache_size=0,
            loader=None,
        )
        ours = {name: _careful(function) for name, function in filters.items()}
        jinjas = {name: _careful(self.filters[name]) for name in _FILTERS}
        self.filters = jinjas | ours | {"default": _default, "d": _default, "_each": _each}
        self.globals = {}
        self.attributes = attributes
        self.printers = printers

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  # Jinja's signature
        """Return what ``obj.attribute`` is by our own tables."""
        known = self.attributes.get(obj.__class__)
        if known is not None:
            get = known.get(attribute)
            if get is None:
                return Missing(name=attribute)
            value = get(obj)
            return Empty(name=attribute) if value is None or value == "" else value
        if obj.__class__ is dict:
            return obj[attribute] if attribute in obj else _otherwise_named(obj, attribute)
        if isinstance(obj, Missing):
            return obj.child(attribute)
        for kind, names in _PLAIN.items():
            if isinstance(obj, kind) and attribute in names:
                return getattr(obj, attribute)
        return Missing(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401  # Jinja's signature
        """Return ``obj[argument]`` of a list or a table, else what ``obj.argument`` is."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list | tuple | str) and isinstance(argument, int | slice):
            try:
                return obj[argument]
            except IndexError:
                return Missing(name=str(argument))
        return Missing(name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401  # Jinja's signature
        """Say whether ``obj`` is one of our functions."""
        return isinstance(obj, Function | Missing)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  # Jinja's signature
        """Return a sum or product, within bounds. Raises RunawayError."""
        if isinstance(left, Missing) or isinstance(right, Missing):
            missing = left if isinstance(left, Missing) else right
            return missing.itself()
        if isinstance(left, str) and isinstance(right, str) and operator == "+":
            return self.joined((left, right))
        if not _is_number(left) or not _is_number(right) or operator == "**":
            raise RunawayError(operator)
        result = super().call_binop(context, operator, left, right)
        if abs(result) > MAX_NUMBER:
            raise RunawayError(operator)
        return result

    def joined(self, values: tuple[object, ...]) -> object:
        """Return what ``a ~ b`` is, within bounds; undecided where a part of it is."""
        for value in values:
            if isinstance(value, Undecided):
                return value
        text = "".join(map(str, values))
        if len(text) > MAX_VALUE:
            raise RunawayError("~")
        return text


def _otherwise_named(table: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401  # of any type
    """Return what a campaign's table calls otherwise: in the other language, in the plural."""
    for name in other_names(key):
        if name in table:
            return table[name]
    return Missing(name=key)


class Function:
    """One of the few things that a template may call.

    A class, so that nothing else can pass for one.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function

    def __call__(self, *arguments: object) -> object:
        """Call it."""
        return self._function(*arguments)


def bounded_range(*bounds: int) -> range:
    """Return Jinja's ``range``, too short to run away with."""
    numbers = range(*bounds)
    if len(numbers) > MAX_STEPS:
        raise RunawayError("range")
    return numbers


_SIMPLE = frozenset({str, int, date})
_PASSES = "jinja_pass_arg"
"""Jinja's mark on filters that want its context, evaluation context or environment."""


@pass_context  # keeps Jinja from calling it once and for all on constants
def _finalize(context: Context, value: object) -> str:
    """Put a printed value aside; return its sentinel."""
    run = CURRENT.get()
    values = run.values
    words = value if value.__class__ is str else _printed(run, context.environment, value)
    if isinstance(words, str):
        if not words.isprintable() and not is_clean(words):
            _report_unprintable(run)
            words = cleaned(words)
        if len(words) > MAX_VALUE:
            raise RunawayError("{{ }}")
    values.append(words)
    if len(values) > MAX_FIELDS:
        raise RunawayError("{{ }}")
    return run.sentinels[len(values) - 1]


def _printed(run: Pass, environment: jinja2.Environment, value: object) -> Value:
    if isinstance(value, str | Styled):
        return value
    if isinstance(value, Missing):
        value.report()
        return MISSING
    if isinstance(value, Undecided):
        run.report("L103", value.phrase)
        return MISSING
    if isinstance(value, bool) or value is None:
        raise UnprintableError(str(value))
    if isinstance(value, int):
        return str(value)
    printers = environment.printers if isinstance(environment, Sandbox) else {}
    printer = printers.get(type(value))
    if printer is None:
        raise UnprintableError(type(value).__name__)
    return _printed(run, environment, printer(value))


def _report_unprintable(run: Pass) -> None:
    words = N_("the contact's data holds a control or direction character; retype that entry.")
    run.report("L105", Phrase(words))


def _careful(function: Callable[..., object]) -> Callable[..., object]:
    """Keep missing and undecided values out of a filter: they pass through as they are.

    Filters are pure: what one makes of a word, number or date is remembered, since a campaign's
    facts stand in every letter.
    """
    if hasattr(function, _PASSES):
        return _careful_with_context(function)
    remembered = lru_cache(maxsize=REMEMBERED, typed=True)(function)

    def filtered(value: object, *arguments: object, **named: object) -> object:
        if isinstance(value, Missing | Undecided):
            return value
        if value.__class__ in _SIMPLE:
            try:
                return remembered(value, *arguments, **named)
            except TypeError:  # an argument that cannot be remembered, or a wrong one
                return function(value, *arguments, **named)
        return function(value, *arguments, **named)

    return filtered


def _careful_with_context(function: Callable[..., object]) -> Callable[..., object]:
    def filtered(context: object, value: object, *arguments: object, **named: object) -> object:
        if isinstance(value, Missing | Undecided):
            return value
        return function(context, value, *arguments, **named)

    setattr(filtered, _PASSES, getattr(function, _PASSES))
    return filtered


def _default(value: object, other: object = "") -> object:
    """Return ``other`` for a field that has no value; a field that does not exist stays wrong."""
    return other if isinstance(value, Empty) else value


def _each(value: object) -> object:
    """Count the turns that a loop is about to take."""
    run = CURRENT.get()
    if isinstance(value, Missing):
        value.asked()
        return ()
    items: list[Any] | tuple[Any, ...] | range
    if isinstance(value, list | tuple | range):
        items = value
    elif isinstance(value, dict):
        items = list(value)
    elif isinstance(value, Iterator):
        items = list(islice(value, MAX_STEPS))
    else:
        raise UnprintableError(type(value).__name__)
    run.steps += len(items) + 1
    if run.steps > MAX_STEPS:
        raise RunawayError("{% for %}")
    return items


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
