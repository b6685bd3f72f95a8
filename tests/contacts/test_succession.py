"""Communes that merge, take a new name, or vanish: told first, then written as one unit."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

import outreach.app  # noqa: F401  # what hangs on organisations
from outreach.accounts.users import NotAllowedError
from outreach.contacts import changes, directory, succession
from outreach.contacts.models import Kind, Organisation
from outreach.contacts.succession import CommuneFileError, Ended, Plan, Renamed, Succession
from outreach.db import Store
from outreach.journal import Event
from tests.dispatch.world import MANAGER, SECRETARY, World, add_organisation

pytestmark = pytest.mark.one_database

TODAY = date(2026, 1, 5)


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    world = World(any_store, office)
    world.people()
    with any_store.transaction() as session:
        for code, name in (
            ("FR:49001", "Les Alleuds"),
            ("FR:49050", "Brissac-Quincé"),
            ("FR:50001", "Bourg"),
            ("FR:50002", "Perdue"),
        ):
            add_organisation(session, code, Kind.COMMUNE, name)
    return world


NEWER = {
    "76351": "Le Havre",
    "06088": "Nice-sur-Mer",
    "75056": "Paris",
    "98818": "Nouméa",
    "49050": "Brissac Loire Aubance (Les Alleuds)",
    "50003": "Val-de-Bourg",
}
MOVED = {"50001": ("50009", date(2025, 1, 1)), "50009": ("50003", date(2026, 1, 1))}


def plan(world: World, moved: dict[str, tuple[str, date]]) -> Plan:
    with world.store.reading() as session:
        return succession.compare(session, NEWER, moved)


def test_what_became_of_each_commune_is_told(world: World) -> None:
    found = plan(world, MOVED)
    assert found.renamed == [
        Renamed("FR:06088", "Nice", "Nice-sur-Mer"),
        Renamed("FR:49050", "Brissac-Quincé", "Brissac Loire Aubance (Les Alleuds)"),
    ]
    assert found.ended == [
        Ended("FR:49001", "Les Alleuds", "FR:49050", None, sure=False),
        Ended("FR:50001", "Bourg", "FR:50003", date(2025, 1, 1), sure=True),
        Ended("FR:50002", "Perdue", None, None, sure=False),
    ]
    assert found.new == ["50003"]


def test_it_tells_what_hangs_on_them(world: World) -> None:
    world.start()
    world.prepare()
    assert plan(world, {}).touched == {
        "contacts": 1,
        "contacts in campaigns": 1,
        "letters not sent yet": 1,
    }
    with world.store.reading() as session:
        found = succession.compare(session, {k: v for k, v in NEWER.items() if k != "76351"}, {})
    assert found.touched == {
        "contacts": 2,
        "contacts in campaigns": 2,
        "letters not sent yet": 2,
    }


def test_a_plan_is_written_once_and_deletes_nothing(world: World) -> None:
    found = plan(world, MOVED)
    with world.store.transaction() as session, pytest.raises(NotAllowedError):
        succession.apply(session, found, source="x.csv", today=TODAY, act=world.act(SECRETARY))
    with world.store.transaction() as session:
        succession.apply(session, found, source="x.csv", today=TODAY, act=world.act(MANAGER))
    with world.store.reading() as session:
        rows = {row.code: row for row in session.scalars(select(Organisation))}
        assert rows["FR:06088"].name == "Nice-sur-Mer"
        assert rows["FR:50001"].vanished_on == date(2025, 1, 1)
        assert rows["FR:50002"].vanished_on == TODAY
        heirs = {s.organisation_id: s.successor_id for s in session.scalars(select(Succession))}
        assert heirs[rows["FR:49001"].id] == rows["FR:49050"].id
        assert heirs[rows["FR:50002"].id] is None
        verbs = session.scalars(select(Event.verb).where(Event.subject == "organisation")).all()
        assert sorted(verbs) == ["changed", "changed", "vanished", "vanished", "vanished"]
        mayor = directory.find(session, "FR:06088")
        told = [(c.what, c.old, c.new) for c in changes.of_contact(session, mayor.id)]
        assert told == [("organisation", "Nice", "Nice-sur-Mer")]
    again = plan(world, MOVED)
    assert (again.renamed, again.ended) == ([], [])


def test_the_files_of_insee_are_read(tmp_path: Path) -> None:
    rows = "\n".join(f"COM,{n:05d},Bourg-{n}" for n in range(1, 1_101))
    path = tmp_path / "v_commune.csv"
    path.write_text(f"TYPECOM,COM,LIBELLE\n{rows}\nCOMD,99999,Déléguée\n", "utf-8-sig")
    found = succession.communes(path)
    assert len(found) == 1_100
    assert found["00007"] == "Bourg-7"
    moves = tmp_path / "v_mvt.csv"
    moves.write_text(
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP\n"
        "32,2025-01-01,COM,00001,A,COMD,00001,A\n32,2025-01-01,COM,00001,A,COM,00002,B\n",
        "utf-8",
    )
    assert succession.movements(moves) == {"00001": ("00002", date(2025, 1, 1))}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,nom\n01001,X\n", "\x00\x01"])
def test_a_cut_off_or_strange_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(CommuneFileError, match=r"x\.csv"):
        succession.communes(path)
