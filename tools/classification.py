"""Measure the verdicts on the messages of tests/emails, and write docs/classification.md.

Usage: python tools/classification.py          writes the figures into the page (wants the peers:
                                               pip install -e ".[bench]")
       python tools/classification.py --missed prints which of the tuned ones are judged wrongly
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email import message_from_bytes
from pathlib import Path

from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.parsing import parse
from outreach.inbox.verdict import classify

CHECKOUT = Path(__file__).parent.parent
EMAILS = CHECKOUT / "tests" / "emails"
PAGE = CHECKOUT / "docs" / "classification.md"
BEGIN, END = "<!-- figures: tools/classification.py -->", "<!-- end of figures -->"
KINDS = tuple(kind.value for kind in Kind)
SHORT = {"acknowledgement": "ackn.", "unreadable": "unread.", "complaint": "compl."}
AUTOMATIC = {Kind.AUTO_REPLY, Kind.ACKNOWLEDGEMENT, Kind.CHALLENGE}


@dataclass(frozen=True, slots=True)
class Sample:
    """One message and what it is."""

    name: str
    raw: bytes
    half: str
    origin: str
    received: datetime
    expected: dict[str, str]
    """Only what the table says of it: kind, reason, permanence, recipient, back, new_text, ..."""

    def verdict(self) -> Verdict:
        """Return what the program makes of it."""
        return classify(self.raw, received=self.received)


def load(folder: Path = EMAILS) -> list[Sample]:
    """Return all samples of the table."""
    table = tomllib.loads((folder / "expected.toml").read_text("utf-8"))["message"]
    return [
        Sample(
            name=row["file"],
            raw=(folder / row["file"]).read_bytes(),
            half=row["half"],
            origin=row["origin"],
            received=datetime.combine(row["received"], time(10), UTC),
            expected={
                key: value.isoformat() if isinstance(value, date) else value
                for key, value in row.items()
                if key not in {"file", "half", "origin", "language", "received"}
            },
        )
        for row in table
    ]


def told(sample: Sample, verdict: Verdict) -> dict[str, str]:
    """Return the verdict in the words of the table, for what the table says of that sample."""
    expected = sample.expected
    said = {
        "kind": verdict.kind.value,
        "reason": verdict.reason.value if verdict.reason else "",
        "permanence": verdict.permanence.value if verdict.permanence else "",
        "back": verdict.return_date.isoformat() if verdict.return_date else "",
        "author": verdict.author or "",
    }
    said = {key: value for key, value in said.items() if value or expected.get(key)}
    if "recipient" in expected:
        said["recipient"] = _one_of(expected["recipient"], verdict.recipients)
    if "other" in expected:
        said["other"] = _one_of(expected["other"], verdict.other_addresses)
    if "original" in expected:
        said["original"] = verdict.original_message_id or ""
    if "new_text" in expected:
        said["new_text"] = verdict.new_text
    return said


def _one_of(wanted: str, given: Iterable[str]) -> str:
    return wanted if wanted in given else ", ".join(given)


def matrix(samples: Sequence[Sample]) -> str:
    """Return the confusion matrix as a Markdown table: rows are the truth."""
    counted = Counter((sample.expected["kind"], sample.verdict().kind.value) for sample in samples)
    shown = [kind for kind in KINDS if any(kind in pair for pair in counted)]
    lines = [
        "| is \\ judged | " + " | ".join(SHORT.get(kind, kind) for kind in shown) + " |",
        "|---|" + "--:|" * len(shown),
    ]
    lines += [
        f"| {truth} | " + " | ".join(str(counted[truth, judged] or "·") for judged in shown) + " |"
        for truth in shown
        if any(counted[truth, judged] for judged in shown)
    ]
    return "\n".join(lines)


def figures(samples: Sequence[Sample]) -> str:
    """Return how often each part of the verdict is exactly as the table says."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for sample in samples:
        said = told(sample, sample.verdict())
        for key in {*said, *sample.expected}:
            asked[key] += 1
            right[key] += said.get(key, "") == sample.expected.get(key, "")
    names = {
        "kind": "kind",
        "reason": "reason",
        "permanence": "hard or soft",
        "recipient": "whom the letter was for",
        "original": "our Message-ID",
        "back": "first day back",
        "other": "address named instead",
        "author": "author of a forward",
        "new_text": "new text, to the letter",
    }
    lines = ["| part of the verdict | right |", "|---|--:|"]
    lines += [f"| {names[key]} | {_share(right[key], asked[key])} |" for key in names if asked[key]]
    return "\n".join(lines)


def peers(samples: Sequence[Sample]) -> str:
    """Return our scores beside those of the libraries that do one part each."""
    from flufl.bounce import all_failures
    from mailparser_reply import EmailReplyParser

    bounces = [one for one in samples if one.expected["kind"] == "bounce"]
    others = [one for one in samples if one.expected["kind"] not in {"bounce", "delay"}]

    def flufl(sample: Sample) -> tuple[bool, str]:
        temporary, permanent = all_failures(message_from_bytes(sample.raw))
        found = "hard" if permanent else "soft" if temporary else ""
        return bool(found), found

    def ours(sample: Sample) -> tuple[bool, str]:
        verdict = sample.verdict()
        return verdict.kind is Kind.BOUNCE, verdict.permanence.value if verdict.permanence else ""

    lines = ["| | outreach | peer | which peer |", "|---|--:|--:|---|"]

    def line(
        what: str,
        chosen: Sequence[Sample],
        mine: Callable[[Sample], bool],
        theirs: Callable[[Sample], bool],
        peer: str,
    ) -> None:
        lines.append(
            f"| {what} | {_share(sum(map(mine, chosen)), len(chosen))} "
            f"| {_share(sum(map(theirs, chosen)), len(chosen))} | {peer} |"
        )

    line("bounces found", bounces, lambda s: ours(s)[0], lambda s: flufl(s)[0], "flufl.bounce")
    soft = [one for one in bounces if one.expected["permanence"] == "soft"]
    hard = [one for one in bounces if one.expected["permanence"] == "hard"]
    line(
        "soft ones called soft",
        soft,
        lambda s: ours(s)[1] == "soft",
        lambda s: flufl(s)[1] == "soft",
        "flufl.bounce",
    )
    line(
        "hard ones called hard",
        hard,
        lambda s: ours(s)[1] == "hard",
        lambda s: flufl(s)[1] == "hard",
        "flufl.bounce",
    )
    line(
        "no bounce taken for one",
        others,
        lambda s: not ours(s)[0],
        lambda s: not flufl(s)[0],
        "flufl.bounce",
    )
    machines = [one for one in samples if Kind(one.expected["kind"]) in AUTOMATIC]
    people = [one for one in samples if one.expected["kind"] in {"reply", "opt-out"}]
    line(
        "automatic answers found",
        machines,
        lambda s: s.verdict().kind in AUTOMATIC,
        _by_header,
        "headers only (RFC 3834)",
    )
    line(
        "people not taken for machines",
        people,
        lambda s: s.verdict().kind not in AUTOMATIC,
        lambda s: not _by_header(s),
        "headers only (RFC 3834)",
    )
    texts = [one for one in samples if one.expected.get("new_text")]
    parser = EmailReplyParser(languages=["fr", "es", "en"])

    def theirs_text(sample: Sample) -> bool:
        replies = parser.read(parse(sample.raw).text).replies
        given = {replies[0].content, replies[0].body} if replies else set()
        return _squeezed(sample.expected["new_text"]) in {_squeezed(one or "") for one in given}

    line(
        "new text, spaces aside",
        texts,
        lambda s: _squeezed(s.verdict().new_text) == _squeezed(s.expected["new_text"]),
        theirs_text,
        "mail-parser-reply",
    )
    return "\n".join(lines)


def _by_header(sample: Sample) -> bool:
    message = message_from_bytes(sample.raw)
    submitted = str(message.get("auto-submitted", "no")).lower()
    precedence = str(message.get("precedence", "")).lower()
    return (
        not submitted.startswith("no")
        or precedence in {"auto_reply", "bulk", "junk"}
        or "x-autoreply" in message
        or "x-autorespond" in message
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _share(right: int, of: int) -> str:
    return f"{right}/{of} ({right / of:.0%})" if of else "–"


def page(samples: Sequence[Sample]) -> str:
    """Return the generated part of the page."""
    held_out = [one for one in samples if one.half == "held-out"]
    tuning = [one for one in samples if one.half == "tuning"]
    real = sum(one.origin.startswith(("Postfix 3", "Exim 4", "Dovecot 2")) for one in samples)
    return "\n\n".join(
        (
            BEGIN,
            (
                f"{len(samples)} messages, {real} of them written by real Postfix, Exim and "
                f"Dovecot servers, {len(held_out)} held out."
            ),
            "### Held out",
            matrix(held_out),
            figures(held_out),
            "### Tuned",
            matrix(tuning),
            figures(tuning),
            "### Beside other libraries, all messages",
            peers(samples),
            END,
        )
    )


def missed(samples: Sequence[Sample]) -> list[str]:
    """Return, a line each, what is judged otherwise than the table says."""
    lines = []
    for sample in samples:
        verdict = sample.verdict()
        said = told(sample, verdict)
        wrong = {
            key: (sample.expected.get(key, ""), said.get(key, ""))
            for key in sorted({*said, *sample.expected})
            if said.get(key, "") != sample.expected.get(key, "")
        }
        if wrong:
            seen = [f"{one.rule}: {one.seen[:60]}" for one in verdict.evidence]
            lines.append(f"{sample.name}: {wrong} {seen}")
    return lines


def main() -> None:
    """Write the page, or print what is missed."""
    samples = load()
    if "--missed" in sys.argv:
        print("\n".join(missed([one for one in samples if one.half == "tuning"])))
        return
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + page(samples) + after, "utf-8")


if __name__ == "__main__":
    main()
