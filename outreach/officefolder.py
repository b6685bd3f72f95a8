"""The office folder: everything that belongs to one office, laid out from what the package carries.

A wheel carries ``outreach/office/``; a checkout is itself an office folder.
"""

import re
import shutil
from pathlib import Path

from outreach.errors import N_, OutreachError, WrongUseError
from outreach.settings import SETTINGS_FILE

PARTS = ("templates", "contacts", "campaigns")
OWN = {*PARTS, "enclosures", "var", SETTINGS_FILE}
"""What may stand in a folder that is, or is becoming, an office."""
PACKAGE = Path(__file__).parent


class NotEmptyError(WrongUseError):
    """The folder holds other things: an office is not laid out among them."""

    message = N_(
        "{folder} is not empty (it holds {found}). Run “outreach start” in an empty folder, or name "
        "one with --office."
    )


class NothingToLayOutError(OutreachError):
    """The installation lacks the files of an office."""

    message = N_(
        "This installation of outreach lacks the files of an office (looked in {places}). Install "
        "it again."
    )


def carried() -> Path:
    """Return the folder of the package's own office: in the wheel, else the checkout's root."""
    places = (PACKAGE / "office", PACKAGE.parent)
    for place in places:
        if (place / SETTINGS_FILE).is_file():
            return place
    raise NothingToLayOutError(places=[str(place) for place in places])


def lay_out(folder: Path, *, demo: bool = False, register: str = "external") -> list[str]:
    """Make ``folder`` an office folder and return what was written; nothing where it is one.

    Interrupted, it goes on: files that are there stay, and the settings come last. A fresh office
    is a real one unless ``demo`` is asked: no demo, and its numbers come from the book that
    ``register`` says (``own`` or ``external``).
    Raises NotEmptyError where the folder holds other things.
    """
    if is_laid_out(folder):
        return []
    source = carried()
    folder.mkdir(parents=True, exist_ok=True)
    others = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in OWN and not path.name.startswith(".")
    )
    if others:
        raise NotEmptyError(folder=folder, found=others[:5])
    for part in PARTS:
        shutil.copytree(
            source / part,
            folder / part,
            dirs_exist_ok=True,
            copy_function=_copy_missing,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    settings = (source / SETTINGS_FILE).read_text("utf-8")
    (folder / SETTINGS_FILE).write_text(settings if demo else real(settings, register), "utf-8")
    return [*(f"{part}/" for part in PARTS), SETTINGS_FILE]


def is_laid_out(folder: Path) -> bool:
    """Say whether the folder is an office's already."""
    return (folder / SETTINGS_FILE).is_file()


def real(settings: str, register: str = "external") -> str:
    """Return the text of a demo office's settings as a real office's; comments stay."""
    text = re.sub(r"(?m)^demo = true", "demo = false", settings)
    return re.sub(r'(?m)^source = "own"', f'source = "{register}"', text)


def _copy_missing(source: str, target: str) -> str:
    return target if Path(target).exists() else shutil.copy(source, target)
