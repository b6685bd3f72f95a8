import pytest
from sqlalchemy import select

from outreach.contacts.models import Contact
from outreach.dispatch import specimens
from tests.dispatch.world import World

pytestmark = pytest.mark.one_database


def test_ten_unlike_contacts_each_for_another_reason(world: World) -> None:
    world.people()
    with world.store.reading() as session:
        found = specimens.varied(session)
        reasons = {str(one.why): one.code for one in found}
        assert len(reasons) == len({one.code for one in found}) == len(found)
        assert reasons["the longest name"] == "FR:200046977"
        assert reasons["no gender known"] == "CO:73001"
        assert reasons["an article in its name"] == "FR:76351"
        assert reasons["the longest postal address"] == "FR:06088"


def test_they_can_be_chosen_from_an_audience(world: World) -> None:
    world.people()
    with world.store.reading() as session:
        nice = session.scalars(select(Contact.id).where(Contact.code == "FR:06088")).all()
        assert [one.code for one in specimens.varied(session, among=nice)] == ["FR:06088"]
        assert specimens.varied(session, among=[]) == []


def test_there_are_never_more_than_ten(world: World) -> None:
    world.people()
    world.many(30)
    with world.store.reading() as session:
        assert len(specimens.varied(session)) <= specimens.COUNT
