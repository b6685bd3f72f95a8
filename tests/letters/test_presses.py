import pickle
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from outreach.letters import presses
from outreach.letters.catalogue import Letterhead
from outreach.letters.pdf import MissingGlyphError, PdfPress
from outreach.letters.presses import Sheet
from tests.conftest import CHECKOUT
from tests.letters.letter_facts import facts, written

MOMENT = datetime(2025, 9, 1, tzinfo=UTC)
FILES = dict(Letterhead.read(CHECKOUT).files)


def sheets(count: int) -> list[Sheet]:
    return [Sheet(written(f"Lettre {number}.", facts()).tree, MOMENT) for number in range(count)]


def test_two_processes_give_the_bytes_of_one_in_the_same_order() -> None:
    letters = sheets(23)
    press = PdfPress(FILES)
    alone = [press.pdf(sheet.tree, moment=sheet.moment) for sheet in letters]
    assert list(presses.pdfs(FILES, iter(letters), 23, processes=2)) == alone
    assert list(presses.pdfs(FILES, iter(letters), 23)) == alone


def test_no_letter_is_taken_long_before_its_turn() -> None:
    taken: list[int] = []

    def told() -> Iterator[Sheet]:
        for number, sheet in enumerate(sheets(100)):
            taken.append(number)
            yield sheet

    made = presses.pdfs(FILES, told(), 100, processes=2)
    assert next(made).startswith(b"%PDF")
    assert len(taken) <= 4 * presses.TOGETHER + 1
    made.close()


def test_what_one_letter_lacks_is_told_from_another_process_too() -> None:
    bad = Sheet(written("Un mot : 漢.", facts()).tree, MOMENT)
    made = presses.pdfs(FILES, iter([*sheets(1), bad]), 2, processes=2)
    with pytest.raises(MissingGlyphError, match="漢"):
        list(made)


def test_an_error_travels_between_processes_with_its_values() -> None:
    error = MissingGlyphError(characters=["“漢” (U+6F22)"])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(again) is MissingGlyphError
    assert again.values == error.values
    assert str(again) == str(error)
