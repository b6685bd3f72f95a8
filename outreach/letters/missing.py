"""Fields that are not there: using one is reported with its line, and nothing is guessed."""

from collections.abc import Iterator
from typing import Any, ClassVar

from jinja2.runtime import Undefined

from outreach.errors import N_, Phrase
from outreach.letters.passes import CURRENT
from outreach.letters.values import MISSING


class Missing(Undefined):
    """A field that does not exist. Using it in any way is reported; nothing is guessed."""

    __slots__ = ()
    empty: ClassVar[bool] = False

    def report(self) -> None:
        """Say that the field is missing, and where."""
        run = CURRENT.get()
        name = run.program.full_name(self._undefined_name)
        if self.empty:
            phrase = Phrase(N_("there is no “{name}” for this contact."), {"name": name})
        else:
            phrase = Phrase(
                N_("the field “{name}” does not exist. “outreach letters filters” lists them."),
                {"name": name},
            )
        run.report("L102" if self.empty else "L101", phrase)

    def asked(self) -> None:
        """React to a question about the field (is it there, how long, equal to what)."""
        self.report()

    def itself(self, *_: object) -> Any:  # noqa: ANN401  # Jinja says that these never return
        """React to an operation that needs a value: report, and stay missing."""
        self.report()
        return self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # Jinja's own signature
        if name.startswith("__"):
            raise AttributeError(name)
        return self.child(name)

    def child(self, name: str) -> "Missing":
        """Return what ``field.name`` is where ``field`` is missing."""
        return type(self)(name=f"{self._undefined_name}.{name}")

    def __str__(self) -> str:
        self.report()
        return MISSING

    def __iter__(self) -> Iterator[Any]:
        self.asked()
        return iter(())

    def __len__(self) -> int:
        self.asked()
        return 0

    def __bool__(self) -> bool:
        self.asked()
        return False

    def __eq__(self, other: object) -> bool:
        self.asked()
        return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return id(type(self))

    __add__ = __radd__ = __sub__ = __rsub__ = itself
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = itself
    __mod__ = __rmod__ = __pos__ = __neg__ = __call__ = __getitem__ = itself
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__  # type: ignore[assignment]


class Empty(Missing):
    """A field that exists, but has no value for this contact. Asking whether it has is fine."""

    __slots__ = ()
    empty: ClassVar[bool] = True

    def asked(self) -> None:
        """Say nothing: ``{% if contact.nom %}`` is how a template copes."""


class Personal(Missing):
    """A field that a circular may not have: it says the same to everyone."""

    __slots__ = ()

    def report(self) -> None:
        """Say that a circular cannot hold it."""
        run = CURRENT.get()
        name = run.program.full_name(self._undefined_name)
        words = N_(
            "a circular says the same to everyone, so it cannot hold the personal field “{name}”."
        )
        run.report("L104", Phrase(words, {"name": name}))
