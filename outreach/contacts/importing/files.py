"""Read a list in any form that offices keep: CSV and TSV in any usual encoding, XLSX, XLS, ODS.

Nothing in a file is trusted. Archives are measured by unpacking them into nothing before they are
opened, document type declarations are refused, and spreadsheets are read in a process of their own
whose memory is bounded: what a reader allocates for a cell at the end of the world ends there.
"""

import csv
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import msgspec

from outreach.contacts.importing.refusals import HostileListError, UnreadableListError
from outreach.errors import N_, Phrase

Line = tuple[int, list[str]]
"""The line's number in the file, from 1, and its cells as text."""

MOST_BYTES = 400_000_000
MOST_COLUMNS = 500
MOST_ROWS = 2_000_000
MOST_CELL = 32_767
"""Characters; Excel's own limit."""
MOST_LINE = 1_000_000
"""Characters before an end of line."""
MOST_UNPACKED = 300_000_000
MOST_SECONDS = 120
SAMPLE = 64 * 1024
SEPARATORS = ";,\t|"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_TOO_WIDE = N_("it has more than {most} columns")
_TOO_LONG = N_("it has more than {most} lines")
_TOO_BIG = N_("unpacked it is larger than {most} MB")
_CELL = N_("a cell or line is longer than a list’s can be")


def read(path: Path) -> Iterator[Line]:
    """Yield the lines of a list that hold anything.

    Raises UnreadableListError, HostileListError, and OSError where the file cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if path.stat().st_size > MOST_BYTES:
        raise _hostile(path, Phrase(_TOO_BIG, {"most": MOST_BYTES // 1_000_000}))
    if start.startswith(ZIP):
        measure(path)
        lines = _spreadsheet(path)
    elif start.startswith(OLE):
        lines = _spreadsheet(path)
    else:
        lines = _text(path, start)
    for number, cells in lines:
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise _hostile(path, Phrase(_TOO_WIDE, {"most": MOST_COLUMNS}))
        if number > MOST_ROWS:
            raise _hostile(path, Phrase(_TOO_LONG, {"most": MOST_ROWS}))
        if any(cells):
            yield number, cells[:MOST_COLUMNS]


def measure(path: Path) -> None:
    """Refuse an archive that unpacks to too much, whatever sizes it claims, or that has a DTD.

    Raises HostileListError, and UnreadableListError where it is damaged or locked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            reason = _danger(archive)
    except Exception as error:  # a damaged archive may break the reader anywhere
        raise _unreadable(path, Phrase(N_("the archive is damaged or locked"))) from error
    if reason:
        raise _hostile(path, reason)


def _danger(archive: zipfile.ZipFile) -> Phrase | None:
    """Return why an archive is not to be read. Unpacks it, piece by piece, into nothing."""
    big = Phrase(_TOO_BIG, {"most": MOST_UNPACKED // 1_000_000})
    total = 0
    if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
        return big
    for entry in archive.infolist():
        with archive.open(entry) as part:
            head = part.read(SAMPLE)
            if DECLARATION.search(head.replace(b"\0", b"")):
                return Phrase(N_("it declares entities, as no office list does"))
            total += len(head)
            while chunk := part.read(1 << 20):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    return big
    return None


def _spreadsheet(path: Path) -> Iterator[Line]:
    reader = subprocess.Popen(  # noqa: S603  # this interpreter, on a path that is no option
        [sys.executable, "-m", "outreach.contacts.importing.spreadsheet", str(path.resolve())],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    decode = msgspec.json.Decoder(list[str]).decode
    try:
        assert reader.stdout is not None  # noqa: S101  # a pipe was asked for
        for number, line in enumerate(reader.stdout, 1):
            yield number, decode(line)
        code = reader.wait(MOST_SECONDS)
    finally:
        reader.kill()
        reader.wait()
        if reader.stdout is not None:
            reader.stdout.close()
    if code == 1:
        raise _unreadable(path, Phrase(N_("it is no spreadsheet, or it is damaged")))
    if code:
        raise _hostile(path, Phrase(N_("its sheet claims more cells than fit in memory")))


def _text(path: Path, start: bytes) -> Iterator[Line]:
    encoding = encoding_of(path, start)
    with path.open(encoding=encoding, newline="") as file:
        try:
            sample = file.read(SAMPLE)
            file.seek(0)
            rows = csv.reader(_bounded(file, path), delimiter=separator_of(sample))
            csv.field_size_limit(MOST_CELL)
            for number, row in enumerate(rows, 1):
                yield number, [cell.replace("\0", "").strip() for cell in row]
        except UnicodeDecodeError as error:  # a text in UTF-16 may be cut off anywhere
            raise _unreadable(path, Phrase(N_("it is not text"))) from error
        except csv.Error as error:
            raise _hostile(path, Phrase(_CELL)) from error


def _bounded(file: TextIO, path: Path) -> Iterator[str]:
    while line := file.readline(MOST_LINE):
        if len(line) >= MOST_LINE:
            raise _hostile(path, Phrase(_CELL))
        yield line


def encoding_of(path: Path, start: bytes) -> str:
    """Return the encoding of a text: UTF-8 or UTF-16 as it shows, else that of Windows.

    Raises UnreadableListError for what is no text.
    """
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if zeros := start.count(0):
        if zeros > len(start) / 4 and not start.startswith(b"\0\0"):
            return "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
        raise _unreadable(path, Phrase(N_("it is not text")))
    if (
        sum(start.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1a")
        > len(start) / 100
    ):
        raise _unreadable(path, Phrase(N_("it is not text")))
    for encoding in ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError), path.open(encoding=encoding, newline="") as file:
            while file.read(1 << 20):
                pass
            return encoding
    return "latin-1"


def separator_of(sample: str) -> str:
    """Return the separator that splits most lines alike; a comma where none does."""
    best, found = (0, 0), ","
    for separator in SEPARATORS:
        with suppress(csv.Error):
            widths = [
                len(row)
                for row in csv.reader(sample.splitlines(keepends=True), delimiter=separator)
            ]
            wide = Counter(width for width in widths[:100] if width > 1)
            if wide:
                width, times = wide.most_common(1)[0]
                best, found = max((best, found), ((times, width), separator))
    return found


def _hostile(path: Path, reason: Phrase) -> HostileListError:
    return HostileListError(path=path.name, reason=reason)


def _unreadable(path: Path, reason: Phrase) -> UnreadableListError:
    return UnreadableListError(path=path.name, reason=reason)
