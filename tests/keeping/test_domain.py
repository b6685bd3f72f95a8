"""What the sender's domain publishes, asked of a real name server on this machine."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from msgspec import structs

from outreach.keeping import domain
from outreach.keeping.domain import Ask
from outreach.keeping.findings import Finding, Level
from tests.dispatch.world import World

Zone = dict[str, list[str]]


@pytest.fixture
def names() -> Iterator[Callable[[Zone], Ask]]:
    """A name server that answers from a script; return how it is asked."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    zone: Zone = {}

    def answer() -> None:
        while True:
            wire, whom = server.recvfrom(4096)
            if wire == b"end":
                return
            query = dns.message.from_wire(wire)
            reply = dns.message.make_response(query)
            name = query.question[0].name
            texts = zone.get(str(name).rstrip("."))
            if texts is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            else:
                said = ['"' + '" "'.join(_pieces(text)) + '"' for text in texts]
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *said))
            server.sendto(reply.to_wire(), whom)

    thread = threading.Thread(target=answer)
    thread.start()

    def serve(answers: Zone) -> Ask:
        zone.update(answers)
        return domain.resolver(["127.0.0.1"], server.getsockname()[1])

    yield serve
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"end", server.getsockname())
    thread.join()
    server.close()


def _pieces(text: str) -> list[str]:
    """Cut a text as name servers do: 255 characters a piece (RFC 1035 section 3.3)."""
    return [text[start : start + 255] for start in range(0, len(text), 255)]


KEY = ("out._domainkey.ambassade.example", f"v=DKIM1; k=rsa; p={'A' * 392}")
WELL: Zone = {
    "ambassade.example": ["another record", "v=spf1 include:relay.example -all"],
    KEY[0]: [KEY[1]],
    "_dmarc.ambassade.example": ["v=DMARC1; p=quarantine; rua=mailto:dmarc@ambassade.example"],
}


def levels(found: list[Finding]) -> dict[str, Level]:
    return {one.about: one.level for one in found}


def test_a_domain_that_publishes_everything_is_good(names: Callable[[Zone], Ask]) -> None:
    found = list(domain.examine("ambassade.example", [KEY], names(WELL), signs=False))
    assert levels(found) == {"spf": Level.GOOD, "dkim": Level.GOOD, "dmarc": Level.GOOD}


def test_a_domain_that_publishes_nothing_is_told_what_to_publish(
    names: Callable[[Zone], Ask],
) -> None:
    found = list(domain.examine("ambassade.example", [KEY], names({}), signs=False))
    assert levels(found) == {"spf": Level.MEND, "dkim": Level.MEND, "dmarc": Level.LOOK}
    (dkim,) = (one for one in found if one.about == "dkim")
    assert KEY[1] in str(dkim.todo)


@pytest.mark.parametrize(
    ("records", "level"),
    [
        (["v=spf1 mx ~all"], Level.GOOD),
        (["v=spf1 redirect=_spf.relay.example"], Level.GOOD),
        (["v=spf1 mx -all", "v=spf1 a -all"], Level.MEND),
        (["v=spf1 +all"], Level.MEND),
        (["v=spf1 mx ?all"], Level.LOOK),
        (["v=spf10 mx -all"], Level.MEND),
    ],
)
def test_an_spf_record_counts_as_the_standard_says(
    names: Callable[[Zone], Ask], records: list[str], level: Level
) -> None:
    ask = names(WELL | {"ambassade.example": records})
    assert levels(list(domain.examine("ambassade.example", [], ask, signs=True)))["spf"] is level


def test_another_key_than_ours_is_found_out(names: Callable[[Zone], Ask]) -> None:
    ask = names(WELL | {KEY[0]: ["v=DKIM1; p=" + "B" * 392]})
    found = list(domain.examine("ambassade.example", [KEY], ask, signs=False))
    assert levels(found)["dkim"] is Level.MEND


def test_the_policy_of_the_domain_above_holds_for_those_below(
    names: Callable[[Zone], Ask],
) -> None:
    ask = names(WELL | {"paris.ambassade.example": ["v=spf1 mx -all"]})
    found = list(domain.examine("paris.ambassade.example", [], ask, signs=True))
    assert levels(found) == {"spf": Level.GOOD, "dmarc": Level.GOOD}


def test_without_a_name_server_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "SECONDS", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        ask = domain.resolver(["127.0.0.1"], silent.getsockname()[1])
        found = list(domain.examine("ambassade.example", [KEY], ask, signs=False))
    assert levels(found) == {"dns": Level.LOOK}


def test_a_key_that_cannot_be_read_is_told_in_the_words_of_signing(
    world: World, names: Callable[[Zone], Ask]
) -> None:
    from outreach.settings import Signature

    mail = structs.replace(
        world.settings.mail, dkim=(Signature(selector="out", key_file="missing.pem"),)
    )
    settings = structs.replace(world.settings, mail=mail)
    (found,) = domain.of_settings(settings, Path(world.folder), names(WELL))
    assert (found.about, found.level) == ("dkim", Level.MEND)
    assert "missing.pem" in str(found.what)
