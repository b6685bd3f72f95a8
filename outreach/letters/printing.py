"""Letters on paper: many PDFs become one file to print, or a few where there are thousands."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

# Letters in one file. Merging holds the structure of a whole file in memory (about a quarter of a
# megabyte a letter), and a printer takes a thousand letters more gladly than thirty thousand.
LOT = 1_000


def merge(letters: Iterable[tuple[str, bytes]], target: Path, *, both_sides: bool = False) -> int:
    """Write the ``letters`` (title, PDF) one after another into ``target``; return its pages.

    Each has a bookmark with its title. ``both_sides`` adds a blank page after an odd one, so that
    a duplex printer starts each letter on a fresh sheet. The file is for printing: it keeps no
    accessibility tags and claims neither PDF/A nor PDF/UA. The same letters give the same bytes.
    ``target`` appears when it is complete, or not at all; of no letters, none is written.
    """
    import pikepdf

    with ExitStack() as open_, TemporaryDirectory(dir=target.parent, prefix=".printing-") as folder:
        run = pikepdf.new()
        starts: list[tuple[str, int]] = []
        for title, pdf in letters:
            starts.append((title, len(run.pages)))
            # Kept open: qpdf fetches the contents of the pages while it saves.
            pages = open_.enter_context(pikepdf.open(BytesIO(pdf))).pages
            run.pages.extend(pages)
            if both_sides and len(pages) % 2:
                left, bottom, right, top = (float(edge) for edge in pages[-1].mediabox)
                run.add_blank_page(page_size=(right - left, top - bottom))
        if not starts:
            return 0
        for page in run.pages:
            # The tags stay in the letter's own file: what points to them would dangle.
            if "/StructParents" in page:
                del page["/StructParents"]
        with run.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(title, page) for title, page in starts)
        # A printer that fits to the page moves the address out of the envelope's window.
        run.Root.ViewerPreferences = pikepdf.Dictionary(PrintScaling=pikepdf.Name("/None"))
        finished = Path(folder) / target.name
        run.save(finished, deterministic_id=True)
        finished.replace(target)
        return len(run.pages)


def merge_in_lots(
    letters: Iterable[tuple[str, bytes]], target: Path, *, lot: int = LOT, both_sides: bool = False
) -> Iterator[tuple[Path, int]]:
    """Write ``letters`` into files of at most ``lot`` letters; yield each with its pages.

    One lot is ``target`` itself; of several, the first is "print-1.pdf" for "print.pdf", and so
    on. ``letters`` is read as it is needed: memory holds one lot, however many there are.
    """
    rest = iter(letters)
    number = 0
    first = next(rest, None)
    while first is not None:
        number += 1
        path = target.with_stem(f"{target.stem}-{number}")
        pages = merge(islice(chain([first], rest), lot), path, both_sides=both_sides)
        first = next(rest, None)
        if number == 1 and first is None:
            path = path.replace(target)
        yield path, pages
