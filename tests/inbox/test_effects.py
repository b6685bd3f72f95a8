"""What follows from what came back."""

from datetime import date
from pathlib import Path

import pytest

from outreach.contacts import suppressions
from outreach.db import Store
from outreach.inbox.models import Arrival
from tests.dispatch.world import KEY, World
from tests.inbox.office import HAVRE, IBAGUE, LYON, Office

pytestmark = pytest.mark.one_database


@pytest.fixture
def office_(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office))


@pytest.fixture
def reminding(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office), chaser=True)


def test_a_colleague_s_reply_stops_the_reminders_of_everyone_there(reminding: Office) -> None:
    reminding.colleague(HAVRE, "dgs", "dgs@havre.example")
    reminding.taken(reminding.message("Merci, c'est noté.", sender="dgs@havre.example"))
    assert reminding.follow_up(HAVRE) == ("stopped", "replied")
    assert reminding.follow_up(f"{HAVRE}/dgs") == ("stopped", "replied")
    assert reminding.follow_up(LYON)[0] == "active"


def test_a_reply_before_a_reminder_does_not_lose_the_promise_behind_it(
    any_store: Store, office: Path
) -> None:
    both = Office(World(any_store, office), both=True)
    assert both.next_step(HAVRE) == "relance"
    both.taken(both.message("Merci, c'est noté."))
    assert both.next_step(HAVRE) == "fiches-villes"
    assert both.follow_up(HAVRE) == ("held", "replied")
    assert both.enrolment(HAVRE).due_on == date(2025, 10, 1)


ABSENT = {"subject": "Réponse automatique", "Auto_Submitted": "auto-replied"}


def test_an_absence_moves_the_follow_up_beyond_the_return(office_: Office) -> None:
    text = "Je suis absent jusqu'au 6 octobre 2025 inclus."
    office_.taken(office_.message(text, **ABSENT))
    assert office_.enrolment(HAVRE).due_on == date(2025, 10, 8)
    assert office_.follow_up(HAVRE)[0] == "active"
    assert office_.enrolment(LYON).due_on == date(2025, 10, 1)


def test_an_absence_that_ends_in_time_moves_nothing(office_: Office) -> None:
    office_.taken(office_.message("Je serai de retour le 15 septembre 2025.", **ABSENT))
    assert office_.enrolment(HAVRE).due_on == date(2025, 10, 1)
    assert office_.effects() == []


def test_an_absence_without_a_date_gives_some_days(office_: Office) -> None:
    office_.world.now = office_.world.now.replace(month=9, day=30)
    office_.taken(office_.message("Je suis actuellement absent du bureau.", **ABSENT))
    assert office_.enrolment(HAVRE).due_on == date(2025, 10, 8)


def test_who_left_is_put_before_a_person(office_: Office) -> None:
    text = (
        "Je ne travaille plus à la mairie du Havre. Veuillez écrire à nouveau@havre.example pour "
        "toute demande."
    )
    arrival = office_.taken(office_.message(text, **ABSENT))
    assert arrival.reason == "left"
    assert office_.follow_up(HAVRE) == ("held", "left")
    assert office_.tasks() == ["departure"]


def test_a_hard_bounce_takes_the_address_out_of_use_and_asks_for_another(office_: Office) -> None:
    office_.taken(office_.bounce(HAVRE, "5.1.1", "User unknown"))
    letter = office_.letter(HAVRE)
    assert (letter.state, letter.reason) == ("bounced", "no-mailbox")
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "bounced"}
    assert office_.follow_up(HAVRE) == ("stopped", "hard-bounce")
    assert office_.tasks() == ["address"]


def test_with_another_good_address_the_follow_ups_go_on(office_: Office) -> None:
    with office_.world.store.transaction() as session:
        from outreach.contacts.models import EmailAddress

        session.add(
            EmailAddress(
                contact_id=office_.letter(HAVRE).contact_id,
                address="cabinet@havre.example",
                position=1,
            )
        )
    office_.taken(office_.bounce(HAVRE, "5.1.1", "User unknown"))
    assert office_.follow_up(HAVRE) == ("active", None)
    with office_.world.store.reading() as session:
        from sqlalchemy import select

        from outreach.inbox.models import Task

        assert session.scalars(select(Task)).one().values["others"] == "cabinet@havre.example"


def test_a_soft_bounce_is_counted_and_the_threshold_takes_the_address_out(office_: Office) -> None:
    full = [office_.bounce(HAVRE, "5.2.2", "Mailbox full") for _ in range(3)]
    for raw in full[:2]:
        office_.taken(raw)
    assert office_.letter(HAVRE).state == "bounced"
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "good"}
    office_.taken(full[2])
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "bounced"}


def test_a_reply_from_the_address_sets_the_count_back(office_: Office) -> None:
    full = [office_.bounce(HAVRE, "5.2.2", "Mailbox full") for _ in range(4)]
    for raw in full[:2]:
        office_.taken(raw)
    office_.taken(office_.message("Bonjour, la boîte était pleine."))
    for raw in full[2:]:
        office_.taken(raw)
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "good"}


def test_a_bounce_of_an_address_they_forward_to_changes_nothing_by_itself(office_: Office) -> None:
    raw = office_.bounce(HAVRE, "5.1.1", "User unknown").replace(
        b"rfc822; mairie@havre.example", b"rfc822; ancien@perso.example"
    )
    office_.taken(raw)
    assert office_.letter(HAVRE).state == "sent"
    assert office_.tasks() == ["check-bounce"]


def suppressed(office_: Office, *addresses: str) -> set[str]:
    with office_.world.store.reading() as session:
        return suppressions.suppressed(session, KEY, addresses)


def test_an_opt_out_stops_this_campaign_and_a_stronger_one_all(office_: Office) -> None:
    office_.taken(office_.message("STOP"))
    assert office_.follow_up(HAVRE) == ("stopped", "opted-out")
    assert suppressed(office_, "mairie@havre.example") == set()
    office_.taken(
        office_.message(
            "Merci de ne plus nous envoyer aucun message.",
            sender="contact@lyon.example",
            answers=LYON,
        )
    )
    assert office_.follow_up(LYON) == ("stopped", "opted-out")
    assert suppressed(office_, "contact@lyon.example") == {"contact@lyon.example"}


def test_a_shared_mailbox_s_opt_out_waits_until_the_office_says_whom_it_means(
    office_: Office,
) -> None:
    office_.colleague(HAVRE, "dgs", "mairie@havre.example")
    office_.taken(office_.message("STOP"))
    assert office_.follow_up(HAVRE) == ("held", "to be asked")
    assert office_.follow_up(f"{HAVRE}/dgs") == ("held", "to be asked")
    assert office_.tasks() == ["ask-office"]


def test_an_objection_on_personal_data_suppresses_at_once_a_shared_address_too(
    office_: Office,
) -> None:
    office_.colleague(HAVRE, "dgs", "mairie@havre.example")
    office_.taken(office_.message("Je demande la suppression de mes données personnelles."))
    assert suppressed(office_, "mairie@havre.example") == {"mairie@havre.example"}
    assert office_.follow_up(HAVRE) == ("stopped", "opted-out")
    assert office_.tasks() == ["data-request"]


def complaint(office_: Office, code: str) -> bytes:
    letter = office_.letter(code)
    return (
        "From: fbl@provider.example\nTo: abuse@ambassade.example\nSubject: complaint\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is a complaint.\n"
        "--b\nContent-Type: message/feedback-report\n\n"
        "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {letter.message_id}\n"
        f"To: {letter.address}\nSubject: x\n\nx\n--b--\n"
    ).encode()


def test_a_complaint_suppresses_at_once_everywhere(office_: Office) -> None:
    arrival = office_.taken(complaint(office_, IBAGUE))
    assert arrival.kind == "complaint"
    assert suppressed(office_, "despacho@ibague.example") == {"despacho@ibague.example"}
    assert office_.follow_up(IBAGUE) == ("stopped", "opted-out")
    assert office_.tasks() == ["complaint"]


def test_a_challenge_is_shown_with_its_link_and_never_followed(office_: Office) -> None:
    raw = office_.message(
        "Votre message a été mis en attente. Pour confirmer que vous êtes une personne, cliquez "
        "sur ce lien : https://filtre.example/confirmer?x=1",
        sender="filtre@mailinblack.example",
        subject="Confirmez votre message",
        Auto_Submitted="auto-replied",
    )
    arrival = office_.taken(raw)
    assert arrival.kind == "challenge"
    letter = office_.letter(HAVRE)
    assert (letter.state, letter.reason) == ("sent", "held by their filter")
    assert office_.tasks() == ["confirm"]


def test_machines_change_nothing(office_: Office) -> None:
    raw = office_.message(
        "Nous accusons réception de votre message. Ceci est un message automatique.",
        subject="Accusé de réception",
        Auto_Submitted="auto-replied",
    )
    arrival = office_.taken(raw)
    assert isinstance(arrival, Arrival)
    assert arrival.kind == "acknowledgement"
    assert office_.effects() == []


def test_a_letter_that_came_through_sets_the_count_back(office_: Office) -> None:
    from datetime import timedelta

    from outreach.dispatch.models import Delivery

    for _ in range(2):
        office_.taken(office_.bounce(HAVRE, "5.2.2", "Mailbox full"))
    with office_.world.store.transaction() as session:
        letter = session.get_one(Delivery, office_.letter(HAVRE).id)
        session.add(
            Delivery(
                batch_id=letter.batch_id,
                step_id=office_.enrolment(HAVRE).step_id or 0,
                contact_id=letter.contact_id,
                language="fr",
                state="sent",
                address=letter.address,
                sent_at=office_.world.now + timedelta(days=2),
            )
        )
    office_.world.now += timedelta(days=9)
    office_.taken(office_.bounce(HAVRE, "5.2.2", "Mailbox full"))
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "good"}
