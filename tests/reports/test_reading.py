"""A letter as it left, read for the eye."""

from sqlalchemy import select

from outreach.dispatch.models import Delivery
from outreach.reports import reading
from tests.dispatch.world import World


def test_the_pictures_of_a_message_are_shown_in_its_page(world: World) -> None:
    number = world.signed()
    world.send(number)
    with world.store.reading() as session:
        sent = session.scalars(select(Delivery.id).where(Delivery.state == "sent")).all()
        assert sent
        for delivery in sent:
            opened = reading.opened(session, reading.find(session, delivery))
            assert b"cid:logo@letterhead" in opened.data
            assert "cid:" not in opened.html
            assert 'src="data:image/png;base64,' in opened.html
