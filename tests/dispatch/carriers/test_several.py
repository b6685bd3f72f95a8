"""Several connections to one mail server: a letter on each, answers in order."""

import pytest

from outreach.dispatch.carriers.base import Addressed, Outcome
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.several import Several
from outreach.dispatch.carriers.smtp import Smtp
from tests.scriptedsmtp import CUT, Script, Serve


def several(script: Script, connections: int) -> Several:
    server = Server(host="127.0.0.1", port=script.port, security="none")
    return Several([Smtp(server) for _ in range(connections)])


def letter(number: int) -> Addressed:
    return Addressed(
        delivery_id=number,
        message_id=f"<{number}@ambassade.example>",
        sender="courrier@ambassade.example",
        recipient=f"mairie@bourg-{number}.example",
        message=b"Subject: Bonjour\r\n\r\nBonjour.\r\n",
    )


def test_each_letter_goes_over_a_connection_of_its_own_and_these_are_kept(serve: Serve) -> None:
    script = serve()
    carrier = several(script, 3)
    for first in (1, 4):
        receipts = carrier.send([letter(number) for number in range(first, first + 3)])
        assert [one.delivery_id for one in receipts] == [first, first + 1, first + 2]
        assert {one.outcome for one in receipts} == {Outcome.ACCEPTED}
    carrier.close()
    assert script.connections == 3
    assert len(script.arrived) == 6


def test_fewer_letters_than_connections_open_no_more_than_they_need(serve: Serve) -> None:
    script = serve()
    carrier = several(script, 3)
    assert len(carrier.send([letter(1)])) == 1
    carrier.close()
    assert script.connections == 1


def test_one_connection_that_breaks_leaves_one_letter_unknown(serve: Serve) -> None:
    script = serve(end=[CUT])
    carrier = several(script, 3)
    outcomes = [one.outcome for one in carrier.send([letter(number) for number in (1, 2, 3)])]
    carrier.close()
    assert sorted(outcomes) == sorted([Outcome.UNKNOWN, Outcome.ACCEPTED, Outcome.ACCEPTED])


def test_what_one_connection_raises_is_raised_once_the_others_are_through(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = serve()
    carrier = several(script, 2)

    def broken(_letters: object) -> None:
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(carrier._carriers[0], "send", broken)
    with pytest.raises(RuntimeError):
        carrier.send([letter(1), letter(2)])
    carrier.close()
    assert [one.recipients for one in script.arrived] == [["mairie@bourg-2.example"]]
