"""Who got a letter, who answered: as conditions of segments, after a real journey."""

from datetime import date
from pathlib import Path

import outreach.app  # noqa: F401  # every room's criteria
from outreach.contacts import directory, segments
from outreach.contacts.segments import Condition, Segment
from outreach.db import Store
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.partners.models import Wish
from outreach.settings import Bilingual
from tests.dispatch.world import CAMPAIGN, STEP, World


def found(world: World, **criteria: object) -> set[str]:
    condition = Condition(**criteria)  # type: ignore[arg-type]  # as a test writes them
    segment = Segment(name="x", title=Bilingual(fr="x", es="x"), condition=condition)
    with world.store.reading() as session:
        return {row["code"] for row in segments.members(session, segment)}


def test_letters_and_replies_choose_contacts(any_store: Store, office: Path) -> None:
    world = World(any_store, office)
    world.send(world.signed())
    letter = f"{CAMPAIGN}/{STEP}"
    got = {"FR:76351", "FR:200046977", "CO:73001"}  # Nice is printed, Paris has no address
    everyone = found(world)
    assert found(world, received=(letter,)) == found(world, received=(CAMPAIGN,)) == got
    assert found(world, received=(f"{CAMPAIGN}/other",)) == set()
    assert found(world, not_received=(letter,)) == everyone - got
    assert found(world, last_contact_after=date(2025, 9, 1)) == got
    assert found(world, last_contact_before=date(2025, 9, 1)) == everyone - got
    with world.store.transaction() as session:
        havre = directory.find(session, "FR:76351")
        recording.record(
            session,
            world.definition,
            havre,
            way=Way.PHONE,
            outcome=Outcome.INTERESTED,
            received_on=date(2025, 9, 1),
            today=date(2025, 9, 1),
            settings=world.settings,
            act=world.act(),
        )
        session.add(
            Wish(
                organisation_id=havre.organisation_id,
                theme="port",
                source="reply",
                noted_by="Maria",
                noted_at=world.now,
            )
        )
    assert found(world, replied=True) == found(world, replied=CAMPAIGN) == {"FR:76351"}
    assert found(world, replied="other") == set()
    assert found(world, replied=False) == everyone - {"FR:76351"}
    assert found(world, outcomes=("interested", "later")) == {"FR:76351"}
    assert found(world, outcomes=("declined",)) == set()
    assert found(world, themes=("port",)) == {"FR:76351"}
