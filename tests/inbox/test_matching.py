"""The ladder: which letter a message answers, how surely, and who is never guessed."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns.models import Campaign, Step
from outreach.contacts.models import Contact, EmailAddress, Kind
from outreach.db import Store
from outreach.dispatch import tokens
from outreach.dispatch.models import Batch, Delivery
from outreach.inbox import landmarks, matching
from outreach.inbox.kinds import Kind as Sort
from outreach.inbox.kinds import Verdict
from outreach.inbox.landmarks import Landmarks, is_shared, number_pattern
from outreach.inbox.matching import Match, Rung
from outreach.inbox.parsing import parse
from outreach.inbox.verdict import judge
from tests.conftest import CHECKOUT
from tests.dispatch.test_resending import resend
from tests.dispatch.world import KEY, World, add_contact, add_organisation
from tests.inbox.mutations import mutated

OURS = "mission@ambassade.example"
RECEIVED = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    world = World(any_store, office)
    world.send(world.signed())
    return world


def delivery(world: World, code: str) -> Delivery:
    with world.store.reading() as session:
        return session.scalars(
            select(Delivery)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Contact.code == code)
        ).one()


def matched(
    world: World,
    sender: str,
    *,
    subject: str = "Re: Coopération",
    text: str = "Bonjour, merci.",
    to: str = OURS,
    extra: str = "",
    known: Landmarks | None = None,
) -> Match:
    raw = (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\n{extra}"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
    message = parse(raw.encode())
    with world.store.reading() as session:
        known = known or landmarks.survey(session, world.settings)
        return matching.match(session, message, judge(message, received=RECEIVED), known)


def test_the_message_id_is_surest_whoever_writes(world: World) -> None:
    letter = delivery(world, "FR:76351")
    found = matched(
        world,
        "someone@elsewhere.example",
        extra=f"In-Reply-To: {letter.message_id}\nReferences: <x@y.example>\n",
    )
    assert (found.delivery_id, found.contact_id) == (letter.id, letter.contact_id)
    assert (found.rung, found.is_sure) == (Rung.MESSAGE_ID, True)


def test_a_message_id_in_the_thread_or_in_the_text_will_do(world: World) -> None:
    letter = delivery(world, "FR:76351")
    thread = f"References: {letter.message_id} <later@havre.example>\n"
    assert matched(world, "a@b.example", extra=thread).delivery_id == letter.id
    quoted = f"Bonjour\n\n> Message-ID: {letter.message_id}\n"
    assert matched(world, "a@b.example", text=quoted).delivery_id == letter.id


def test_a_signed_token_in_the_recipient_is_enough_and_a_forged_one_is_nothing(
    world: World,
) -> None:
    letter = delivery(world, "FR:76351")
    with world.store.reading() as session:
        known = landmarks.survey(session, world.settings, key=KEY)
    address = tokens.return_path(KEY, letter.id, "retours@ambassade.example")
    good = matched(world, "a@b.example", to=address.upper(), known=known)
    assert (good.delivery_id, good.rung) == (letter.id, Rung.TOKEN)
    other_key = tokens.return_path(bytes([1] * 32), letter.id, "retours@ambassade.example")
    assert matched(world, "a@b.example", to=other_key, known=known) == Match()


def test_an_opt_out_sent_by_the_button_names_its_contact_whoever_sends_it(world: World) -> None:
    letter = delivery(world, "FR:76351")
    with world.store.reading() as session:
        known = landmarks.survey(session, world.settings, key=KEY)
        campaign = session.scalars(select(Step.campaign_id).where(Step.id == letter.step_id)).one()
    token = tokens.opt_out_token(KEY, letter.contact_id, campaign)
    found = matched(world, "a@b.example", subject=f"STOP {token}", text="", known=known)
    assert (found.delivery_id, found.contact_id, found.rung) == (
        letter.id,
        letter.contact_id,
        Rung.TOKEN,
    )
    forged = tokens.opt_out_token(bytes(31) + b"x", letter.contact_id, campaign)
    assert matched(world, "a@b.example", subject=f"STOP {forged}", text="", known=known) == Match()


def test_the_subject_of_the_button_is_an_opt_out() -> None:
    token = tokens.opt_out_token(KEY, 12, 3)
    message = parse(f"From: a@b.example\nSubject: STOP {token}\n\n".encode())
    assert judge(message, received=RECEIVED).kind.value == "opt-out"


def test_a_number_with_its_sender_finds_the_letter_of_a_circular(world: World) -> None:
    letter = delivery(world, "FR:76351")
    assert letter.reference
    typed = letter.reference.replace("-", " – ")
    found = matched(world, "cabinet@havre.example", subject=f"V/réf {typed.lower()}")
    assert (found.delivery_id, found.rung) == (letter.id, Rung.NUMBER)
    assert found.is_sure


def test_a_number_of_one_letter_is_enough_and_one_of_many_is_not(world: World) -> None:
    with world.store.transaction() as session:
        letters = session.scalars(select(Delivery).where(Delivery.sent_at.is_not(None))).all()
        letters[0].reference = "S-EFRPR-25-900"
        for other in letters[1:]:
            other.reference = "S-EFRPR-25-901"
        one = letters[0].id
        assert len(letters) > 2
    alone = matched(world, "a@b.example", text="Votre courrier S-EFRPR-25-900 nous intéresse.")
    assert (alone.delivery_id, alone.rung, alone.is_sure) == (one, Rung.NUMBER, True)
    many = matched(world, "a@b.example", text="Votre courrier S-EFRPR-25-901 nous intéresse.")
    assert many.delivery_id is None
    assert not many.is_sure
    assert len(many.candidates) == len(letters) - 1


def test_the_address_leads_to_the_last_letter(world: World) -> None:
    letter = delivery(world, "FR:76351")
    found = matched(world, "Mairie <MAIRIE@Havre.example>", subject="Votre lettre")
    assert (found.delivery_id, found.rung) == (letter.id, Rung.ADDRESS)
    assert found.is_sure


def test_a_colleague_is_recognised_by_the_domain_or_one_below_it(world: World) -> None:
    letter = delivery(world, "FR:76351")
    for sender in ("secretariat@havre.example", "dgs@mail.havre.example"):
        found = matched(world, sender)
        assert (found.delivery_id, found.rung, found.is_sure) == (letter.id, Rung.DOMAIN, True)


def test_a_shared_domain_says_nothing(world: World) -> None:
    with world.store.transaction() as session:
        contact = session.scalars(select(Contact).where(Contact.code == "FR:76351")).one()
        contact.emails.append(EmailAddress(address="havre.mairie@wanadoo.fr", position=1))
    assert matched(world, "quelquun@wanadoo.fr") == Match()
    assert matched(world, "havre.mairie@wanadoo.fr").rung is Rung.ADDRESS


def test_a_domain_of_two_organisations_waits_for_a_person(world: World) -> None:
    with world.store.transaction() as session:
        for code in ("FR:80021", "FR:80001"):
            town = add_organisation(session, code, Kind.COMMUNE, code)
            add_contact(session, town, "maire", email=f"{code[3:]}@syndicat.example")
    found = matched(world, "accueil@syndicat.example")
    assert not found.is_sure
    assert found.contact_id is None
    assert len(found.candidates) == 2


def test_a_domain_of_many_organisations_is_nobodys(world: World) -> None:
    with world.store.transaction() as session:
        for number in range(6):
            town = add_organisation(session, f"FR:0000{number}", Kind.COMMUNE, f"B{number}")
            add_contact(session, town, "maire", email=f"m{number}@departement.example")
    assert matched(world, "accueil@departement.example") == Match()


def test_a_mailbox_of_two_organisations_is_the_one_we_wrote_to(world: World) -> None:
    with world.store.transaction() as session:
        town = add_organisation(session, "FR:76540", Kind.COMMUNE, "Rouen")
        add_contact(session, town, "maire", email="mairie@havre.example")
    found = matched(world, "mairie@havre.example")
    assert found.delivery_id == delivery(world, "FR:76351").id
    assert found.is_sure


def test_a_bounce_is_about_whom_it_names_not_about_who_sends_it(world: World) -> None:
    bounce = (
        "I'm sorry to have to inform you that your message could not be delivered.\n"
        "<mairie@havre.example>: 550 5.1.1 User unknown"
    )
    found = matched(world, "MAILER-DAEMON@ibague.example", subject="Undelivered Mail", text=bounce)
    assert found.delivery_id == delivery(world, "FR:76351").id
    stranger = bounce.replace("mairie@", "jean.valjean@")
    unsure = matched(
        world, "MAILER-DAEMON@havre.example", subject="Undelivered Mail", text=stranger
    )
    assert not unsure.is_sure
    assert [one.delivery_id for one in unsure.candidates] == [delivery(world, "FR:76351").id]


@pytest.mark.parametrize("subject", ["TR: Coopération", "RV: x", "WG: x", "Fwd: x", "Fw: x"])
def test_what_a_colleague_passes_on_is_about_its_first_sender(world: World, subject: str) -> None:
    text = (
        "Pour suite à donner.\n\n-----Message d'origine-----\n"
        "De : Mairie du Havre <mairie@havre.example>\nEnvoyé : lundi 8 septembre 2025 09:12\n"
        "À : consulat@ambassade.example\nObjet : Votre lettre\n\nNous sommes intéressés."
    )
    own = landmarks_of(world, OURS)
    found = matched(
        world, f"Consulat <consulat@{OURS.split('@')[1]}>", subject=subject, text=text, known=own
    )
    assert (found.delivery_id, found.rung) == (delivery(world, "FR:76351").id, Rung.FORWARD)
    assert found.is_sure


def test_a_stranger_matches_nothing(world: World) -> None:
    assert matched(world, "spam@pills.example", text="Buy now") == Match()


def test_of_several_campaigns_the_last_letter_is_meant_but_less_surely(world: World) -> None:
    letter = delivery(world, "FR:76351")
    surely = matched(world, "mairie@havre.example").confidence
    with world.store.transaction() as session:
        campaign = Campaign(name="other", state="running", created_at=world.now)
        session.add(campaign)
        session.flush()
        step = Step(campaign_id=campaign.id, name="first", position=0)
        session.add(step)
        session.flush()
        batch = Batch(
            step_id=step.id, origin="tool", state="done", prepared_by="x", prepared_at=world.now
        )
        session.add(batch)
        session.flush()
        newer = Delivery(
            batch_id=batch.id,
            step_id=step.id,
            contact_id=letter.contact_id,
            language="fr",
            state="sent",
            sent_at=world.now + timedelta(days=1),
        )
        session.add(newer)
        session.flush()
        expected = newer.id
    found = matched(world, "mairie@havre.example")
    assert found.delivery_id == expected
    assert found.confidence < surely


def landmarks_of(world: World, own: str) -> Landmarks:
    from dataclasses import replace

    with world.store.reading() as session:
        return replace(landmarks.survey(session, world.settings), own=frozenset({own}))


@pytest.mark.parametrize("domain", ["wanadoo.fr", "gmail.com", "pro.orange.fr", "une.net.co"])
def test_providers_are_known_as_shared(domain: str) -> None:
    assert is_shared(domain)


def test_a_town_is_not_taken_for_a_provider() -> None:
    assert not is_shared("ville-lehavre.example")
    assert not is_shared("fr")


def test_a_number_is_read_as_people_type_it() -> None:
    pattern = number_pattern("S-EFRPR-{yy}-{n}")
    assert pattern is not None
    for typed in (
        "S-EFRPR-25-265",
        "s-efrpr-25-265",
        "S EFRPR 25 265",
        "S–EFRPR–25–265",
        "SEFRPR25265",
    ):
        found = pattern.search(f"Réf. {typed}, du 1er")
        assert found is not None, typed
        assert (found["yy"], found["n"]) == ("25", "265")
    assert pattern.search("NS-EFRPR-25-265") is None


def test_a_format_of_bare_figures_is_not_searched_for() -> None:
    assert number_pattern("{n}/{yyyy}") is None


def test_no_message_whatever_makes_the_matching_fail(world: World) -> None:
    raws = [path.read_bytes() for path in sorted((CHECKOUT / "tests" / "emails").glob("*.eml"))]
    with world.store.reading() as session:
        known = landmarks.survey(session, world.settings, key=KEY)
        for raw in islice(mutated(raws, seed=7), 200):
            message = parse(raw)
            found = matching.match(session, message, judge(message, received=RECEIVED), known)
            assert 0 <= found.confidence <= 1
            assert len(found.candidates) <= matching.MAX_CANDIDATES


def test_a_report_names_many_numbers_and_none_is_guessed(world: World) -> None:
    text = " ".join(f"S-EFRPR-25-{number}" for number in range(1, 30))
    assert matched(world, "a@b.example", text=text) == Match()


def test_a_bounce_of_a_letter_sent_again_is_not_the_first_ones(world: World) -> None:
    first = delivery(world, "FR:76351")
    again = resend(world, first.batch_id)
    message = parse(b"From: MAILER-DAEMON@havre.example\n\nrefused\n")
    with world.store.reading() as session:
        known = landmarks.survey(session, world.settings)

        def about(*recipients: str) -> int | None:
            verdict = Verdict(
                Sort.BOUNCE, recipients=recipients, original_message_id=first.message_id
            )
            return matching.match(session, message, verdict, known).delivery_id

        assert about("Cabinet@havre.example") == again.delivery
        assert about("mairie@havre.example") == first.id
        assert about() == first.id
