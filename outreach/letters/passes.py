"""One run of a template: the values that it printed, and what was wrong."""

from contextvars import ContextVar
from typing import Protocol

from jinja2 import Template

from outreach.errors import Phrase
from outreach.letters.problems import Problem
from outreach.letters.values import Value

SENTINEL = "zq{nonce}x{place}z"
"""What stands in a skeleton for a value: letters and digits, which Markdown, HTML, CSS and
addresses leave alone."""


class Running(Protocol):
    """What a pass must know of the program that is running."""

    sentinels: list[str]

    def running_place(self) -> tuple[str, int]:
        """Return the file and line that is running now."""
        ...

    def full_name(self, name: str | None) -> str:
        """Return a field as its writer wrote it on the running line."""
        ...


class Pass:
    """What one run has gathered so far."""

    __slots__ = ("problems", "program", "sentinels", "steps", "template", "values")

    def __init__(self, program: Running, template: Template) -> None:
        self.program = program
        self.template = template
        """The code that runs: its lines are not the text's."""
        self.sentinels = program.sentinels
        self.values: list[Value] = []
        self.problems: list[Problem] = []
        self.steps = 0

    def report(self, code: str, phrase: Phrase) -> None:
        """Keep a problem with the template's line that is running now."""
        problem = Problem(code, phrase, *self.program.running_place())
        if problem not in self.problems:
            self.problems.append(problem)


CURRENT: ContextVar[Pass] = ContextVar("outreach_letter_pass")
"""The pass that is running in this thread."""


class RunawayError(Exception):
    """A template does more than a letter can need."""


class UnprintableError(Exception):
    """A template prints something that is no word or number."""
