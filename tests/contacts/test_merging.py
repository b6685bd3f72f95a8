"""Two contacts that are one person."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import duplicates, kinship, loading, merging
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.db import Store
from tests.contacts.conftest import ACT


@pytest.fixture
def twins(any_store: Store, small_office: Path) -> Store:
    with any_store.transaction() as session:
        loading.load(session, small_office, ACT)
        havre = session.scalars(select(Organisation).where(Organisation.code == "FR:76351")).one()
        for code, name, address in (
            ("martin", "Martin", "j.martin@havre.example"),
            ("martn", "Martn", "jm@havre.example"),
            ("autre", "Durand", "jm@havre.example"),
        ):
            session.add(
                Contact(
                    code=f"FR:76351/{code}",
                    organisation_id=havre.id,
                    language="fr",
                    office="dgs",
                    first_name="Jean",
                    last_name=name,
                    phone="1234" if code == "martn" else None,
                    source="test",
                    created_at=ACT.at,
                    emails=[EmailAddress(address=address)],
                )
            )
    return any_store


def emails(store: Store, code: str) -> list[str]:
    with store.reading() as session:
        return list(
            session.scalars(
                select(EmailAddress.address)
                .join(Contact)
                .where(Contact.code == code)
                .order_by(EmailAddress.position)
            )
        )


def test_nearly_the_same_name_is_proposed_and_a_shared_mailbox_alone_is_not(twins: Store) -> None:
    with twins.reading() as session:
        (pair,) = duplicates.propose(session)
    assert (pair.kept, pair.gone) == ("FR:76351/martin", "FR:76351/martn")
    assert "name" in str(pair.reason)
    assert 80 < pair.score < 100


def test_a_merge_takes_over_what_lacked_and_is_taken_back_whole(twins: Store) -> None:
    before = emails(twins, "FR:76351/martin")
    with twins.transaction() as session:
        merging.merge(session, "FR:76351/martin", "FR:76351/martn", "", ACT)
        assert duplicates.propose(session) == []
    assert emails(twins, "FR:76351/martin") == [*before, "jm@havre.example"]
    with twins.reading() as session:
        kept = session.scalars(select(Contact).where(Contact.code == "FR:76351/martin")).one()
        gone = session.scalars(select(Contact).where(Contact.code == "FR:76351/martn")).one()
        assert kept.phone == "1234"
        assert kinship.family(session, kept.id) == [kept.id, gone.id]
    with twins.transaction() as session:
        assert merging.unmerge(session, "FR:76351/martn", ACT) == "FR:76351/martin"
    assert emails(twins, "FR:76351/martin") == before
    with twins.reading() as session:
        kept = session.scalars(select(Contact).where(Contact.code == "FR:76351/martin")).one()
        assert kept.phone is None
        assert kinship.family(session, kept.id) == [kept.id]
        assert len(duplicates.propose(session)) == 1


def test_a_contact_is_not_merged_twice_nor_with_itself(twins: Store) -> None:
    with twins.transaction() as session:
        with pytest.raises(merging.SameContactError):
            merging.merge(session, "FR:76351/martin", "FR:76351/martin", "", ACT)
        with pytest.raises(merging.NotMergedError):
            merging.unmerge(session, "FR:76351/martin", ACT)
        merging.merge(session, "FR:76351/martin", "FR:76351/martn", "", ACT)
        with pytest.raises(merging.SameContactError):
            merging.merge(session, "FR:76351/autre", "FR:76351/martn", "", ACT)


def test_who_was_merged_into_another_no_longer_stands_by_itself(twins: Store) -> None:
    def members() -> set[str]:
        with twins.reading() as session:
            query = select(Contact.code).where(kinship.standing())
            return set(session.scalars(query))

    before = members()
    with twins.transaction() as session:
        merging.merge(session, "FR:76351/martin", "FR:76351/martn", "", ACT)
    assert before - members() == {"FR:76351/martn"}


def test_two_people_stay_apart_until_somebody_wants_them_proposed_again(twins: Store) -> None:
    pair = ("FR:76351/martn", "FR:76351/martin")
    with twins.transaction() as session:
        for _ in range(2):
            duplicates.set_apart(session, *pair, ACT)
        assert duplicates.propose(session) == []
        assert [each.one.code for each in duplicates.apart(session, 9)] == ["FR:76351/martin"]
        with pytest.raises(merging.SameContactError):
            duplicates.set_apart(session, pair[0], pair[0], ACT)
    with twins.transaction() as session:
        duplicates.propose_again(session, *pair, ACT)
        duplicates.propose_again(session, *pair, ACT)
        assert len(duplicates.propose(session)) == 1


def test_a_chosen_value_replaces_what_stood_there_and_comes_back(twins: Store) -> None:
    def name(session: Session) -> str | None:
        return session.scalar(select(Contact.last_name).where(Contact.code == "FR:76351/martin"))

    with twins.transaction() as session:
        merging.merge(
            session, "FR:76351/martin", "FR:76351/martn", "", ACT, chosen=["last_name", "office"]
        )
        assert name(session) == "Martn"
        (standing,) = merging.merged(session, 9)
        assert standing.gone.code == "FR:76351/martn"
        assert kinship.into(session, standing.gone.id) is standing.kept
    with twins.transaction() as session:
        merging.unmerge(session, "FR:76351/martn", ACT)
        assert name(session) == "Martin"
