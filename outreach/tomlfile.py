"""TOML files that people edit: read once, checked against a type, refused with the place."""

import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from outreach.errors import N_, OutreachError, WrongUseError

T = TypeVar("T")


class MissingFileError(WrongUseError):
    """A file that a person named, or that the office folder needs, is not there."""

    message = N_("{path} is missing. {hint}")


class TomlSyntaxError(OutreachError):
    """The text is not TOML; ``reason`` carries the line and column."""

    message = N_("{path} cannot be read as TOML: {reason}. Mend that line and try again.")


class TomlValueError(OutreachError):
    """The TOML is sound, but a value does not fit; ``reason`` carries the key path."""

    message = N_("{path} holds a value that does not fit: {reason}. Mend it and try again.")


def parse(text: str, type_: type[T], *, path: str) -> T:
    """Return ``text`` as a ``type_``. ``path`` is named in errors.

    Raises TomlSyntaxError (with line and column) or TomlValueError (with the key path).
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TomlSyntaxError(path=path, reason=str(error)) from error
    try:
        return msgspec.convert(raw, type_)
    except msgspec.ValidationError as error:
        raise TomlValueError(path=path, reason=str(error)) from error


def read(path: Path, type_: type[T], *, shown: str | None = None, hint: str = "") -> T:
    """Read the UTF-8 file at ``path`` as a ``type_``. ``shown`` is the name used in errors."""
    name = shown or str(path)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise MissingFileError(path=name, hint=hint) from error
    except UnicodeDecodeError as error:
        raise TomlSyntaxError(path=name, reason=f"not UTF-8 at byte {error.start}") from error
    return parse(text, type_, path=name)
