"""Lists as offices have them, imported as one unit and taken back."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.contacts import loading
from outreach.contacts.importing import fields, runs, undoing
from outreach.contacts.importing.fields import Mapping
from outreach.contacts.importing.models import ImportRow
from outreach.contacts.importing.planning import Planned
from outreach.contacts.importing.refusals import UnknownColumnsError
from outreach.contacts.models import Contact, EmailAddress, Membership, Organisation
from outreach.db import Store
from outreach.journal import Event
from tests.contacts.conftest import ACT

DIRTY = (
    "Liste des maires;;;;\n"
    "Collectivité;Dépt;Civilité;Nom et prénom;Courriel;Fonction\n"
    'Mairie du HAVRE;76;Mme/M.;;"contact@lehavre.example ; deux@lehavre.example";Maire\n'
    'St-Etienne;Loire;Mme;"DUPONT\nMarie";marie@ste.example;Directrice générale des services\n'
    "Cne de Lyonn;69;M.;Paul MARTIN;paul@lyon.example\n"
    "Amiens;80;;;pas une adresse;Maire\n"
    "Nulle-Part-sur-Mer;80;;;x@y.example;Maire\n"
)


@pytest.fixture
def filled(any_store: Store, small_office: Path) -> Store:
    with any_store.transaction() as session:
        loading.load(session, small_office, ACT)
    return any_store


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding)
    return path


def imported(
    store: Store, path: Path, mapping: Mapping | None = None, association: str = ""
) -> runs.Report:
    with store.transaction() as session:
        listing = runs.open_list(path, mapping or Mapping(), association)
        return runs.run(session, listing, ACT)


def planned(store: Store, path: Path, mapping: Mapping | None = None) -> list[Planned]:
    with store.reading() as session:
        return list(runs.plan(session, runs.open_list(path, mapping or Mapping())))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_dirty_list_is_understood_line_by_line(
    filled: Store, tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, DIRTY, encoding)
    told = [(one.outcome.value, one.contact) for one in planned(filled, path)]
    assert told[0] == ("changed", "FR:76351")
    assert told[1] == ("new", "FR:42218/dupont")
    assert told[2][1] == "FR:69123"
    assert [outcome for outcome, _ in told[3:]] == ["refused", "refused"]
    with filled.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_an_import_does_what_the_dry_run_said(filled: Store, tmp_path: Path) -> None:
    path = written(tmp_path, DIRTY)
    foreseen = [one.outcome.value for one in planned(filled, path)]
    report = imported(filled, path)
    assert dict(report.counts) == {name: foreseen.count(name) for name in foreseen}
    with filled.reading() as session:
        emails = session.scalars(
            select(EmailAddress.address)
            .join(Contact)
            .where(Contact.code == "FR:76351")
            .order_by(EmailAddress.position)
        ).all()
        dgs = session.scalars(select(Contact).where(Contact.code == "FR:42218/dupont")).one()
    assert emails[-2:] == ["contact@lehavre.example", "deux@lehavre.example"]
    assert (dgs.gender, dgs.first_name, dgs.last_name, dgs.office) == (
        "F",
        "Marie",
        "DUPONT",
        "dgs",
    )
    assert {one.outcome.value for one in planned(filled, path)} == {"same", "refused"}


def test_undo_takes_everything_back(filled: Store, tmp_path: Path) -> None:
    def all_rows() -> list[object]:
        with filled.reading() as session:
            return [
                *session.execute(
                    select(
                        Contact.code, Contact.office, Contact.last_name, Contact.gender
                    ).order_by(Contact.code)
                ),
                *session.execute(
                    select(EmailAddress.contact_id, EmailAddress.address).order_by(EmailAddress.id)
                ),
            ]

    before = all_rows()
    report = imported(filled, written(tmp_path, DIRTY))
    assert all_rows() != before
    with filled.transaction() as session:
        done = undoing.undo(session, report.run, ACT)
    assert done.kept == []
    assert all_rows() == before
    with filled.transaction() as session, pytest.raises(undoing.UndoneImportError):
        undoing.undo(session, report.run, ACT)


def test_undo_keeps_what_a_person_edited_since_and_says_so(filled: Store, tmp_path: Path) -> None:
    report = imported(filled, written(tmp_path, DIRTY))
    with filled.transaction() as session:
        lyon = session.scalars(select(Contact).where(Contact.code == "FR:69123")).one()
        lyon.last_name = "Durand"
    with filled.transaction() as session:
        done = undoing.undo(session, report.run, ACT)
    assert [code for code, _ in done.kept] == ["FR:69123"]
    assert "last_name" in str(done.kept[0][1])
    with filled.reading() as session:
        lyon = session.scalars(select(Contact).where(Contact.code == "FR:69123")).one()
        assert (lyon.first_name, lyon.last_name) == (None, "Durand")


def test_every_new_contact_is_in_the_journal_without_its_values(
    filled: Store, tmp_path: Path
) -> None:
    imported(filled, written(tmp_path, DIRTY))
    with filled.reading() as session:
        details = [str(d) for d in session.scalars(select(Event.detail)) if d]
    assert not [detail for detail in details if "DUPONT" in detail or "@" in detail]


def test_an_unsure_line_waits_for_a_person_and_is_taken_back_with_its_import(
    filled: Store, tmp_path: Path
) -> None:
    report = imported(filled, written(tmp_path, "Ville;E-mail\nLe Hvre;a@b.example\n"))
    with filled.transaction() as session:
        (row,) = runs.unsure(session)
        assert row.given is not None
        assert row.given["candidates"][0][0] == "FR:76351"
        done = runs.settle(session, row.id, "fr:76351", ACT)
        assert done.contact == "FR:76351"
    with filled.transaction() as session:
        assert runs.unsure(session) == []
        undoing.undo(session, report.run, ACT)
    with filled.reading() as session:
        found = session.scalar(select(EmailAddress).where(EmailAddress.address == "a@b.example"))
    assert found is None


def test_the_official_list_of_mayors_names_them(filled: Store, tmp_path: Path) -> None:
    text = (
        "Code du département;Libellé du département;Code de la commune;Libellé de la commune;"
        "Nom de l'élu;Prénom de l'élu;Code sexe;Date de naissance;Date de début du mandat;"
        "Date de début de la fonction\n"
        "01;Ain;1001;L'Abergement-Clémenciat;EXEMPLE;Ana;F;01/02/1960;18/05/2020;26/05/2020\n"
    )
    imported(filled, written(tmp_path, text), fields.RNE)
    with filled.reading() as session:
        mayor = session.scalars(select(Contact).where(Contact.code == "FR:01001")).one()
    assert (mayor.office, mayor.gender, mayor.last_name) == ("maire", "F", "EXEMPLE")
    assert mayor.mandate_end == date(2026, 3, 31)


def test_a_list_of_members_is_dated_and_makes_the_association(
    filled: Store, tmp_path: Path
) -> None:
    path = written(tmp_path, "Code INSEE,Depuis\n76351,2019-05-01\n69123,01/02/2020\n")
    report = imported(filled, path, association="Cités Unies France")
    assert report.memberships == 2
    with filled.reading() as session:
        found = session.execute(
            select(Membership.since, Organisation.name)
            .join(Organisation, Organisation.id == Membership.association_id)
            .where(Organisation.name == "Cités Unies France")
            .order_by(Membership.since)
        ).all()
    assert [since for since, _ in found] == [date(2019, 5, 1), date(2020, 2, 1)]
    assert imported(filled, path, association="Cités Unies France").memberships == 0
    with filled.transaction() as session:
        undoing.undo(session, report.run, ACT)
    with filled.reading() as session:
        left = select(func.count()).where(Membership.since == date(2019, 5, 1))
        assert session.scalar(left) == 0


def test_a_mapping_is_saved_and_used_again(filled: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "Où;Boîte\nLe Havre;a@b.example\n")
    with pytest.raises(UnknownColumnsError, match="Où"):
        runs.open_list(path, Mapping())
    listing = runs.open_list(path, Mapping(columns={"Où": "organisation"}))
    fields.save(tmp_path, "notre-liste", listing.header, "")
    again = fields.load(tmp_path, "notre-liste")
    assert again.columns == {"Où": "organisation", "Boîte": "emails"}
    assert planned(filled, path, again)[0].contact == "FR:76351"
