"""A campaign's file as it is kept: written only over what its writer saw, earlier texts put aside."""

import difflib
import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from outreach.campaigns import definition as definitions
from outreach.campaigns import writing
from outreach.campaigns.definition import FOLDER
from outreach.errors import N_, OutreachError

EARLIER = "var/earlier/campaigns"
KEPT = 30
"""Earlier texts that are kept of each file."""


class ExistsError(OutreachError):
    """Two campaigns cannot bear one name."""

    message = N_("There is a campaign “{name}” already. Give this one another title.")


class ChangedMeanwhileError(OutreachError):
    """Somebody else wrote the file since it was read."""

    message = N_(
        "Somebody changed this campaign while you were at it. Below stands what your form would "
        "change in their text. If that is right, keep it once more."
    )


class UnknownVersionError(OutreachError):
    """No text is kept from then."""

    message = N_("No earlier text of this campaign is kept from that moment.")


def text_of(office: Path, name: str) -> str:
    """Return a campaign's file as it stands. Raises what ``definition.load`` raises."""
    definitions.load(office, name)
    return (office / FOLDER / f"{name}.toml").read_text("utf-8-sig")


def digest(text: str) -> str:
    """Return by what a form knows again the text that it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ, each with ``-`` or ``+``, in the order of the text."""
    return [
        (line[0], line[2:].rstrip("\n"))
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[0] in "+-" and line[2:].strip()
    ]


def save(office: Path, name: str, text: str, at: datetime, *, seen: str | None) -> None:
    """Write a campaign's file; what it said is kept. ``seen``: digest of what the writer read.

    Without ``seen`` the campaign is new. Raises ExistsError, ChangedMeanwhileError, and what ``read``
    raises: an unsound text is never written.
    """
    writing.read(text, name)
    path = office / FOLDER / f"{name}.toml"
    if seen is None:
        if path.exists():
            raise ExistsError(name=name)
    else:
        before = text_of(office, name)
        if digest(before) != seen:
            raise ChangedMeanwhileError
        _keep(office, name, before, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8", newline="\n")
    fresh.replace(path)


def remove(office: Path, name: str, at: datetime) -> None:
    """Take a campaign's file away; its text is kept. Raises what ``definition.load`` raises."""
    _keep(office, name, text_of(office, name), at)
    (office / FOLDER / f"{name}.toml").unlink()


def versions(office: Path, name: str) -> list[datetime]:
    """Return when earlier texts of a campaign were put aside, the newest first."""
    found = (office / EARLIER / name).glob("*.toml")
    return sorted((datetime.fromisoformat(path.stem) for path in found), reverse=True)


def version(office: Path, name: str, at: datetime) -> str:
    """Return an earlier text. Raises UnknownVersionError."""
    if at not in versions(office, name):
        raise UnknownVersionError
    return _kept_as(office, name, at).read_text("utf-8")


def _keep(office: Path, name: str, text: str, at: datetime) -> None:
    while (path := _kept_as(office, name, at)).exists():
        at += timedelta(microseconds=1)  # two within one moment are two
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    for old in versions(office, name)[KEPT:]:
        _kept_as(office, name, old).unlink()


def _kept_as(office: Path, name: str, at: datetime) -> Path:
    # No colon: Windows allows none in a file's name.
    return office / EARLIER / name / f"{at:%Y%m%dT%H%M%S.%f%z}.toml"
