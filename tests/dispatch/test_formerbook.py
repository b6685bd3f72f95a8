"""An older book is taken over as it is: its numbers are used up, its gaps told, doubts refused."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from outreach.accounts.users import NotAllowedError
from outreach.dispatch import formerbook, register, registerchain
from outreach.dispatch.formerbook import (
    Gap,
    NoNumberColumnError,
    NothingToTakeOverError,
    RefusedLinesError,
    Taken,
    UnknownBookFieldError,
)
from outreach.dispatch.register import NumberTakenError
from tests.dispatch.world import CHIEF, SECRETARY, World

FORMAT = "S-EFRPR-{yy}-{n}"
TITLES = ["N° d’ordre", "Date", "Objet", "Destinataire", "Signataire", "Annulé"]
BOOK = [
    ["Registre des départs 2024"],
    TITLES,
    ["S-EFRPR-24-1", "02/01/2024", "Vœux", "Mairie du Havre", "M. X", "non"],
    ["2", "2024-01-03", "Visite", "Région", "M. X", ""],
    ["S-EFRPR-24-5", "2024-02-01T00:00:00", "Erreur", "—", "M. X", "doublon"],
    ["S-EFRPR-23-7", "31.12.2023", "Fin d’année", "—", "M. X", ""],
]


def lines(rows: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    return [(number, list(row)) for number, row in enumerate(rows, 1)]


def take(
    world: World,
    rows: Sequence[Sequence[str]] = BOOK,
    *,
    leave_out: bool = False,
    actor: str = CHIEF,
) -> Taken:
    with world.store.transaction() as session:
        return formerbook.take_over(
            session,
            lines(rows),
            "registre.csv",
            FORMAT,
            {},
            settings=world.settings.register,
            leave_out=leave_out,
            act=world.act(actor),
        )


def why(rows: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    _, refused = formerbook.read(lines(rows), "x", FORMAT, {})
    return [(one.line, one.why.message) for one in refused]


def test_an_older_book_is_taken_over_with_its_gaps(world: World) -> None:
    done = take(world)
    assert [one.reference for one in done.entries] == [
        "S-EFRPR-24-1",
        "S-EFRPR-24-2",
        "S-EFRPR-24-5",
        "S-EFRPR-23-7",
    ]
    assert done.entries[2].annulled == "doublon"
    assert done.entries[2].issued_on == date(2024, 2, 1)
    assert done.gaps == (Gap(2023, 1, 6), Gap(2024, 3, 4))
    with world.store.reading() as session:
        assert formerbook.gaps(session) == list(done.gaps)
        assert register.gaps(session) == []
        verdict = registerchain.verify(session)
        assert (verdict.sealed, verdict.unsealed, verdict.broken) == (4, 0, None)


def test_taken_over_again_nothing_is_doubled(world: World) -> None:
    take(world)
    with pytest.raises(NothingToTakeOverError):
        take(world)
    more = take(world, [*BOOK, ["S-EFRPR-24-6", "", "", "", "", ""]])
    assert (len(more.entries), more.known) == (1, 4)


def test_the_programs_own_book_goes_on_after_the_older_one(world: World) -> None:
    take(world, [TITLES, ["S-EFRPR-25-40", "2025-06-01", "", "", "", ""]])
    world.signed()
    with world.store.reading() as session:
        assert [row.number for row in register.entries(session)] == [41, 42]
        assert register.gaps(session) == []
        assert formerbook.gaps(session) == [Gap(2025, 1, 39)]


def test_a_number_that_was_taken_over_is_never_used_again(world: World) -> None:
    take(world, [TITLES, ["S-EFRPR-25-7", "2025-06-01", "", "", "", ""]])
    external = structs.replace(world.settings.register, source="external")
    with world.store.transaction() as session, pytest.raises(NumberTakenError, match="25-7"):
        register.take(session, external, date(2025, 9, 1), 1, ["S-EFRPR-25-7"])


def test_a_number_of_a_letter_of_ours_is_refused(small_world: World) -> None:
    small_world.signed()
    rows = [TITLES, ["S-EFRPR-25-1", "2025-06-01", "", "", "", ""]]
    with pytest.raises(RefusedLinesError):
        take(small_world, rows)
    with small_world.store.reading() as session:
        found = formerbook.plan(session, lines(rows), "x", FORMAT, {})
    assert [(one.line, one.reference) for one in found.refused] == [(2, "S-EFRPR-25-1")]


def test_doubtful_lines_are_refused_with_their_place(small_world: World) -> None:
    rows = [
        TITLES,
        ["S-EFRPR-24-1", "2024-01-02", "a", "", "", ""],
        ["S-EFRPR-24-1", "2024-01-03", "b", "", "", ""],
        ["12 bis", "2024-01-03", "c", "", "", ""],
        ["S-EFRPR-24-3", "demain", "d", "", "", ""],
        ["S-EFRPR-23-4", "2024-01-03", "e", "", "", ""],
        ["", "2024-01-03", "f", "", "", ""],
        ["9", "", "g", "", "", ""],
        ["", "", "", "", "", ""],
    ]
    assert why(rows) == [
        (3, "it stands on line {line} already"),
        (4, "“{text}” is no number that looks like {example}"),
        (5, "“{date}” is no date"),
        (6, "its date is of another year than its number"),
        (7, "it has no number"),
        (8, "“{text}” is no number that looks like {example}"),
    ]
    with pytest.raises(RefusedLinesError, match="6 lines"):
        take(small_world, rows)
    assert len(take(small_world, rows, leave_out=True).entries) == 1


def test_columns_are_named_by_hand_where_their_titles_say_nothing() -> None:
    rows = [["Folio", "Quand"], ["3", "2024-05-01"]]
    with pytest.raises(NoNumberColumnError, match="Folio"):
        formerbook.read(lines(rows), "x", FORMAT, {})
    found, _ = formerbook.read(lines(rows), "x", FORMAT, {"Folio": "number", "Quand": "date"})
    assert [one.reference for _, one in found] == ["S-EFRPR-24-3"]
    with pytest.raises(UnknownBookFieldError):
        formerbook.read(lines(rows), "x", FORMAT, {"Folio": "folio"})


def test_only_an_administrator_takes_a_book_over(small_world: World) -> None:
    with pytest.raises(NotAllowedError):
        take(small_world, actor=SECRETARY)


def test_what_was_taken_over_cannot_be_changed(world: World) -> None:
    take(world)
    for statement in ("UPDATE register_former SET number = 9", "DELETE FROM register_former"):
        with pytest.raises(Exception, match="never changed"), world.store.transaction() as session:
            session.connection().exec_driver_sql(statement)


@given(st.sets(st.integers(min_value=1, max_value=60), min_size=1))
def test_numbers_and_gaps_together_are_every_number(numbers: set[int]) -> None:
    rows = [TITLES, *([f"S-EFRPR-24-{n}", "2024-01-02", "", "", "", ""] for n in numbers)]
    found, refused = formerbook.read(lines(rows), "x", FORMAT, {})
    assert not refused
    gaps = formerbook.gaps_of(((2024, one.number) for _, one in found), [2024])
    lacking = {n for gap in gaps for n in range(gap.first, gap.last + 1)}
    assert lacking | numbers == set(range(1, max(numbers) + 1))
    assert not lacking & numbers
