"""Letters over SMTP: every refusal is what it is, and nothing leaves twice or unencrypted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from outreach.dispatch.carriers import connection
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.carriers.connection import DemoStaysHomeError, Server, UnencryptedError
from outreach.dispatch.carriers.smtp import Smtp
from outreach.errors import N_, OutreachError
from tests.mailservers import free_port
from tests.scriptedsmtp import CUT, Authority, Script, Serve

LETTER = Addressed(
    delivery_id=7,
    message_id="<7.abc@ambassade.example>",
    sender="retours+7-abc@ambassade.example",
    recipient="mairie@havre.example",
    message=b"From: a@ambassade.example\r\nSubject: Bonjour\r\n\r\n.Un point\r\n..Deux\r\nFin\r\n",
)
PIPELINING = ["PIPELINING"]


def carrier(script: Script, **values: Any) -> Smtp:
    usual: dict[str, Any] = {"host": "127.0.0.1", "port": script.port, "security": "none"}
    return Smtp(Server(**usual | values))


def send(script: Script, *letters: Addressed, **values: Any) -> list[Receipt]:
    one = carrier(script, **values)
    try:
        return [receipt for letter in letters or (LETTER,) for receipt in one.send([letter])]
    finally:
        one.close()


@pytest.fixture(params=[[], PIPELINING], ids=["one by one", "pipelined"])
def offers(request: pytest.FixtureRequest) -> Sequence[str]:
    return list(request.param)


def test_a_letter_arrives_with_its_very_bytes(serve: Serve, offers: Sequence[str]) -> None:
    script = serve(offers=offers)
    (receipt,) = send(script)
    assert (receipt.outcome, receipt.code) == (Outcome.ACCEPTED, 250)
    assert receipt.text == "250 2.0.0 queued as 4f"
    (arrived,) = script.arrived
    assert arrived.content == LETTER.message
    assert (arrived.sender, arrived.recipients) == (LETTER.sender, [LETTER.recipient])


def test_many_letters_go_over_one_connection(serve: Serve, offers: Sequence[str]) -> None:
    script = serve(offers=offers)
    receipts = send(script, *[LETTER] * 20)
    assert {one.outcome for one in receipts} == {Outcome.ACCEPTED}
    assert (len(script.arrived), script.connections) == (20, 1)


@pytest.mark.parametrize(
    ("stage", "words", "outcome"),
    [
        ("mail", "451 4.3.0 try again later", Outcome.TEMPORARY),
        ("mail", "550 5.1.8 bad outbound sender", Outcome.SENDER_REFUSED),
        ("mail", "530 5.7.57 Client not authenticated to send mail", Outcome.SENDER_REFUSED),
        ("mail", "501 5.1.7 bad sender address", Outcome.SENDER_REFUSED),
        ("mail", "552 5.3.4 message too big", Outcome.PERMANENT),
        ("recipient", "450 4.7.1 Greylisted, try again in 300 seconds", Outcome.TEMPORARY),
        ("recipient", "550 5.1.1 no such user", Outcome.PERMANENT),
        ("recipient", "550 no such user", Outcome.PERMANENT),
        ("recipient", "554 5.7.1 Relay access denied", Outcome.SENDER_REFUSED),
        ("recipient", "550 relaying denied", Outcome.SENDER_REFUSED),
        ("recipient", "550 5.7.17 mailbox owner has changed", Outcome.PERMANENT),
        ("recipient", "550 5.1.90 daily limit for message recipients", Outcome.SENDER_REFUSED),
        ("data", "451 4.3.2 not now", Outcome.TEMPORARY),
        ("data", "554 5.5.1 no valid recipients", Outcome.PERMANENT),
        ("end", "452 4.3.1 no space left", Outcome.TEMPORARY),
        ("end", "554 5.6.0 malformed message", Outcome.PERMANENT),
        ("end", "550 5.7.1 message looks like spam", Outcome.SENDER_REFUSED),
        (
            "end",
            "554 5.2.252 SendAsDenied; not allowed to send as courrier@",
            Outcome.SENDER_REFUSED,
        ),
    ],
)
def test_each_refusal_is_what_it_is(
    serve: Serve, offers: Sequence[str], stage: str, words: str, outcome: Outcome
) -> None:
    script = serve(offers=offers, **{stage: [words]})
    first, second = send(script, LETTER, LETTER)
    assert (first.outcome, first.text) == (outcome, words)
    assert (first.advice is not None) == (outcome is Outcome.SENDER_REFUSED)
    assert second.outcome is Outcome.ACCEPTED  # the connection is as good as new
    assert (len(script.arrived), script.connections) == (1, 1)


def test_greylisting_says_how_long_to_wait(serve: Serve) -> None:
    (receipt,) = send(serve(recipient=["450 4.7.1 Greylisted, try again in 5 minutes"]))
    assert receipt.wait is not None
    assert receipt.wait.total_seconds() == 300


@pytest.mark.parametrize("stage", ["mail", "recipient"])
def test_a_kept_connection_that_broke_is_made_again(
    serve: Serve, offers: Sequence[str], stage: str
) -> None:
    script = serve(offers=offers)
    one = carrier(script)
    one.send([LETTER])
    getattr(script, stage).append(CUT)
    assert one.send([LETTER])[0].outcome is Outcome.ACCEPTED
    assert (len(script.arrived), script.connections) == (2, 2)
    one.close()


def test_a_server_that_goes_away_at_once_is_left_for_later(serve: Serve) -> None:
    script = serve(mail=[CUT])
    assert send(script)[0].outcome is Outcome.TEMPORARY
    assert script.connections == 1


@pytest.mark.parametrize("stage", ["mail", "recipient", "end"])
def test_a_server_that_closes_is_called_again(
    serve: Serve, offers: Sequence[str], stage: str
) -> None:
    script = serve(offers=offers, **{stage: ["421 4.4.2 closing down"]})
    first, second = send(script, LETTER, LETTER)
    assert (first.outcome, first.text) == (Outcome.TEMPORARY, "421 4.4.2 closing down")
    assert second.outcome is Outcome.ACCEPTED
    assert (len(script.arrived), script.connections) == (1, 2)


def test_a_connection_cut_before_the_answer_leaves_the_letter_unknown(
    serve: Serve, offers: Sequence[str]
) -> None:
    script = serve(offers=offers, end=[CUT])
    first, second = send(script, LETTER, LETTER)
    assert first.outcome is Outcome.UNKNOWN
    assert second.outcome is Outcome.ACCEPTED


def test_a_refused_copy_keeps_no_letter_back_and_a_refused_recipient_no_copy_goes(
    serve: Serve, offers: Sequence[str]
) -> None:
    copied = replace(LETTER, copies=("prefet@seine.example", "archives@ambassade.example"))
    script = serve(offers=offers, recipient=["250 ok", "550 5.1.1 unknown"])
    assert send(script, copied)[0].outcome is Outcome.ACCEPTED
    assert script.arrived[0].recipients == ["mairie@havre.example", "archives@ambassade.example"]
    script.recipient.append("550 5.1.1 unknown")
    assert send(script, copied)[0].outcome is Outcome.PERMANENT
    assert len(script.arrived) == 1


def test_a_letter_too_large_for_the_server_is_not_offered(serve: Serve) -> None:
    script = serve()
    big = replace(LETTER, message=LETTER.message + b"x" * 70 + b"\r\n" * 20_000)
    (receipt,) = send(script, big)
    assert receipt.outcome is Outcome.PERMANENT
    assert "20000" in receipt.text
    assert script.commands == []


def test_an_address_with_accents_wants_a_server_that_takes_them(serve: Serve) -> None:
    script = serve()
    accented = replace(LETTER, recipient="mairie@évry.example")
    assert send(script, accented)[0].outcome is Outcome.ACCEPTED
    assert script.arrived[0].recipients == ["mairie@xn--vry-9la.example"]
    local = replace(LETTER, recipient="rené@havre.example")
    assert send(script, local)[0].outcome is Outcome.ACCEPTED
    assert "SMTPUTF8" in script.arrived[1].mail_options


def test_no_address_breaks_out_of_its_command(serve: Serve) -> None:
    script = serve()
    evil = replace(LETTER, recipient="a@b.example>\r\nRCPT TO:<c@d.example")
    assert send(script, evil)[0].outcome is Outcome.PERMANENT
    assert script.commands == []


@pytest.mark.parametrize("auth", ["auto", "plain", "login", "xoauth2"])
def test_we_sign_in(serve: Serve, auth: str) -> None:
    script = serve(users={"courrier": "s€cret"})
    (receipt,) = send(script, user="courrier", auth=auth, secret=lambda: "s€cret")
    assert receipt.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("auth", ["plain", "login", "xoauth2"])
def test_a_wrong_password_stops_everybody_and_says_what_to_do(serve: Serve, auth: str) -> None:
    script = serve(users={"courrier": "secret"})
    (receipt,) = send(script, user="courrier", auth=auth, secret=lambda: "wrong")
    assert (receipt.outcome, receipt.code) == (Outcome.SENDER_REFUSED, 535)
    assert "outreach mail test" in str(receipt.advice)


def test_microsofts_switched_off_sign_in_is_explained(serve: Serve) -> None:
    words = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled"
    script = serve(users={"a": "b"}, sign_in=[words])
    (receipt,) = send(script, user="a", auth="xoauth2", secret=lambda: "b")
    assert receipt.outcome is Outcome.SENDER_REFUSED
    assert "SMTP AUTH" in str(receipt.advice)


def test_a_sign_in_refused_for_now_is_tried_later(serve: Serve) -> None:
    script = serve(users={"a": "b"}, sign_in=["454 4.7.0 Temporary authentication failure"])
    (receipt,) = send(script, user="a", auth="xoauth2", secret=lambda: "b")
    assert receipt.outcome is Outcome.TEMPORARY


def test_a_missing_password_is_no_letter_in_doubt(serve: Serve) -> None:
    class NoPasswordError(OutreachError):
        message = N_("There is no password.")

    def secret() -> str:
        raise NoPasswordError

    (receipt,) = send(serve(users={"a": "b"}), user="a", secret=secret)
    assert (receipt.outcome, str(receipt.advice)) == (
        Outcome.SENDER_REFUSED,
        "There is no password.",
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_go_encrypted_to_a_server_with_a_good_certificate(
    serve: Serve, authority: Authority, security: str
) -> None:
    script = serve(**{security: authority.good})
    (receipt,) = send(script, security=security, ca_file=str(authority.ca_file))
    assert receipt.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("certificate", ["other", "stranger"])
def test_a_certificate_that_cannot_be_trusted_stops_everything(
    serve: Serve, authority: Authority, security: str, certificate: str
) -> None:
    script = serve(**{security: getattr(authority, certificate)})
    (receipt,) = send(script, security=security, ca_file=str(authority.ca_file))
    assert receipt.outcome is Outcome.SENDER_REFUSED
    assert "certificate" in str(receipt.advice)
    assert script.commands == []


def test_a_server_without_encryption_gets_nothing(serve: Serve) -> None:
    script = serve(users={"a": "b"})
    (receipt,) = send(script, security="starttls", user="a", secret=lambda: "b")
    assert receipt.outcome is Outcome.SENDER_REFUSED
    assert "encryption" in str(receipt.advice)
    (receipt,) = send(script, security="tls")
    assert receipt.outcome is Outcome.SENDER_REFUSED
    assert script.commands == []


def test_a_server_that_is_not_there_is_tried_later() -> None:
    one = Smtp(Server(host="127.0.0.1", port=free_port(), security="none"))
    assert one.send([LETTER])[0].outcome is Outcome.TEMPORARY


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_a_demo_office_speaks_with_this_machine(host: str) -> None:
    connection.check(host, "none", demo=True)


@pytest.mark.parametrize("host", ["smtp.example", "192.0.2.1", "localhost.example", "127.0.0.1.x"])
def test_a_demo_office_speaks_with_nobody_else(host: str) -> None:
    with pytest.raises(DemoStaysHomeError):
        connection.check(host, "tls", demo=True)
    with pytest.raises(UnencryptedError):
        connection.check(host, "none", demo=False)
    connection.check(host, "starttls", demo=False)
