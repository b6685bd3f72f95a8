"""Letters in memory: filling one into HTML and text, and into a message, against mailmerge.

The same July letter and the same rows. Ours is the whole work per letter after compiling: the fields of
the recipient, both forms with their CSS inlined, the MIME message. mailmerge fills the same Markdown,
turns it into HTML and text, and builds its message; it inlines no CSS. Both by the CPU time of one core
in one process, in interleaved rounds. A third row is bare Jinja on the finished page and text: no forms of
address, no articles, no checks, escaping alone. Fails below 10 times mailmerge with MIME, or below
0.35 of bare Jinja; the aim is 25,000 fills a second on an idle core (the best round is shown).

Usage: python benchmarks/letters.py [--letters 4000] [--rounds 5]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import jinja2  # noqa: E402  # the repository stands on the path first
import mailmerge  # noqa: E402  # the repository stands on the path first
from email_path import mailmerge_files  # noqa: E402  # beside this file

from outreach.campaigns import definition  # noqa: E402  # the same
from outreach.dispatch import messages  # noqa: E402  # the same
from outreach.dispatch.headers import Envelope  # noqa: E402  # the same
from outreach.dispatch.messages import Attachment  # noqa: E402  # the same
from outreach.letters.catalogue import Catalogue, Letterhead  # noqa: E402  # the same
from outreach.letters.compiling import Press, Written  # noqa: E402  # the same
from outreach.letters.facts import (  # noqa: E402  # the same
    CampaignFacts,
    ContactFacts,
    Facts,
    OfficeFacts,
    OrganisationFacts,
    Seal,
)
from outreach.settings import load  # noqa: E402  # the same

LETTER = "remerciement-rencontres"
FILLS = 25_000
MERGED = 10.0
SHARE = 0.35
MOMENT = datetime(2025, 9, 1, 8, tzinfo=UTC)


def press() -> Press:
    """Return the July letter's press, compiled."""
    settings = load(ROOT)
    made = Press(
        Catalogue(ROOT).letter(LETTER).twin("fr"),
        Letterhead.read(ROOT),
        OfficeFacts.of(settings, "fr"),
        profile=settings.language,
    )
    first = written(made, 0, campaign())
    assert "la commune de Bourg-0" in first.text.replace("\n", " ")
    assert "style=" in first.html
    return made


def campaign() -> CampaignFacts:
    """Return the shipped campaign's facts."""
    plan = definition.load(ROOT, "asointermedias-2025")
    return CampaignFacts.of(plan.name, plan.file.title, plan.file.facts)


def written(made: Press, number: int, facts: CampaignFacts) -> Written:
    """Write the letter to one commune."""
    town = OrganisationFacts(
        code=f"FR:{number:05d}", country="FR", kind="commune", name=f"Bourg-{number}", tncc=0
    )
    mayor = ContactFacts(
        code=town.code, office="maire", gender="F", email=f"mairie@bourg-{number}.example"
    )
    given = Facts(language="fr", campaign=facts, contact=mayor, organisation=town)
    return made.write(given, Seal(reference=f"S-EFRPR-25-{number}", day=date(2025, 9, 1)))


def fill(made: Press, letters: int) -> None:
    """Fill every letter into HTML and text."""
    facts = campaign()
    for number in range(letters):
        letter = written(made, number, facts)
        assert letter.html
        assert letter.text


def compose(made: Press, letters: int) -> None:
    """Fill every letter and make its message."""
    facts = campaign()
    pictures: list[Attachment] = []
    for number in range(letters):
        letter = written(made, number, facts)
        if not pictures:
            pictures = [
                Attachment.of(each.name, each.media, each.data, each.cid) for each in letter.inline
            ]
        envelope = Envelope(
            message_id=f"<{number}.x@ambassade-colombie.example>",
            sender=("Ambassade de Colombie en France", "courrier@ambassade-colombie.example"),
            recipient=(f"Bourg-{number}", f"mairie@bourg-{number}.example"),
            subject=letter.subject,
            moment=MOMENT,
            language="fr",
        )
        assert messages.compose(envelope, letter.text, letter.html, pictures).message


def bare(made: Press) -> Callable[[int], None]:
    """Return a fill of the finished page and text by Jinja alone."""
    letter = written(made, 0, campaign())
    fields = {"Bourg-0": "town", "S-EFRPR-25-0": "reference", "Madame la Maire": "title"}
    texts = []
    for text, escaped in ((letter.html, True), (letter.text, False)):
        for words, name in fields.items():
            text = text.replace(words, "{{ " + name + " }}")  # noqa: PLW2901
        texts.append(jinja2.Environment(autoescape=escaped).from_string(text))  # noqa: S701  # plain text

    def work(letters: int) -> None:
        for number in range(letters):
            row = {"town": f"Bourg-{number}", "reference": f"{number}", "title": "Madame la Maire"}
            for text in texts:
                assert text.render(row)

    return work


def merge(folder: Path, letters: int) -> None:
    """Let mailmerge make every message, as its own program does."""
    template = mailmerge.template_message.TemplateMessage(folder / "mailmerge_template.txt")
    for row in rows(letters):
        _sender, _recipients, message = template.render(row)
        assert message.as_bytes()


def rows(letters: int) -> Iterator[dict[str, str]]:
    """Yield mailmerge's rows."""
    for number in range(letters):
        yield {
            "email": f"mairie@bourg-{number}.example",
            "commune": f"la commune de Bourg-{number}",
            "edition": "16es",
            "nom": "Rencontres de l’Action Internationale des Collectivités Territoriales",
            "mois": "juillet 2025",
            "sigle": "Asointermedias",
            "association": "Association colombienne des villes intermédiaires",
        }


def rate(work: Callable[[], None], letters: int) -> float:
    """Return letters a second of this process's CPU time."""
    started = time.process_time()
    work()
    return letters / (time.process_time() - started)


def main() -> None:
    """Measure in interleaved rounds; fail below what must be reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    made, letters = press(), arguments.letters
    rates: dict[str, list[float]] = {"fill": [], "bare Jinja": [], "message": [], "mailmerge": []}
    plain = bare(made)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "mailmerge")
        mailmerge_files(folder, 1)
        for _ in range(arguments.rounds):
            rates["fill"].append(rate(lambda: fill(made, letters), letters))
            rates["bare Jinja"].append(rate(lambda: plain(letters), letters))
            rates["message"].append(rate(lambda: compose(made, letters), letters))
            few = max(letters // 20, 50)
            rates["mailmerge"].append(rate(lambda: merge(folder, few), few))  # noqa: B023  # called at once
    found = Results("letters", "Letters in memory, by the time of one core")
    middle = {name: found.row(name, values, "letters/s") for name, values in rates.items()}
    found.limit("message, times mailmerge", middle["message"] / middle["mailmerge"], least=MERGED)
    found.limit("fill, of bare Jinja", middle["fill"] / middle["bare Jinja"], least=SHARE)
    found.limit("fills a second, best round", max(rates["fill"]), least=FILLS)
    sys.exit(found.finish())


if __name__ == "__main__":
    main()
