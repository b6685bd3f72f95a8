"""What reads what strangers write, each as a function of octets that may only refuse in words.

A target raises for nothing but a fault of the program: what it may refuse with is caught here.
"""

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from lxml import html

from outreach.contacts.importing import files as lists
from outreach.dispatch import tokens
from outreach.errors import OutreachError
from outreach.inbox import files as mail
from outreach.inbox import markup
from outreach.inbox.verdict import classify
from outreach.letters import word
from outreach.partners import projectforms
from tests.letters.letter_facts import written

RECEIVED = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)
KEY = bytes(32)
FOLDER = Path(tempfile.mkdtemp(prefix="outreach-fuzz-"))
FETCHES = re.compile(r"\b(?:src|background|poster|srcset|xlink:href)\b", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What a tree cannot hold."""

Target = Callable[[bytes], None]


def message(raw: bytes) -> None:
    """A message, as it lies in the mailbox."""
    verdict = classify(raw, received=RECEIVED)
    assert not [one for one in verdict.evidence if one.rule == "fault"], verdict
    assert "\\u0000" not in json.dumps(asdict(verdict), default=str, ensure_ascii=False)


def outlook(raw: bytes) -> None:
    """An Outlook file, an mbox or a message that somebody uploads."""
    path = _file("letter.msg", raw)
    try:
        for one in mail.messages(path):
            message(one)
    except OutreachError:
        """It says in words what is wrong with the file."""


def page(raw: bytes) -> None:
    """HTML that is shown on a page: nothing in it runs, nothing is fetched."""
    shown = markup.shown(raw.decode("utf-8", "replace"))
    tree = html.document_fromstring(f"<div>{CONTROLS.sub(' ', shown)}</div>")
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        assert node.tag not in {"script", "style", "iframe", "object", "embed", "form", "svg"}, (
            shown
        )
        for name, value in node.attrib.items():
            assert not str(name).lower().startswith("on"), shown
            assert "javascript:" not in str(value).lower(), shown
            assert not FETCHES.fullmatch(str(name)) or str(value).startswith("data:"), shown


def list_(raw: bytes) -> None:
    """A list of contacts: text in any encoding, or a spreadsheet."""
    try:
        for _ in lists.read(_file("liste.csv", raw)):
            pass
    except OutreachError:
        """It says in words what is wrong with the file."""


def form(raw: bytes) -> None:
    """A city's project form, as it comes back."""
    for name in ("fiche.xlsx", "fiche.docx"):
        try:
            projectforms.read(_file(name, raw))
        except OutreachError:
            """It says in words what is wrong with the file."""


def word_letter(raw: bytes) -> None:
    """A Word letter."""
    try:
        word.read(raw, "fr", "lettre.docx")
    except OutreachError:
        """It says in words what is wrong with the file."""


def letter(raw: bytes) -> None:
    """The text of a letter: written out in every form, or refused with its line."""
    try:
        written(raw.decode("utf-8", "replace"))
    except OutreachError:
        """It says in words where the text is wrong."""


def token(raw: bytes) -> None:
    """A token in an address or a link that we did not make stands for nobody."""
    text = raw.decode("latin-1")
    assert tokens.read_opt_out(KEY, text) is None
    assert tokens.read_bounce(KEY, text) is None
    assert tokens.read_return_path(KEY, text) is None


TARGETS: dict[str, Target] = {
    "message": message,
    "outlook": outlook,
    "page": page,
    "list": list_,
    "form": form,
    "word": word_letter,
    "letter": letter,
    "token": token,
}


def _file(name: str, raw: bytes) -> Path:
    path = FOLDER / name
    path.write_bytes(raw)
    return path
