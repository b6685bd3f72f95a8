"""The address of a letter by post, as it was approved and is printed."""

import re

from outreach.dispatch.models import Delivery
from outreach.letters import facts as letter_facts

POSTCODE = re.compile(r"\b(\d{6}|\d{5})\b")


def lines_of(delivery: Delivery) -> tuple[str, ...]:
    """Return the lines in the envelope's window."""
    facts = letter_facts.read(delivery.facts or "")
    return facts.contact.postal_lines if facts.contact else ()


def postcode_of(delivery: Delivery) -> str:
    """Return the postcode among the lines; empty where there is none."""
    for line in reversed(lines_of(delivery)):
        if match := POSTCODE.search(line):
            return match[1]
    return ""
