"""A draft of our answer stands in their thread, quotes them, and carries nothing they could plant."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.db import Store
from outreach.inbox import deciding, drafting
from outreach.inbox.drafting import Draft, NoMessageError
from tests.dispatch.world import World
from tests.inbox.office import HAVRE, IBAGUE, Office


@pytest.fixture
def office_(store: Store, office: Path) -> Office:
    return Office(World(store, office))


def draft(office_: Office, number: int, text: str = "Bonjour,") -> Draft:
    with office_.world.store.reading() as session:
        return drafting.draft(
            session,
            deciding.find(session, number),
            text=text,
            settings=office_.world.settings,
            now=office_.world.now,
        )


def read(made: Draft) -> EmailMessage:
    message = message_from_bytes(made.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def test_it_answers_in_the_thread_with_their_words_below(office_: Office) -> None:
    arrival = office_.taken(office_.message("Oui, avec plaisir.\nÀ bientôt."))
    made = read(draft(office_, arrival.id, "Merci beaucoup."))
    assert made["To"] == "Mairie <mairie@havre.example>"
    assert made["Subject"] == "Re: Coopération"
    assert made["In-Reply-To"] == arrival.message_id
    assert made["References"].split() == [office_.letter(HAVRE).message_id, arrival.message_id]
    body = made.get_content().replace("\r\n", "\n")
    assert body.startswith(
        "Merci beaucoup.\n\nLe 8\u00a0septembre 2025 à 11:00, Mairie a écrit\u00a0:\n"
    )
    assert "> Oui, avec plaisir.\n> À bientôt." in body
    assert made["List-Unsubscribe"] is None


def test_a_colombian_is_answered_in_spanish(office_: Office) -> None:
    raw = office_.message(
        "Con gusto.", sender="Despacho <despacho@ibague.example>", answers=IBAGUE, subject="Visita"
    )
    made = read(draft(office_, office_.taken(raw).id))
    assert made["Subject"] == "Re: Visita"
    assert "Despacho escribió:" in made.get_content()


def test_it_goes_where_they_ask_for_it(office_: Office) -> None:
    raw = office_.message("Merci.", Reply_To="cabinet@havre.example")
    assert draft(office_, office_.taken(raw).id).recipient == "cabinet@havre.example"


def test_what_has_no_message_has_no_draft(office_: Office) -> None:
    arrival = office_.taken(office_.message("Merci."))
    with office_.world.store.transaction() as session:
        deciding.find(session, arrival.id).kept = False
    with pytest.raises(NoMessageError):
        draft(office_, arrival.id)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=80), st.text(max_size=40))
def test_no_subject_or_name_adds_a_header(office_: Office, subject: str, name: str) -> None:
    from email.header import Header

    planted = f"=?utf-8?q?x=0D=0ABcc:_spy=40evil.example?= {subject}"
    thread = office_.letter(HAVRE).message_id
    raw = (
        b"From: "
        + Header(name or "x", "utf-8").encode(linesep="\n").encode()
        + b" <mairie@havre.example>\nSubject: "
        + Header(planted, "utf-8").encode(linesep="\n").encode()
        + f"\nIn-Reply-To: {thread}\n\nOui\n".encode()
    )
    arrival = office_.taken(raw)
    made = message_from_bytes(draft(office_, arrival.id).message, policy=policy.compat32)
    assert made["Bcc"] is None
    assert set(made.keys()) <= {
        *("Message-ID", "Date", "From", "To", "Subject", "Reply-To", "In-Reply-To", "References"),
        *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
    }
