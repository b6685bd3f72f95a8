"""What the sender's domain publishes: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dns.exception
import dns.resolver

from outreach.dispatch import dkim
from outreach.errors import N_, OutreachError, Phrase
from outreach.keeping.findings import Finding, good, look, mend
from outreach.settings import Settings

Ask = Callable[[str], list[str] | None]
"""Returns the TXT records of a name; None where the network does not say."""

SECONDS = 5.0
TELL = N_(
    "Give this line to whoever runs the domain {domain}, and ask for a record as your mail "
    "provider prescribes it."
)


def resolver(servers: Sequence[str] = (), port: int = 53) -> Ask:
    """Return how name servers are asked: the machine's, or those given."""
    asked = dns.resolver.Resolver(configure=not servers)
    asked.lifetime = asked.timeout = SECONDS
    if servers:
        asked.nameservers = list(servers)
        asked.port = port

    def ask(name: str) -> list[str] | None:
        try:
            found = asked.resolve(name, "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException:
            return None
        return [b"".join(one.strings).decode("utf-8", "replace") for one in found]

    return ask


def machine_resolver() -> Ask:
    """Return how this machine's name servers are asked; a machine without any says nothing."""
    try:
        return resolver()
    except dns.resolver.NoResolverConfiguration:
        return lambda _name: None


def of_settings(settings: Settings, folder: Path, ask: Ask) -> list[Finding]:
    """Look at what the sender's domain publishes, for the keys that the settings name."""
    sender = settings.sender.domain
    try:
        keys = [one.record for one in dkim.signers(settings.mail.dkim, sender, folder)]
    except OutreachError as error:
        why = Phrase(error.message, error.values)
        return [
            mend("dkim", N_("Letters cannot be signed. {why}"), N_("Do what it says."), why=why)
        ]
    return list(examine(sender, keys, ask, signs=settings.mail.is_microsoft))


def examine(
    domain: str, keys: Sequence[tuple[str, str]], ask: Ask, *, signs: bool
) -> Iterator[Finding]:
    """Look at what ``domain`` publishes.

    ``keys``: name and text of the records that our signing keys need. ``signs``: whether somebody
    else (the provider) is known to sign.
    """
    spf = ask(domain)
    if spf is None:
        yield look(
            "dns",
            N_("The records of {domain} cannot be read: no name server answers."),
            N_("Try again where this computer reaches the internet; letters leave all the same."),
            domain=domain,
        )
        return
    yield _spf(domain, [one for one in spf if one.lower().split(" ")[0] == "v=spf1"])
    for name, record in keys:
        yield _dkim(name, record, ask(name))
    if not keys and not signs:
        yield look(
            "dkim",
            N_("Letters from {domain} are not signed here (DKIM)."),
            N_("Ask whoever runs your mail server whether it signs; if not, see docs/mail.md."),
            domain=domain,
        )
    yield _dmarc(domain, ask)


def _spf(domain: str, found: list[str]) -> Finding:
    if not found:
        return mend(
            "spf",
            N_(
                "{domain} does not say which servers may send its e-mail (SPF): many will refuse it."
            ),
            TELL,
            domain=domain,
        )
    if len(found) > 1:
        return mend(
            "spf",
            N_("{domain} has {count} SPF records; with more than one, none counts."),
            N_("Ask whoever runs the domain {domain} to join them into one."),
            domain=domain,
            count=len(found),
        )
    words = found[0].lower().split()
    if "+all" in words or "all" in words:
        return mend(
            "spf",
            N_("The SPF record of {domain} lets anybody send in its name (+all)."),
            TELL,
            domain=domain,
        )
    if not {"-all", "~all"} & set(words) and not any(one.startswith("redirect=") for one in words):
        return look(
            "spf",
            N_(
                "The SPF record of {domain} does not say that all others may not send (-all, ~all)."
            ),
            TELL,
            domain=domain,
        )
    return good("spf", N_("{domain} says which servers may send its e-mail (SPF)."), domain=domain)


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): re.sub(r"\s", "", value) for name, _, value in pairs}


def _dkim(name: str, record: str, found: list[str] | None) -> Finding:
    wanted = _tags(record)["p"]
    published = [_tags(one).get("p") for one in found or ()]
    if wanted in published:
        return good("dkim", N_("The key that signs our letters is published ({name})."), name=name)
    if published:
        return mend(
            "dkim",
            N_("{name} publishes another key than the one that signs our letters."),
            N_("Ask for the record {name} with the text: {record}"),
            name=name,
            record=record,
        )
    return mend(
        "dkim",
        N_("The key that signs our letters is not published ({name})."),
        N_("Ask for the record {name} with the text: {record}"),
        name=name,
        record=record,
    )


def _dmarc(domain: str, ask: Ask) -> Finding:
    labels = domain.split(".")
    # The domain's own, else that of the domains above it: one of them is the organisation's.
    for start in range(max(1, len(labels) - 1)):
        above = ".".join(labels[start:])
        found = [
            one
            for one in ask(f"_dmarc.{above}") or ()
            if one.replace(" ", "").startswith("v=DMARC1")
        ]
        if len(found) == 1 and _tags(found[0]).get("p") in {"none", "quarantine", "reject"}:
            return good(
                "dmarc",
                N_("{domain} says what becomes of forged e-mail (DMARC: {policy})."),
                domain=above,
                policy=_tags(found[0])["p"],
            )
        if found:
            return mend(
                "dmarc",
                N_("The DMARC record of {domain} cannot be understood."),
                N_("Ask for exactly one record _dmarc.{domain} that begins: v=DMARC1; p=none"),
                domain=above,
            )
    return look(
        "dmarc",
        N_(
            "{domain} does not say what becomes of forged e-mail (DMARC); large providers ask for it."
        ),
        N_("Ask for a record _dmarc.{domain} with the text: v=DMARC1; p=none"),
        domain=domain,
    )
