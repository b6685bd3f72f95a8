"""Loading the open data: all of it, once, and what a newer file changes."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import func, select

import outreach.app  # noqa: F401  # every room's side of privacy
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import changes, channels, directory, editing, loading
from outreach.contacts.loadreport import LoadReport
from outreach.contacts.models import (
    Contact,
    EmailAddress,
    Membership,
    Organisation,
    PostalAddress,
    ReferenceFile,
)
from outreach.contacts.privacy import rights
from outreach.contacts.reference import (
    OPTIONAL,
    MissingReferenceError,
    ReferenceColumnError,
    ReferenceRowError,
)
from outreach.db import Store
from outreach.journal import Event
from tests.conftest import CHECKOUT
from tests.contacts.conftest import ACT

REFERENCE = CHECKOUT / "contacts" / "reference"


def rows(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(store: Store, folder: Path) -> LoadReport:
    with store.transaction() as session:
        return loading.load(session, folder, ACT)


def file(office: Path, name: str) -> Path:
    return office / "contacts" / "reference" / name


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_every_row_of_every_file_becomes_an_organisation(loaded: Store) -> None:
    expected = {
        "commune": len(rows("france_communes.csv")),
        "epci": len(rows("france_epci.csv")),
        "departement": len(rows("france_departements.csv")),
        "region": len(rows("france_regions.csv")),
        "territoire": len(rows("france_com_outre_mer.csv")),
        "municipio": len(rows("colombia_municipios.csv")),
        "departamento": len(rows("colombia_departamentos.csv")),
        "association": 1,
    }
    with loaded.reading() as session:
        assert loading.counts(session) == expected


def test_every_mairie_becomes_a_contact_with_its_addresses(loaded: Store) -> None:
    mairies = rows("france_mairies.csv")
    with loaded.reading() as session:
        contacts = session.scalar(select(func.count()).select_from(Contact))
        emails = session.scalar(select(func.count()).select_from(EmailAddress))
        posts = session.scalar(select(func.count()).select_from(PostalAddress))
    assert contacts == len(mairies)
    assert emails == sum(bool(row["email"]) for row in mairies)
    assert posts == sum(bool(row["code_postal"] and row["ville"]) for row in mairies)


def test_the_form_of_address_is_that_of_the_source_and_never_guessed(loaded: Store) -> None:
    known = {
        r["code"]: r["civilite"] for r in rows("france_civilites.csv") if r["niveau"] == "commune"
    }
    with loaded.reading() as session:
        found = session.execute(select(Contact.code, Contact.gender)).all()
    for code, gender in found:
        assert gender == {"Madame": "F", "Monsieur": "M"}.get(known.get(code[3:], ""))


def test_a_city_named_twice_in_the_source_is_one_member(loaded: Store) -> None:
    cities = {row["divipola"] for row in rows("colombia_asointermedias.csv")}
    with loaded.reading() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == len(cities)


def test_le_havre_is_what_the_files_say(loaded: Store) -> None:
    (commune,) = [row for row in rows("france_communes.csv") if row["code_insee"] == "76351"]
    with loaded.reading() as session:
        havre = session.scalars(select(Organisation).where(Organisation.code == "FR:76351")).one()
        assert (havre.name, havre.tncc, havre.siren) == ("Le Havre", 2, commune["siren"])
        assert (havre.departement, havre.region) == ("76", "28")
        assert havre.population == int(commune["population"])


def test_loading_the_same_files_again_changes_nothing(loaded: Store) -> None:
    with loaded.reading() as session:
        before = session.scalar(select(func.max(Event.id)))
    assert load(loaded, CHECKOUT).unchanged
    with loaded.reading() as session:
        assert session.scalar(select(func.max(Event.id))) == before


def test_a_newer_file_tells_what_changed_and_keeps_what_vanished(
    any_store: Store, small_office: Path
) -> None:
    load(any_store, small_office)
    communes = file(small_office, "france_communes.csv")
    change(communes, "Le Havre", "Le Grand Havre")
    lines = communes.read_text("utf-8").splitlines(keepends=True)
    communes.write_text("".join(line for line in lines if not line.startswith("01001")), "utf-8")
    mairies = file(small_office, "france_mairies.csv")
    text = mairies.read_text("utf-8").splitlines(keepends=True)
    mairies.write_text("".join(line for line in text if not line.startswith("01001")), "utf-8")
    report = load(any_store, small_office)
    told = [(c.code, c.field, c.old, c.new) for c in report.changes]
    assert ("FR:76351", "name", "Le Havre", "Le Grand Havre") in told
    assert report.vanished == ["FR:01001"]
    with any_store.reading() as session:
        gone = session.scalars(select(Organisation).where(Organisation.code == "FR:01001")).one()
        assert gone.vanished_on is not None
        fields = session.scalars(select(Event.detail).where(Event.verb == "changed")).all()
    assert {"fields": ["name"]} in fields
    assert load(any_store, small_office).unchanged


def test_a_changed_address_takes_the_place_of_the_old_one(
    any_store: Store, small_office: Path
) -> None:
    load(any_store, small_office)
    change(file(small_office, "france_mairies.csv"), "contact@lehavre.fr", "mairie@lehavre.example")
    report = load(any_store, small_office)
    assert [(c.field, c.new) for c in report.changes] == [("address", "mairie@lehavre.example")]
    with any_store.reading() as session:
        found = session.scalars(
            select(EmailAddress.address).join(Contact).where(Contact.code == "FR:76351")
        ).all()
    assert found == ["mairie@lehavre.example"]


def test_without_the_two_contact_files_there_are_organisations_only(
    store: Store, small_office: Path
) -> None:
    for name in OPTIONAL:
        file(small_office, name).unlink()
    report = load(store, small_office)
    assert report.added["organisation"] > 1_000
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0


BROKEN = [
    ("france_regions.csv", "tncc", "article", ReferenceColumnError, "tncc"),
    ("france_communes.csv", "76351,Le Havre,2", "76351,Le Havre,deux", ReferenceRowError, "deux"),
    ("colombia_municipios.csv", "6.246631", "six", ReferenceRowError, "six"),
    ("colombia_asointermedias.csv", "05088", "99999", ReferenceRowError, "line 2"),
]


@pytest.mark.parametrize(("name", "old", "new", "error", "said"), BROKEN)
def test_a_broken_file_is_named_with_its_place_and_nothing_is_loaded(
    any_store: Store,
    small_office: Path,
    name: str,
    old: str,
    new: str,
    error: type[Exception],
    said: str,
) -> None:
    change(file(small_office, name), old, new)
    with pytest.raises(error, match=said) as told:
        load(any_store, small_office)
    assert name in str(told.value)
    with any_store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0
        assert session.scalar(select(func.count()).select_from(ReferenceFile)) == 0


def test_a_missing_file_is_named(store: Store, small_office: Path) -> None:
    file(small_office, "france_epci.csv").unlink()
    with pytest.raises(MissingReferenceError, match=r"france_epci\.csv"):
        load(store, small_office)


def test_a_file_saved_with_a_byte_order_mark_is_the_same(store: Store, small_office: Path) -> None:
    path = file(small_office, "france_regions.csv")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load(store, small_office).added["organisation"] > 1_000


def test_a_newer_file_fills_no_card_of_somebody_who_was_erased(
    store: Store, small_office: Path
) -> None:
    with store.transaction() as session:
        loading.load(session, small_office, ACT)
        users.add(session, ACT.actor, Role.MANAGER, ACT)
        mayor = directory.find(session, "FR:76351")
        assert mayor.emails
        rights.erase(session, mayor, key=bytes(32), act=ACT)
    for name in ("mairies", "civilites"):
        path = small_office / "contacts" / "reference" / f"france_{name}.csv"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))  # another file, same rows
    with store.transaction() as session:
        loading.load(session, small_office, ACT)
    with store.reading() as session:
        mayor = directory.find(session, "FR:76351")
        assert (mayor.gender, mayor.phone, mayor.emails, mayor.posts) == (None, None, [], [])
        assert rights.objecting(session, [mayor.id], "any-campaign") == {mayor.id}


def history(store: Store, code: str) -> list[tuple[str, str | None, str | None]]:
    with store.reading() as session:
        told = changes.of_contact(session, directory.find(session, code).id)
        return [(each.what, each.old, each.new) for each in told]


def test_what_a_newer_file_changes_is_in_the_history_of_the_card_until_an_erasure(
    any_store: Store, small_office: Path
) -> None:
    load(any_store, small_office)
    change(file(small_office, "france_mairies.csv"), "contact@lehavre.fr", "mairie@lehavre.example")
    load(any_store, small_office)
    changed = ("address", "contact@lehavre.fr", "mairie@lehavre.example")
    assert changed in history(any_store, "FR:76351")
    with any_store.transaction() as session:
        users.add(session, ACT.actor, Role.MANAGER, ACT)
        rights.erase(session, directory.find(session, "FR:76351"), key=bytes(32), act=ACT)
    assert "lehavre" not in str(history(any_store, "FR:76351"))


def test_what_the_office_chose_stands_before_a_newer_file(
    any_store: Store, small_office: Path
) -> None:
    load(any_store, small_office)
    with any_store.transaction() as session:
        users.add(session, ACT.actor, Role.SECRETARY, ACT)
        havre = directory.find(session, "FR:76351")
        phone = havre.phone
        editing.edit(session, havre, {"phone": "+33 2 00 00 00 00"}, ACT)
        channels.add_email(session, havre, "cabinet@lehavre.example", ACT)
        channels.prefer_email(session, havre, "cabinet@lehavre.example", ACT)
        channels.set_post(session, havre, {"street": "1 rue Haute", "town": "Le Havre"}, ACT)
        lyon = directory.find(session, "FR:69123").phone
    assert phone is not None
    assert lyon is not None
    mairies = file(small_office, "france_mairies.csv")
    change(mairies, phone, "+33 2 99 99 99 99")
    change(mairies, "contact@lehavre.fr", "mairie@lehavre.example")
    change(mairies, lyon, "+33 4 99 99 99 99")
    report = load(any_store, small_office)
    assert [(c.code, c.field) for c in report.changes] == [("FR:69123", "phone")]
    assert set(report.kept) == {"FR:76351"}
    assert "kept as your office has it: FR:76351" in " ".join(map(str, report.lines()))
    with any_store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        assert havre.phone == "+33 2 00 00 00 00"
        assert havre.emails[0].address == "cabinet@lehavre.example"
        assert havre.posts[0].street == "1 rue Haute"
        editing.edit(session, havre, {"phone": phone}, ACT)  # as the first file had it, chosen now
    change(mairies, "+33 2 99 99 99 99", "+33 2 88 88 88 88")
    load(any_store, small_office)
    with any_store.reading() as session:
        assert directory.find(session, "FR:76351").phone == phone
