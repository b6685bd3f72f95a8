"""What can be wrong with a letter: refusals of a template, problems of one letter's data."""

from dataclasses import dataclass

from outreach.errors import N_, OutreachError, Phrase


class TemplateError(OutreachError):
    """A template cannot be used as it is written."""

    message = N_("{path}, line {line}: {reason} The line reads: {excerpt}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that one letter lacks. The letter can be looked at, but not leave."""

    code: str
    """``L101``... as in ``letters.checks``."""
    phrase: Phrase
    path: str
    line: int
