"""What a person sees when something is refused or fails: one message, never a traceback."""

import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import click

from outreach import faults
from outreach.errors import N_, OutreachError
from outreach.words import Words

EXIT_FAULT = 70


class UnusableFileError(OutreachError):
    """The machine refused a file: not there, no permission, disk full."""

    message = N_("{path} cannot be used: {reason}.")


class ProgramFaultError(OutreachError):
    """A fault of the program, with the place of its details."""

    message = N_(
        "The program met a fault of its own ({kind}). What was finished before is kept. The details "
        "are in {log}: give that file to whoever looks after outreach."
    )
    exit_code = EXIT_FAULT


def refuse(error: OutreachError, words: Words, *, as_json: bool, zone: tzinfo | None = None) -> int:
    """Tell why, in the user's language and by the clock of ``zone``; return the exit code."""
    sentence = plain(words.told(error, zone))
    if as_json:
        _print_json({"error": error.id, "message": sentence, "values": error.values})
    else:
        click.echo(sentence, err=True)
    return error.exit_code


def wrong_use(error: click.ClickException, *, as_json: bool) -> int:
    """Tell how the command is to be used, in Click's translated words."""
    if as_json:
        name = type(error).__name__
        _print_json({"error": name, "message": plain(error.format_message()), "values": {}})
    else:
        error.show()
    return error.exit_code


def fault(error: Exception, words: Words, office: Path, *, as_json: bool) -> int:
    """Write the traceback to a file and tell where it is."""
    doing = " ".join(sys.argv[:3])
    log = faults.keep(error, office, doing=doing, at=datetime.now(UTC))
    told = ProgramFaultError(kind=type(error).__name__, log=log)
    return refuse(told, words, as_json=as_json)


def plain(text: str) -> str:
    """Return ``text`` without control characters: data may not drive the terminal."""
    return "".join(c for c in text if c in "\n\t" or c.isprintable() or c in "\u00a0\u202f\u2009")


def _print_json(data: dict[str, object]) -> None:
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(data, enc_hook=str), indent=2)
    click.echo(text)
