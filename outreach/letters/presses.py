"""Many PDFs at once: a press in each of a few processes. What comes out is as from one press."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from datetime import datetime
from itertools import islice

from msgspec import Struct

from outreach.letters.pdf import PdfPress

FEW = 60
"""Letters that one press makes sooner than other processes start (about a second)."""
MOST_PROCESSES = 4
TOGETHER = 10
"""Letters handed over at a time."""


class Sheet(Struct, frozen=True):
    """One letter to be laid out: what ``PdfPress.pdf`` takes."""

    tree: bytes
    moment: datetime
    pictures: Mapping[str, bytes] = {}


def pdfs(
    letterhead: Mapping[str, bytes],
    sheets: Iterable[Sheet],
    count: int,
    *,
    processes: int | None = None,
) -> Generator[bytes, None, None]:
    """Yield the PDF of each of ``count`` sheets, in their order, a few made ahead.

    ``processes``: else as many as the machine has processors, four at most, one for few letters.
    Raises what ``PdfPress`` raises, at the letter's turn.
    """
    if processes is None:
        processes = 1 if count <= FEW else min(MOST_PROCESSES, os.cpu_count() or 1)
    if processes == 1:
        press = PdfPress(letterhead)
        for sheet in sheets:
            yield press.pdf(sheet.tree, moment=sheet.moment, pictures=sheet.pictures)
        return
    with closing(_in_processes(letterhead, iter(sheets), processes)) as made:
        yield from made


def _in_processes(
    letterhead: Mapping[str, bytes], sheets: Iterator[Sheet], processes: int
) -> Generator[bytes, None, None]:
    # Not forked: Typst's threads, and open databases, would not survive it.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(dict(letterhead),)
    )
    waiting: deque[Future[list[bytes]]] = deque()
    try:
        while True:
            while len(waiting) < 2 * processes and (part := list(islice(sheets, TOGETHER))):
                waiting.append(pool.submit(_make, part))
            if not waiting:
                return
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_PRESS: list[PdfPress] = []
"""The press of a process of its own; empty elsewhere."""


def _start(letterhead: Mapping[str, bytes]) -> None:
    # Ctrl+C is for the process that began this; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _PRESS.append(PdfPress(letterhead))


def _make(sheets: list[Sheet]) -> list[bytes]:
    return [
        _PRESS[0].pdf(sheet.tree, moment=sheet.moment, pictures=sheet.pictures) for sheet in sheets
    ]
