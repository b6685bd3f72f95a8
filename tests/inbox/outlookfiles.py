"""Write Outlook's ``.msg`` files: a small compound file ([MS-CFB]) with a message's properties."""

import struct
from collections.abc import Mapping
from datetime import datetime, timedelta

from outreach.inbox import outlook

SECTOR, SMALL, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5

Tree = Mapping[str, "bytes | Tree"]


def outlook_file(
    text: Mapping[int, str] | None = None,
    octets: Mapping[int, bytes] | None = None,
    *,
    numbers: Mapping[int, int] | None = None,
    moments: Mapping[int, datetime] | None = None,
    below: Tree | None = None,
    old: bool = False,
) -> bytes:
    """A file with these properties; ``old``: text in the code page, as before 2003."""
    return compound(
        properties(text, octets, numbers=numbers, moments=moments, below=below, old=old)
    )


def properties(
    text: Mapping[int, str] | None = None,
    octets: Mapping[int, bytes] | None = None,
    *,
    numbers: Mapping[int, int] | None = None,
    moments: Mapping[int, datetime] | None = None,
    below: Tree | None = None,
    old: bool = False,
    header: int = 32,
) -> Tree:
    """The streams of a message, a recipient or an attachment ([MS-OXMSG] section 2.4)."""
    tree: dict[str, bytes | Tree] = dict(below or {})
    fixed = bytes(header)
    for number, words in (text or {}).items():
        kind = outlook.OLD_TEXT if old else outlook.TEXT
        coded = words.encode("cp1252") if old else words.encode("utf-16-le")
        tree[f"__substg1.0_{number:04X}{kind:04X}"] = coded
        fixed += struct.pack("<HHIII", kind, number, 6, len(coded) + 2, 0)
    for number, data in (octets or {}).items():
        tree[f"__substg1.0_{number:04X}{outlook.OCTETS:04X}"] = data
        fixed += struct.pack("<HHIII", outlook.OCTETS, number, 6, len(data), 0)
    for number, value in (numbers or {}).items():
        fixed += struct.pack("<HHIQ", 0x0003, number, 6, value)
    for number, moment in (moments or {}).items():
        ticks = (moment - outlook.EPOCH) // timedelta(microseconds=1) * 10
        fixed += struct.pack("<HHIQ", 0x0040, number, 6, ticks)
    tree["__properties_version1.0"] = fixed
    return tree


def compound(tree: Tree) -> bytes:
    """A compound file that holds these storages and streams."""
    entries: list[list[object]] = []  # name, kind, right, child, data
    _enter(entries, "Root Entry", tree, ROOT)
    sectors: list[bytes] = []
    chain: list[int] = []
    small, small_chain = b"", list[int]()

    def stored(data: bytes) -> int:
        """Put data into sectors; return the first."""
        first = len(sectors)
        pieces = [data[at : at + SECTOR] for at in range(0, len(data), SECTOR)]
        for piece in pieces:
            sectors.append(piece.ljust(SECTOR, b"\0"))
            chain.append(len(sectors))
        if not pieces:
            return END
        chain[-1] = END
        return first

    places: list[tuple[int, int]] = []
    for _, kind, _, _, data in entries:
        assert isinstance(data, bytes)
        if kind != STREAM or not data:
            places.append((END if kind == STREAM else 0, 0))
        elif len(data) >= CUTOFF:
            places.append((stored(data), len(data)))
        else:
            first = len(small) // SMALL
            small += data.ljust(-(-len(data) // SMALL) * SMALL, b"\0")
            small_chain += [*range(first + 1, len(small) // SMALL), END]
            places.append((first, len(data)))
    places[0] = (stored(small), len(small))
    small_fat = stored(_padded(small_chain))
    rows = b"".join(_row(entry, place) for entry, place in zip(entries, places, strict=True))
    directory = stored(rows + _row(["", 0, NONE, NONE, b""], (0, 0)) * (-len(entries) % 4))
    count = 1
    while count * SECTOR // 4 < len(sectors) + count:
        count += 1
    first_fat = len(sectors)
    fat = _padded([*chain, *[FAT] * count]).ljust(count * SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(outlook.SIGNATURE, 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, CUTOFF),
        *(small_fat, -(-len(_padded(small_chain)) // SECTOR), END, 0),
    )
    header += struct.pack("<109I", *range(first_fat, first_fat + count), *[FREE] * (109 - count))
    return header + b"".join(sectors) + fat


def _enter(entries: list[list[object]], name: str, tree: Tree, kind: int) -> int:
    """Add a storage and all below it; siblings hang one right of the other, in CFB's order."""
    own = len(entries)
    entries.append([name, kind, NONE, NONE, b""])
    before: int | None = None
    for child in sorted(tree, key=lambda one: (len(one), one.upper())):
        value = tree[child]
        if isinstance(value, bytes):
            number = len(entries)
            entries.append([child, STREAM, NONE, NONE, value])
        else:
            number = _enter(entries, child, value, STORAGE)
        if before is None:
            entries[own][3] = number
        else:
            entries[before][2] = number
        before = number
    return own


def _row(entry: list[object], place: tuple[int, int]) -> bytes:
    name, kind, right, child, _ = entry
    assert isinstance(name, str)
    coded = name.encode("utf-16-le")
    size = len(coded) + 2 if name else 0
    told = struct.pack("<64sHBBIII36xIQ", coded, size, kind, 1, NONE, right, child, *place)
    assert len(told) == 128
    return told


def _padded(chain: list[int]) -> bytes:
    data = struct.pack(f"<{len(chain)}I", *chain)
    return data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\xff")
