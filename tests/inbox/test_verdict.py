"""Judgements that the corpus does not show: what decides between two kinds, and when they come."""

from datetime import UTC, date, datetime

import pytest

from outreach.inbox.classifying import absences, quoting, refusals
from outreach.inbox.kinds import Kind, Reason
from outreach.inbox.verdict import classify

RECEIVED = datetime(2025, 8, 4, 9, 0, tzinfo=UTC)
"""A Monday."""


def kind(subject: str, text: str, headers: str = "", sender: str = "a@ville.example") -> Kind:
    raw = f"From: {sender}\nSubject: {subject}\n{headers}Content-Type: text/plain; charset=utf-8\n\n{text}"
    return classify(raw.encode(), received=RECEIVED).kind


def test_an_answer_to_our_own_automatic_answer_is_a_persons() -> None:
    thread = "In-Reply-To: <x@ambassade.example>\n"
    assert kind("RE: Réponse automatique : lettre", "Merci, à bientôt.", thread) is Kind.REPLY


def test_the_same_words_with_a_machines_header_are_a_machines() -> None:
    words = "Je suis absente jusqu'au 12 août."
    assert kind("Re: lettre", words, "Auto-Submitted: auto-replied\n") is Kind.AUTO_REPLY
    assert kind("Re: lettre", words, "In-Reply-To: <x@ambassade.example>\n") is Kind.REPLY


def test_auto_submitted_no_is_a_person() -> None:
    assert kind("Re: lettre", "D'accord.", "Auto-Submitted: no\n") is Kind.REPLY


def test_a_stop_in_what_is_quoted_is_not_the_senders() -> None:
    quoted = "Oui !\n\nLe 3 août 2025 à 10:00, M <m@ambassade.example> a écrit :\n> STOP\n> STOP"
    assert kind("Re: lettre", quoted) is Kind.REPLY


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("de retour le lundi 25 août", date(2025, 8, 25)),
        ("jusqu'au 24 août inclus", date(2025, 8, 25)),
        ("du 4 au 22 août", date(2025, 8, 23)),
        ("absent du 1er au 8 août puis du 18 au 25 août", date(2025, 8, 9)),
        ("à partir du 11 août, retour le 1er septembre", date(2025, 9, 1)),
        ("en congés pour deux semaines", date(2025, 8, 18)),
        ("de retour mardi", date(2025, 8, 5)),
        ("je reviens mi-septembre", date(2025, 9, 15)),
        ("absente jusqu'à fin août", date(2025, 9, 1)),
        ("de retour le 31/12", date(2025, 12, 31)),
        ("de retour le 5 janvier", date(2026, 1, 5)),
        ("regreso el 1.º de septiembre", date(2025, 9, 1)),
        ("hasta el 24 de agosto", date(2025, 8, 25)),
        ("de vacaciones del 4 al 22 de agosto; regreso el lunes 25", date(2025, 8, 25)),
        ("back on August 25th", date(2025, 8, 25)),
        ("out until 25/08/2025", date(2025, 8, 26)),
        ("away, back on 08/25/2025", date(2025, 8, 25)),
        ("de retour le 2025-08-25", date(2025, 8, 25)),
        ("absent jusqu'au 25 juillet", date(2025, 7, 26)),
        ("de retour le 31 juin", None),
        ("Je suis absent.", None),
        ("votre message du 12 août a été reçu", None),
    ],
)
def test_the_first_day_back_is_read_from_the_words(text: str, back: date | None) -> None:
    assert absences.return_date(text, RECEIVED.date()) == back


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        ("550 5.1.1 User unknown", "5.1.1", Reason.NO_MAILBOX),
        ("550 5.1.1 mailbox over quota", "5.1.1", Reason.MAILBOX_FULL),
        ("550 5.7.1 no such user here", "5.7.1", Reason.NO_MAILBOX),
        ("552 mailbox full", "", Reason.MAILBOX_FULL),
        ("550 greylisted, try later", "5.7.1", Reason.GREYLISTED),
        ("", "5.1.1", Reason.NO_MAILBOX),
        ("", "4.4.1", Reason.UNREACHABLE),
        ("", "5.2.2", Reason.MAILBOX_FULL),
        ("", "5.7.26", Reason.POLICY),
        ("", "", Reason.UNKNOWN),
        ("450 4.1.1 user unknown, try again", "4.1.1", Reason.UNREACHABLE),
    ],
)
def test_a_refusals_words_decide_before_its_digits(words: str, status: str, reason: Reason) -> None:
    assert refusals.reason_of(words, status) is reason


def test_an_answer_below_a_quotation_is_new_text() -> None:
    text = "Le 3 août 2025 à 10:00, M a écrit :\n> Bonjour\n> STOP\n\nNous acceptons."
    assert quoting.split_text(text).new == "Nous acceptons."


def test_a_message_that_is_only_a_quotation_has_no_new_text() -> None:
    assert quoting.split_text("> Bonjour\n> STOP").new == ""


def test_a_sentence_that_ends_in_wrote_is_no_opening_line() -> None:
    text = "Comme le maire vous l'a écrit :\nnous sommes intéressés."
    assert quoting.split_text(text).new == text
