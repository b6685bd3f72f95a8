"""Forwards (TR:, RV:, WG:, Fwd:): what came to another mailbox and was passed on to ours.

What counts is the message inside: its author and its words. Our own letter passed on is no message
of anybody's.
"""

import re
from collections.abc import Iterable

from outreach.inbox.classifying import quoting
from outreach.inbox.decoding import fold
from outreach.inbox.parsing import Parsed

SUBJECT = re.compile(r"^\W*(?:(?:re|rep|aw|sv) ?: ?)*(?:tr|rv|wg|fwd?|enc|reenv|i|transf?) ?: ?")
HEAD = re.compile(
    r"^[\s>*]*(?:de|from|von|expediteur|remitente)\s?\*?\s?:\s*(?P<who>.{3,300})$", re.MULTILINE
)
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z][\w-]{1,62}")
MAX_OWN_WORDS = 300
"""Characters that someone who passes a message on says about it; a longer text is a reply."""
MAX_LINES = 2_000


def is_forward(message: Parsed) -> bool:
    """Say whether the subject says that it is passed on."""
    return bool(SUBJECT.match(fold(message.subject)))


def authors(message: Parsed) -> list[str]:
    """Return the senders of the messages inside this one, in order, in lower case."""
    found = [
        address.lower()
        for headers in message.enclosed_headers
        for name, value in headers
        if name == "from"
        for address in ADDRESS.findall(value)
    ]
    if is_forward(message) or not found:
        for line in message.text.split("\n")[:MAX_LINES]:
            head = HEAD.match(fold(line))
            if head is not None:
                found += [one.lower() for one in ADDRESS.findall(line)]
    return list(dict.fromkeys(found))


def inside(message: Parsed, own_words: str, ours: Iterable[str]) -> tuple[str, str, str] | None:
    """Return author, subject and text of the message that is passed on; None if it is none.

    ``ours`` are addresses of our own: what we wrote ourselves is no answer.
    """
    if not is_forward(message) or len(own_words) > MAX_OWN_WORDS:
        return None
    lines = message.text.split("\n")[:MAX_LINES]
    folded = [fold(line).strip() for line in lines]
    start = next((at for at in range(len(lines)) if quoting.opens_quotation(folded, at)), None)
    if start is None:
        return None
    author, subject, at = "", "", start
    for at in range(start, min(start + 14, len(lines))):  # where the head ends
        head = HEAD.match(folded[at])
        if head is not None and not author:
            author = next(iter(ADDRESS.findall(lines[at])), "").lower()
        if re.match(r"^[\s>*]*(?:objet|subject|asunto|sujet|betreff)\s?\*?\s?:", folded[at]):
            subject = lines[at].partition(":")[2].strip(" *")
        if not folded[at] and author:
            break
    if not author or author in set(ours):
        return None
    body = "\n".join(re.sub(r"^(?:> ?)+", "", line) for line in lines[at + 1 :])
    return (author, subject, body) if body.strip() else None
