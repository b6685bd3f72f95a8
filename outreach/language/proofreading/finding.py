"""One mark in the margin."""

from dataclasses import dataclass
from typing import Literal

from outreach.errors import Phrase

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, why, and what to write instead."""

    code: str
    severity: Severity
    line: int
    """Of the file, from 1."""
    column: int
    """From 1."""
    excerpt: str
    why: Phrase
    suggestion: str | None = None
