"""Headers: threads, copies, opt-out and addresses beyond ASCII, none of them broken out of."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.dispatch import headers
from outreach.dispatch.headers import UnsafeHeaderError
from tests.dispatch.test_messages import ENVELOPE


def read(envelope: headers.Envelope) -> EmailMessage:
    message = message_from_bytes(headers.joined(envelope) + b"\r\n\r\n", policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_first_letter_answers_nothing_and_is_not_called_automatic() -> None:
    message = read(ENVELOPE)
    for name in ("In-Reply-To", "References", "Cc", "Auto-Submitted", "List-Unsubscribe-Post"):
        assert name not in message


def test_a_follow_up_stands_in_the_thread_of_the_letters_before_it() -> None:
    earlier = tuple(f"<{number}.abc@ambassade.example>" for number in range(1, 4))
    message = read(replace(ENVELOPE, thread=earlier))
    assert message["In-Reply-To"] == earlier[-1]
    assert message["References"].split() == list(earlier)


def test_a_long_thread_names_its_first_letter_and_the_latest() -> None:
    earlier = tuple(f"<{number}.abc@ambassade.example>" for number in range(100))
    named = read(replace(ENVELOPE, thread=earlier))["References"].split()
    assert (named[0], named[-1], len(named)) == (earlier[0], earlier[-1], headers.MOST_REFERENCES)


def test_whoever_objects_is_known_by_the_subject() -> None:
    message = read(replace(ENVELOPE, opt_out="2a-1-abcdefghijklmnop"))
    assert message["List-Unsubscribe"] == (
        "<mailto:courrier@ambassade-colombie.example?subject=STOP%202a-1-abcdefghijklmnop>"
    )
    assert "List-Unsubscribe-Post" not in message


def test_one_click_is_offered_where_the_pages_are_reached_from_outside() -> None:
    public = replace(
        ENVELOPE,
        opt_out="2a-1-abcdefghijklmnop",
        public_url="https://courrier.ambassade.example/",
        reply_to="cooperation+été@ambassade.example".replace("é", "e"),
    )
    raw = headers.joined(public)
    assert b",\r\n <https://courrier.ambassade.example/stop/2a-1-abcdefghijklmnop>\r\n" in raw
    assert read(public)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert b"mailto:cooperation+ete@ambassade.example?" in raw


def test_copies_are_named_and_automatic_messages_say_so() -> None:
    message = read(
        replace(ENVELOPE, copies=(("Préfecture", "prefet@seine.example"),), automatic=True)
    )
    assert message["Cc"].addresses[0].display_name == "Préfecture"
    assert message["Auto-Submitted"] == "auto-generated"


def test_an_address_with_accents_keeps_its_local_part_and_a_plain_domain() -> None:
    raw = headers.joined(replace(ENVELOPE, recipient=("", "rené@évry.example")))
    assert "To: \r\n <rené@xn--vry-9la.example>".encode() in raw


ENCODED_TRAP = "=?utf-8?q?Sujet=0D=0ABcc:_victime=40example.org?="


def test_an_encoded_word_in_data_is_shown_as_it_is_and_makes_no_header() -> None:
    """The trap of EmailMessage: it would become a Bcc."""
    message = read(replace(ENVELOPE, subject=ENCODED_TRAP, recipient=(ENCODED_TRAP, "a@b.example")))
    assert "Bcc" not in message
    assert message["Subject"] == ENCODED_TRAP


@given(st.text(max_size=300), st.sampled_from(["subject", "name", "reply_to", "copy"]))
def test_no_words_make_a_header_of_their_own(words: str, place: str) -> None:
    changed = {
        "subject": replace(ENVELOPE, subject=words),
        "name": replace(ENVELOPE, recipient=(words, "a@b.example")),
        "reply_to": replace(ENVELOPE, reply_to=f"{words}@b.example"),
        "copy": replace(ENVELOPE, copies=((words, "a@b.example"),)),
    }[place]
    try:
        raw = headers.joined(changed)
    except UnsafeHeaderError:
        return
    lines = raw.split(b"\r\n")
    names = {line.partition(b":")[0] for line in lines if not line.startswith(b" ")}
    assert names <= {
        b"Message-ID", b"Date", b"From", b"To", b"Cc", b"Subject", b"Reply-To",
        b"List-Unsubscribe", b"Content-Language", b"MIME-Version",
    }  # fmt: skip
    assert all(len(line) <= 998 for line in lines)


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nb", "a\x00b", "a\u2028b", "\u202eb"])
def test_a_control_character_is_refused_wherever_it_stands(evil: str) -> None:
    for changed in (
        replace(ENVELOPE, subject=evil),
        replace(ENVELOPE, recipient=(evil, "a@b.example")),
        replace(ENVELOPE, recipient=("a", f"{evil}@b.example")),
        replace(ENVELOPE, reply_to=f"{evil}@b.example"),
    ):
        with pytest.raises(UnsafeHeaderError):
            headers.joined(changed)
