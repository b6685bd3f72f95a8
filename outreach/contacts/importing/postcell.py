"""Several postal addresses in one cell of a list, and back.

An address is ``service | building | street | box | postcode | town | district``, with ``-`` for what
there is not; addresses are parted by ``||``. An eighth part is the address's state, where it may not
be used. The few signs that would be misread are written as in web addresses (``%7C`` for ``|``).
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from outreach.contacts.models import AddressState

PARTS = ("service", "building", "street", "box", "postcode", "town", "district")
NONE = "-"
STATES = {state.value for state in AddressState}
_MISREAD = {"%": "%25", "|": "%7C"}

Post = dict[str, str | None]
"""PARTS and ``state``."""


def write(posts: Iterable[Mapping[str, str | None]]) -> str:
    """Return addresses as one cell."""
    return " || ".join(_one(post) for post in posts)


def read(cell: str) -> tuple[list[Post], str]:
    """Return the addresses of a cell, and the first one that is none of ours (empty: all are)."""
    found = []
    for text in re.split(r"\s*\|\|\s*", cell.strip()):
        parts = [part.strip() for part in text.split("|")]
        if not text:
            continue
        state = parts.pop() if len(parts) > len(PARTS) else AddressState.GOOD.value
        values = [None if part in {NONE, ""} else unquote(part) for part in parts]
        post: Post = dict(zip(PARTS, values, strict=False)) | {"state": state}
        if len(parts) != len(PARTS) or state not in STATES or not post["town"]:
            return [], text
        found.append(post)
    return found, ""


def key(post: Mapping[str, object]) -> tuple[object, ...]:
    """Return what makes an address the same as another."""
    return tuple(post.get(part) or None for part in PARTS)


def _one(post: Mapping[str, str | None]) -> str:
    parts = [_part(post.get(name)) for name in PARTS]
    if post["state"] != AddressState.GOOD.value:
        parts.append(str(post["state"]))
    return " | ".join(parts)


def _part(value: str | None) -> str:
    if not value:
        return NONE
    text = "".join(_MISREAD.get(sign, sign) for sign in value)
    return "%2D" if text == NONE else text
