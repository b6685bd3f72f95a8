"""Cards and addresses by hand: checked, ordered, with their history."""

from datetime import date
from pathlib import Path

import pytest

from outreach.contacts import addresses, changes, channels, directory, editing
from outreach.contacts.channels import (
    AddressKnownError,
    BadAddressError,
    Checked,
    UnknownAddressError,
)
from outreach.contacts.models import AddressState
from outreach.db import Store
from tests.dispatch.world import CHIEF, World


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    world = World(any_store, office)
    world.people()
    return world


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Mairie@Ville.FR ", Checked("Mairie@ville.fr", everywhere=True)),
        ("contact@xn--exmple-cua.fr", Checked("contact@exämple.fr", everywhere=True)),
        ("contact@exämple.fr", Checked("contact@exämple.fr", everywhere=True)),
        ("josé@ville.fr", Checked("josé@ville.fr", everywhere=False)),
        ("a@b.example", Checked("a@b.example", everywhere=True)),
    ],
)
def test_addresses_are_checked_without_a_network(given: str, kept: Checked) -> None:
    assert channels.check(given) == kept


@pytest.mark.parametrize("bad", ["", "mairie", "a@b", "a b@c.fr", "a@b..fr", "a@b.fr, c@d.fr"])
def test_what_is_no_address_is_refused_with_the_reason(bad: str) -> None:
    with pytest.raises(BadAddressError, match="is no e-mail address"):
        channels.check(bad)


def test_an_international_domain_is_written_to_in_ascii() -> None:
    assert addresses.in_ascii("contact@exämple.fr") == "contact@xn--exmple-cua.fr"
    assert addresses.in_ascii("josé@ville.fr") is None
    assert addresses.in_ascii("a@" + "ä" * 80 + ".fr") is None


def test_the_first_usable_address_is_the_one_written_to(world: World) -> None:
    with world.store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        act = world.act()
        channels.add_email(session, havre, "josé@havre.example", act)
        channels.add_email(session, havre, "cabinet@hâvre.example", act)
        with pytest.raises(AddressKnownError):
            channels.add_email(session, havre, "CABINET@hâvre.example", act)
        channels.prefer_email(session, havre, "josé@havre.example", act)
    with world.store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        assert havre.emails[0].address == "josé@havre.example"
        reached = addresses.best_channel(havre)
        assert isinstance(reached, addresses.Channel)
        assert reached.email == "mairie@havre.example"  # josé@ needs servers that few have
        channels.mark_email(
            session, havre, "mairie@havre.example", AddressState.RETIRED, world.act()
        )
        with pytest.raises(UnknownAddressError, match="mairie@havre"):
            channels.mark_email(session, havre, "x@y.fr", AddressState.GOOD, world.act())
        reached = addresses.best_channel(havre)
        assert isinstance(reached, addresses.Channel)
        assert reached.email == "cabinet@xn--hvre-boa.example"


def test_a_new_postal_address_retires_the_old_one(world: World) -> None:
    with world.store.transaction() as session:
        nice = directory.find(session, "FR:06088")
        channels.set_post(
            session,
            nice,
            {"street": "1 rue Neuve", "postcode": "06000", "town": "Nice"},
            world.act(),
        )
    with world.store.reading() as session:
        posts = directory.find(session, "FR:06088").posts
        assert [(p.street, p.state) for p in posts] == [
            ("1 rue Neuve", "good"),
            ("5 rue de la Paix", "retired"),
        ]


def test_a_change_keeps_what_the_card_said_with_who_and_when(world: World) -> None:
    with world.store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        values: dict[str, str | date | None] = {
            "last_name": "Durand",
            "mandate_end": date(2026, 3, 31),
            "gender": "M",
        }
        assert editing.edit(session, havre, values, world.act()) == ["last_name", "mandate_end"]
        assert editing.edit(session, havre, {"last_name": "Dupont"}, world.act(CHIEF)) == [
            "last_name"
        ]
        assert editing.edit(session, havre, {"last_name": ""}, world.act()) == ["last_name"]
        with pytest.raises(editing.EmptiedFieldError):
            editing.edit(session, havre, {"language": ""}, world.act())
        told = [(c.actor, c.what, c.old, c.new) for c in changes.of_contact(session, havre.id)]
    assert sorted(told, key=str) == sorted(
        [
            ("Maria", "last_name", None, "Durand"),
            ("Maria", "mandate_end", None, "2026-03-31"),
            ("Ana", "last_name", "Durand", "Dupont"),
            ("Maria", "last_name", "Dupont", None),
        ],
        key=str,
    )


def test_a_contact_is_made_at_an_organisation_and_found_by_name(world: World) -> None:
    with world.store.transaction() as session:
        made = editing.add(
            session, "fr:76351", "dgs", {"office": "dgs", "last_name": "Quatrevingt"}, world.act()
        )
        channels.add_email(session, made, "dgs@havre.example", world.act())
        assert (made.code, made.language, made.source) == ("FR:76351/dgs", "fr", "by hand")
        with pytest.raises(editing.ContactExistsError):
            editing.add(session, "FR:76351", "dgs", {"office": "dgs"}, world.act())
        with pytest.raises(editing.UnknownOrganisationError):
            editing.add(session, "FR:99999", "", {"office": "maire"}, world.act())
    with world.store.reading() as session:
        for text in ("quatrev", "dgs@havre"):
            assert [c.code for c in directory.search(session, text, 5)] == ["FR:76351/dgs"]


@pytest.mark.parametrize(("policy", "letters"), [("each", 2), ("one", 1)])
def test_who_shares_a_mailbox_gets_a_letter_each_or_one_between_them(
    world: World, policy: channels.Policy, letters: int
) -> None:
    with world.store.transaction() as session:
        made = editing.add(session, "FR:76351", "dgs", {"office": "maire"}, world.act())
        channels.add_email(session, made, "MAIRIE@havre.example", world.act())
        assert channels.sharing(session, made) == ["FR:76351"]
        channels.set_policy(session, made.organisation, policy, world.act())
    world.start()
    prepared = world.prepare()
    assert prepared.channels["email"] == 2 + letters
    assert prepared.left_out.get("shared-mailbox", []) == ["FR:76351/dgs"][: 2 - letters]
    assert prepared.batch is not None
    world.submit(prepared.batch)
    assert world.approve(prepared.batch)
