"""A campaign in TOML's own words: a whole new file, a step, a value, as the files here write them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import tomlkit
from msgspec import Struct, structs

from outreach.campaigns.definition import CampaignFile, StepDefinition

BLOCKS = ("letters", "promises", "enclosures", "copies")
INTRODUCTION = """\
# {title}
# Written with the form of the pages on {day}; it may be changed there and here. docs/campaigns.md
# explains every key.

title = {words}

# Whom it writes to: the recipient list contacts/segments/{audience}.toml.
audience = {list}
"""


def new(file: CampaignFile, day: date) -> str:
    """Return the text of a campaign that has no file yet, with a comment or two."""
    text = INTRODUCTION.format(
        title=_comment(file.title.fr),
        day=day.isoformat(),
        words=written(simplify(file.title)),
        audience=file.audience,
        list=written(file.audience),
    )
    for place, each in enumerate(file.steps, 1):
        text += step(each, place)
    plain = simplify(file)
    return text + "".join(
        f"\n[{key}]\n{lines(plain[key])}" for key in ("events", "facts") if key in plain
    )


def step(definition: StepDefinition, place: int) -> str:
    """Return a step as a block of lines, under a comment with its place and title."""
    plain = simplify(definition)
    blocks = {key: plain.pop(key) for key in BLOCKS if key in plain}
    head = f"\n# {place}. {_comment(definition.title.fr)}\n[[steps]]\n{lines(plain)}"
    return head + "".join(
        f"\n[[steps.{key}]]\n{lines(each)}" for key, several in blocks.items() for each in several
    )


def lines(plain: Mapping[str, Any]) -> str:
    """Return the keys of a table, a line each."""
    return "".join(f"{_key(key)} = {written(value)}\n" for key, value in plain.items())


def written(value: Any) -> str:  # noqa: ANN401
    """Return a value as the files write it: tables and lists in one line, with room inside."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {written(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    return str(tomlkit.item(value).as_string())


def simplify(struct: Struct) -> dict[str, Any]:
    """Return what a struct says beyond what is so anyway, as TOML's own types."""
    found: dict[str, Any] = {}
    for each in structs.fields(struct):
        value = getattr(struct, each.name)
        factory = each.default_factory
        usual = factory() if callable(factory) else each.default
        if each.required or (value != usual and value is not None):
            found[each.encode_name] = _simple(value)
    return found


def _simple(value: Any) -> Any:  # noqa: ANN401  # whatever a campaign's file may hold
    if isinstance(value, Struct):
        return simplify(value)
    if isinstance(value, dict):
        return {key: _simple(each) for key, each in value.items()}
    return [_simple(each) for each in value] if isinstance(value, list | tuple) else value


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else tomlkit.string(name).as_string()


def _comment(text: str) -> str:
    """Return a text that a comment may hold: one line of signs that are printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
