"""A campaign's file written by a form: only what changed is touched, comments and order stay.

Values are changed in place with tomlkit; steps and letters are added and taken out as whole blocks
of lines, with the comment that stands right above them. What was written is read again and must be
what was meant: a file in a form of its own that would come out otherwise is refused, never guessed.
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, cast

import tomlkit
from msgspec import Struct, structs
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, InlineTable

from outreach import tomlfile
from outreach.campaigns import definition as definitions
from outreach.campaigns import rendering
from outreach.campaigns.definition import FOLDER, CampaignFile, StepDefinition, StepLetter
from outreach.errors import N_, OutreachError

STEP = re.compile(r"\s*\[\[\s*steps\s*\]\]")
LETTER = re.compile(r"\s*\[\[\s*steps\s*\.\s*letters\s*\]\]")
HEADER = re.compile(r"""\s*\[\[?[\w\s."'-]+\]\]?\s*(#.*)?$""")
"""A table's name; a line of an array ends otherwise."""
STEP_PART = re.compile(r"\s*\[+\s*steps\s*[.\]]")


class HandmadeError(OutreachError):
    """The text is laid out in a way that cannot be changed piece by piece."""

    message = N_(
        "The file {path} is written in a way of its own, which the form cannot change without "
        "damage. Nothing was changed: ask whoever looks after the program to write this change in "
        "the file."
    )


def read(text: str, name: str) -> CampaignFile:
    """Return what a text says, found consistent. Raises errors of ``tomlfile``, CampaignFileError."""
    file = tomlfile.parse(text, CampaignFile, path=f"{FOLDER}/{name}.toml")
    definitions.check(file, f"{FOLDER}/{name}.toml")
    return file


def changed(text: str, wanted: CampaignFile, name: str) -> str:
    """Return ``text`` so that it says ``wanted``: nothing else is touched.

    Steps are known again by name; new ones stand last. Raises HandmadeError.
    """
    was = tomlfile.parse(text, CampaignFile, path=f"{FOLDER}/{name}.toml")
    if was == wanted:
        return text
    try:
        found = _changed(text, was, wanted)
        sound = tomlfile.parse(found, CampaignFile, path=name) == wanted
    except (TOMLKitError, OutreachError, LookupError, TypeError, ValueError) as error:
        raise HandmadeError(path=f"{FOLDER}/{name}.toml") from error
    if not sound:
        raise HandmadeError(path=f"{FOLDER}/{name}.toml")
    return found


def _changed(text: str, was: CampaignFile, wanted: CampaignFile) -> str:
    document = tomlkit.parse(text)
    then = {step.name: step for step in wanted.steps}
    if _set(document, structs.replace(was, steps=()), structs.replace(wanted, steps=())):
        raise LookupError
    edits = [
        _step(cast("Any", document["steps"])[place], step, then.get(step.name, step))
        for place, step in enumerate(was.steps)
    ]
    lines = tomlkit.dumps(document).splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    starts = [number for number, line in enumerate(lines) if STEP.match(line)]
    if len(starts) != len(was.steps):
        raise ValueError(len(starts))
    behind = _foot(lines, _end(lines, starts[-1]))
    after = lines[behind:]
    del lines[behind:]
    for place, step in reversed([*enumerate(was.steps)]):
        end = _end(lines, starts[place])
        if step.name not in then:
            del lines[_head(lines, starts[place]) : _foot(lines, end)]
        else:
            _apply(lines, starts[place], end, edits[place])
    known = {step.name for step in was.steps}
    fresh = [step for step in wanted.steps if step.name not in known]
    while fresh and lines and not lines[-1].strip():
        lines.pop()
    kept = len(wanted.steps) - len(fresh)
    blocks = [rendering.step(step, place) for place, step in enumerate(fresh, kept + 1)]
    return "".join([*lines, *blocks, *(["\n"] if fresh and after else []), *after])


@dataclass(slots=True)
class Edit:
    """What is left to do in a step's lines once its values are changed."""

    keys: dict[str, Any]
    """New ones of the step itself."""
    letters: list[dict[str, Any] | None] = field(default_factory=list)
    """By place: the new keys of a letter; None where it is taken out."""
    fresh: list[StepLetter] = field(default_factory=list)
    promises: list[dict[str, Any]] = field(default_factory=list)
    """New ones, behind everything else of the step."""


def _step(table: Any, was: StepDefinition, then: StepDefinition) -> Edit:  # noqa: ANN401
    """Change a step's own values; return what is to be done line by line."""
    edit = Edit(_set(table, was, then, leave={"letters", "promises"}))
    if was.promises != then.promises:
        many = len(was.promises)
        if was.promises != then.promises[:many] or isinstance(table.get("promises"), Array):
            _put(table, "promises", rendering.simplify(then).get("promises"))
        else:
            edit.promises = [rendering.simplify(each) for each in then.promises[many:]]
    if isinstance(table.get("letters"), Array):
        if was.letters != then.letters:
            _put(table, "letters", rendering.simplify(then).get("letters"))
        return edit
    match = difflib.SequenceMatcher(None, was.letters, then.letters, autojunk=False)
    for _, a, b, c, d in match.get_opcodes():
        for old, new_ in zip_longest(range(a, b), range(c, d)):
            if old is None:
                edit.fresh.append(then.letters[new_])
            elif new_ is None:
                edit.letters.append(None)
            else:
                letter = table["letters"][old]
                edit.letters.append(_set(letter, was.letters[old], then.letters[new_]))
    return edit


def _apply(lines: list[str], start: int, end: int, edit: Edit) -> None:
    """Put new keys and letters into a step's lines and take letters out, the last ones first."""
    places = [n for n in range(start, end) if LETTER.match(lines[n])]
    if edit.promises:
        block = "".join(f"\n[[steps.promises]]\n{rendering.lines(each)}" for each in edit.promises)
        at = _written(lines, _foot(lines, end))
        lines[at:at] = block.splitlines(keepends=True)
    if edit.fresh:
        block = "".join(
            f"\n[[steps.letters]]\n{rendering.lines(rendering.simplify(each))}"
            for each in edit.fresh
        )
        at = _last(lines, places[-1] if places else start, end)
        lines[at:at] = block.splitlines(keepends=True)
    for place, keys in reversed([*zip(places, edit.letters, strict=True)] if edit.letters else []):
        if keys is None:
            after = next((n for n in range(place + 1, end) if HEADER.match(lines[n])), end)
            del lines[_head(lines, place) : _foot(lines, after)]
        else:
            _add(lines, place, end, keys)
    _add(lines, start, end, edit.keys)


def _add(lines: list[str], start: int, end: int, keys: Mapping[str, Any]) -> None:
    at = _last(lines, start, end)
    lines[at:at] = rendering.lines(keys).splitlines(keepends=True)


def _last(lines: Sequence[str], start: int, end: int) -> int:
    """Return the line behind the last key of the table that begins at ``start``."""
    at = next((n for n in range(start + 1, min(end, len(lines))) if HEADER.match(lines[n])), end)
    return _written(lines, _foot(lines, at))


def _written(lines: Sequence[str], at: int) -> int:
    """Return the line behind the last one above ``at`` that is not blank."""
    while at and not lines[at - 1].strip():
        at -= 1
    return at


def _end(lines: Sequence[str], start: int) -> int:
    """Return the line behind a step: the next step's, or that of another table."""
    return next(
        (
            number
            for number in range(start + 1, len(lines))
            if STEP.match(lines[number])
            or (HEADER.match(lines[number]) and not STEP_PART.match(lines[number]))
        ),
        len(lines),
    )


def _head(lines: Sequence[str], at: int) -> int:
    """Return where the comment right above a line begins."""
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _foot(lines: Sequence[str], at: int) -> int:
    """Return where what stands above a line ends: the comment right above belongs to it."""
    return _head(lines, at) if at < len(lines) else len(lines)


def _set(table: Any, was: Struct, then: Struct, leave: Collection[str] = ()) -> dict[str, Any]:  # noqa: ANN401
    """Change what differs between two structs in the table that the first one was read from.

    Keys that were not there are returned: tomlkit would put them behind the next block's comment.
    """
    old, new_ = rendering.simplify(was), rendering.simplify(then)
    for key in leave:
        old.pop(key, None)
        new_.pop(key, None)
    return _merge(table, old, new_)


def _merge(table: Any, old: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    for key, before in old.items():
        after = then.get(key)
        if before == after:
            continue
        if (
            not isinstance(before, dict)
            or not isinstance(after, dict)
            or (before.keys() != after.keys() and isinstance(table[key], InlineTable))
        ):
            _put(table, key, after)
        elif _merge(table[key], before, after):  # inside, so that its comments stay
            raise LookupError(key)
    return {key: each for key, each in then.items() if key not in old}


def _put(table: Any, key: str, value: object) -> None:  # noqa: ANN401
    if value is None:
        table.pop(key, None)
    else:
        table[key] = tomlkit.parse(f"x = {rendering.written(value)}")["x"]
