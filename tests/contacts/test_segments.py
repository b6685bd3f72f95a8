"""Segments over the whole open data, counted against the files."""

from pathlib import Path

import pytest

from outreach.contacts import segments
from outreach.contacts.models import Kind
from outreach.contacts.segments import Condition, Segment, UnknownSegmentError
from outreach.db import Store
from outreach.settings import Bilingual
from outreach.tomlfile import TomlValueError
from tests.conftest import CHECKOUT
from tests.contacts.test_loading import rows


def of(condition: Condition) -> Segment:
    return Segment(name="x", title=Bilingual(fr="x", es="x"), condition=condition)


def counted(store: Store, condition: Condition) -> int:
    with store.reading() as session:
        return sum(segments.counts(session, of(condition)).values())


def test_the_demo_segment_holds_whom_it_says(loaded: Store) -> None:
    large = {
        row["code_insee"]
        for row in rows("france_communes.csv")
        if int(row["population"] or 0) >= 20_000
    }
    written = {row["code_insee"] for row in rows("france_mairies.csv")}
    found = segments.load(CHECKOUT, "demo")
    with loaded.reading() as session:
        counts = segments.counts(session, found)
        nobody = {o.code for o in segments.without_contact(session, found)}
    assert counts == {("FR", "commune"): len(large & written)}  # no example contact is loaded
    assert {
        code[3:] for code in nobody if code.startswith("FR:") and len(code) == 8
    } == large - written
    assert sum(code.startswith("CO:") for code in nobody) == len(
        {row["divipola"] for row in rows("colombia_asointermedias.csv")}
    )


def test_every_shipped_segment_can_be_read() -> None:
    for name in segments.names(CHECKOUT):
        assert segments.load(CHECKOUT, name).name == name


def test_criteria_join_part_and_turn_round(loaded: Store) -> None:
    communes = [row for row in rows("france_communes.csv") if row["code_departement"] == "76"]
    written = {row["code_insee"] for row in rows("france_mairies.csv")}
    seine = Condition(kinds=(Kind.COMMUNE,), departements=("76",))
    large = Condition(population_min=10_000)
    all_ = counted(loaded, seine)
    assert all_ == sum(row["code_insee"] in written for row in communes)
    both = counted(loaded, Condition(all=(seine, large)))
    rest = counted(loaded, Condition(all=(seine,), not_=(large,)))
    assert both + rest == all_
    assert counted(loaded, Condition(any=(seine, Condition(codes=("FR:01001",))))) == all_ + 1


def test_an_unknown_segment_names_the_known_ones() -> None:
    with pytest.raises(UnknownSegmentError, match="grandes-communes"):
        segments.load(CHECKOUT, "petites")


def test_an_unknown_key_is_named_with_its_path(tmp_path: Path) -> None:
    folder = tmp_path / segments.FOLDER
    folder.mkdir(parents=True)
    text = 'title = { fr = "x", es = "x" }\n[[any]]\npopulace = 3\n'
    (folder / "x.toml").write_text(text, "utf-8")
    with pytest.raises(TomlValueError, match="populace"):
        segments.load(tmp_path, "x")
