"""Refusals that tell a person what is wrong, where, and what to do.

A room raises an id (the class name) and values; the sentence is a msgid that ``cli`` and ``web``
translate at the edge. ``str(error)`` is the English sentence, for logs and tests.
"""

from collections.abc import Iterable


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for "extract, translate later"
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return message


class OutreachError(Exception):
    """Base of every refusal. Subclasses set ``message``, a msgid with ``{named}`` places."""

    message: str = ""
    exit_code: int = 1

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message.format(**self.printable()))

    def printable(self) -> dict[str, object]:
        """Values as they stand in the sentence: lists joined by commas."""
        return {key: _joined(value) for key, value in self.values.items()}

    @property
    def id(self) -> str:
        """Stable name for ``--json`` and for tests."""
        return type(self).__name__


class WrongUseError(OutreachError):
    """The command itself was wrong: unknown name, missing choice. Exit code 2."""

    exit_code = 2


def _joined(value: object) -> object:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    items = [str(item) for item in value]
    return ", ".join(items) if items else "-"
