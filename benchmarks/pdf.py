"""One tagged PDF/A letter: ours beside bare Typst and beside WeasyPrint, on an equal letter.

Rounds are interleaved, so that the machine's other load falls on all alike; the ratio of each
round is taken, and the median of the ratios is what counts.

    python benchmarks/pdf.py [--rounds 7] [--letters 60] [--many 10000] [--run 2000]
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import typst
import weasyprint
from results import Results
from weasyprint.text.fonts import FontConfiguration

from outreach.letters import fonts, presses
from outreach.letters.pdf import STANDARDS, PdfPress
from outreach.letters.printing import merge_in_lots

LETTERHEAD = Path(__file__).parents[1] / "templates" / "letterhead"
NEAR_BARE, TIMES_WEASYPRINT, TIMES_OFFICE = 1.15, 10, 3
MEGABYTES, TIMES_ONE = 150, 1.6
MOMENT = datetime(2025, 9, 1, tzinfo=UTC)

PARAGRAPHS = (
    (
        "Ce document présente les profils et les projets des villes colombiennes qui souhaitent "
        "coopérer avec la France : transition écologique, inclusion sociale, développement "
        "territorial durable, mobilité, gouvernance participative et culture."
    ),
    (
        "L’ambassade se tient à votre disposition pour vous aider à trouver des partenaires, y "
        "compris parmi les grandes villes et les capitales régionales de Colombie."
    ),
    (
        "Je vous invite à le parcourir et à le partager avec les services qui, chez vous, suivent "
        "l’action internationale ; nous vous adresserons ensuite des propositions précises."
    ),
)
ITEMS = ("transition écologique et mobilité ;", "inclusion sociale ;", "patrimoine et culture.")
ROWS = (("Profil de la ville", "15 octobre"), ("Proposition de coopération", "30 novembre"))
SUBJECT = "partage du document et invitation à approfondir la coopération"
CLOSING = "Je vous prie d’agréer, Madame la Maire, l’expression de ma haute considération."
FOOTER = ("Ministère des Relations extérieures", "22 rue de l’Exemple, 75999 Paris")
NAME, FUNCTION = "Alfonso Prada Gil", "Ambassadeur de Colombie en France"
LINK = "https://villes.example/profils"


def address(number: int) -> list[str]:
    """Return the lines that differ from letter to letter."""
    town = f"Bourg-l’Exemple-{number}"
    return ["Madame la Maire", f"Ville de {town}", "1 place de la République", f"76999 {town}"]


def tree(number: int) -> bytes:
    """Return the letter as the tree that Typst lays out."""
    body: list[dict[str, Any]] = [{"t": "p", "c": [words]} for words in PARAGRAPHS * 2]
    body[0]["c"].append({"t": "link", "url": LINK, "c": [LINK]})
    body += [
        {"t": "ul", "items": [[{"t": "p", "c": [item]}] for item in ITEMS]},
        {
            "t": "table",
            "align": ["left", "right"],
            "header": [["Étape"], ["Date"]],
            "rows": [[[cell] for cell in row] for row in ROWS],
        },
    ]
    return msgspec.json.encode(
        {
            "lang": "fr",
            "title": "Partage d’un document",
            "logo": True,
            "office": ["Ambassade de Colombie en France"],
            "reference_label": "Réf.",
            "reference": f"S-EFRPR-25-{number}",
            "place_date": ["Paris, le 1", {"t": "sup", "c": ["er"]}, " septembre 2025"],
            "addressee": address(number),
            "window": {"x": 110, "y": 57, "w": 80, "h": 22},
            "subject_label": "Objet",
            "subject": SUBJECT,
            "salutation": "Madame la Maire,",
            "body": body,
            "closing": CLOSING,
            "signatory": [NAME, FUNCTION],
            "enclosures_label": "P.J.",
            "enclosures": ["Le document"],
            "copies_label": "Copie",
            "copies": [],
            "notice": [],
            "footer": FOOTER,
            "page_label": "Page",
        }
    )


CSS = f"""
@font-face {{ font-family: Text; src: url({(fonts.FOLDER / "EBGaramond-Regular.ttf").as_uri()}) }}
@font-face {{ font-family: Text; font-weight: bold;
  src: url({(fonts.FOLDER / "EBGaramond-SemiBold.ttf").as_uri()}) }}
@font-face {{ font-family: Small; src: url({(fonts.FOLDER / "NotoSans-Regular.ttf").as_uri()}) }}
@page {{ size: A4; margin: 23mm 25mm 33mm; @bottom-center {{ content: "Page " counter(page) }} }}
@page :first {{ @bottom-center {{ content: "{FOOTER[0]}\\A {FOOTER[1]}"; white-space: pre;
  font: 7.5pt Small }} }}
body {{ font: 11.5pt/1.25 Text; text-align: justify; hyphens: auto }}
.head {{ color: #003893; font-size: 15pt; border-bottom: 0.7mm solid #FCD116 }}
.head img {{ width: 14mm }}
.address {{ position: absolute; left: 85mm; top: 34mm; width: 80mm; font: 10pt/1.2 Small }}
.date {{ margin: 50mm 0 6mm 85mm }}
h1 {{ font-size: 11.5pt }}
table {{ border-collapse: collapse }} th, td {{ border-bottom: 0.3pt solid; padding: 5pt 6pt }}
.sign {{ margin: 17mm 0 5mm 85mm }}
"""


def page(number: int) -> str:
    """Return the same letter as an HTML page."""
    lines = "<br>".join(map(escape, address(number)))
    words = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in PARAGRAPHS * 2)
    items = "".join(f"<li>{escape(item)}</li>" for item in ITEMS)
    rows = "".join(f"<tr><td>{what}</td><td>{when}</td></tr>" for what, when in ROWS)
    return f"""<html lang="fr"><head><title>Partage d’un document</title></head><body>
<div class="head"><img src="{(LETTERHEAD / "logo.svg").as_uri()}" alt="">
Ambassade de Colombie en France</div>
<div class="address">{lines}</div>
<p class="date">Réf. : S-EFRPR-25-{number}<br>Paris, le 1<sup>er</sup> septembre 2025</p>
<h1>Objet : {SUBJECT}</h1><p>Madame la Maire,</p>
{words}<p><a href="{LINK}">{LINK}</a></p><ul>{items}</ul>
<table><thead><tr><th>Étape</th><th>Date</th></tr></thead><tbody>{rows}</tbody></table>
<p>{CLOSING}</p><p class="sign"><b>{NAME}</b><br>{FUNCTION}</p><p>P.J. : Le document</p>
</body></html>"""


def letterhead() -> dict[str, bytes]:
    """Return the letterhead's files."""
    return {path.name: path.read_bytes() for path in LETTERHEAD.iterdir() if path.is_file()}


def ours() -> Callable[[int], bytes]:
    """Return our press."""
    press = PdfPress(letterhead())
    return lambda number: press.pdf(tree(number), moment=MOMENT)


def bare() -> Callable[[int], bytes]:
    """Return Typst alone on the same document, without our checks."""
    compiler = typst.Compiler(
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER]
        )
    )
    main = b'#import "letter.typ": letter\n#letter(json("data.json"), json("measures.json"))\n'
    address = {"size": 10, "rows": 4, "capital": fonts.CAPITAL, "tail": fonts.TAIL}
    measures = msgspec.json.encode({"address": address})
    text = {name: data for name, data in letterhead().items() if not name.endswith(".png")}
    files = {**text, "main.typ": main, "measures.json": measures}

    def press(number: int) -> bytes:
        world: Any = {**files, "data.json": tree(number)}
        made = compiler.compile(
            world,
            format="pdf",
            pdf_standards=list(STANDARDS),
            timestamp=MOMENT,
        )
        assert isinstance(made, bytes)
        return made

    return press


def weasy() -> Callable[[int], bytes]:
    """Return WeasyPrint with its style sheet parsed once and PDF/UA-1 tags."""
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(string=CSS, font_config=configuration)

    def press(number: int) -> bytes:
        document = weasyprint.HTML(string=page(number))
        made: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=configuration, pdf_variant="pdf/ua-1"
        )
        return made

    return press


def seconds(press: Callable[[int], bytes], numbers: Iterable[int]) -> float:
    """Return the seconds a letter takes; each is a PDF."""
    started, count = time.perf_counter(), 0
    for count, number in enumerate(numbers, start=1):  # noqa: B007
        assert press(number).startswith(b"%PDF")
    return (time.perf_counter() - started) / count


def two_processes(count: int, rounds: int) -> float:
    """Return how many times the letters per second of one process two processes make.

    As ``batch print`` makes them; the start of the processes is left out, once a run.
    """
    files = letterhead()
    ratios = []
    for turn in range(rounds):
        first = 1_000_000 * (turn + 1)
        spent = []
        for processes in (1, 2):
            sheets = (presses.Sheet(tree(first + number), MOMENT) for number in range(4 * count))
            made = presses.pdfs(files, sheets, 4 * count, processes=processes)
            for _ in range(2 * presses.TOGETHER):
                next(made)
            started = time.perf_counter()
            assert sum(1 for _ in made) == 4 * count - 2 * presses.TOGETHER
            spent.append(time.perf_counter() - started)
            first += 500_000
        ratios.append(spent[0] / spent[1])
    return statistics.median(ratios)


def peak() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def office(rows: int, rounds: int) -> float | None:
    """Return the seconds a letter takes in LibreOffice's mail merge; None where there is none."""
    python = next(filter(_has_uno, ("/usr/bin/python3", "/usr/lib/libreoffice/program/python")), "")
    if not python or shutil.which("soffice") is None:
        return None
    words = {
        "office": FOOTER[0],
        "columns": ["first", "second", "third"],
        "cells": ["Madame la Maire", "Ville de Bourg-l’Exemple", "1 place de la République"],
        "paragraphs": [SUBJECT, "Madame la Maire,", *PARAGRAPHS * 2, LINK, *ITEMS],
        "rows": [["Étape", "Date"], *map(list, ROWS)],
        "ending": [CLOSING, NAME, FUNCTION, "P.J. : Le document"],
    }
    script = Path(__file__).parent / "peers" / "office_merge.py"
    with TemporaryDirectory() as folder:
        letter = Path(folder) / "letter.json"
        letter.write_bytes(msgspec.json.encode(words))
        run = subprocess.run(
            [python, str(script), str(letter), str(rows), str(rounds), folder],
            check=True,
            capture_output=True,
            text=True,
        )
    return statistics.median(map(float, run.stdout.split()))


def _has_uno(python: str) -> bool:
    try:
        return not subprocess.run(
            [python, "-c", "import uno"], check=False, capture_output=True
        ).returncode
    except OSError:
        return False


def print_run(found: Results, count: int) -> None:
    """Make a print run as ``batch print`` does: two presses, lots of a thousand."""
    sheets = (presses.Sheet(tree(number), MOMENT) for number in range(count))
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = presses.pdfs(letterhead(), sheets, count, processes=2)
        letters = ((f"Letter {number}", pdf) for number, pdf in enumerate(made))
        files = list(merge_in_lots(letters, Path(folder) / "run.pdf"))
        spent = time.perf_counter() - started
        size = sum(path.stat().st_size for path, _ in files)
    pages = sum(pages for _, pages in files)
    found.note(
        f"print run of {count:,} letters: {pages:,} pages in {len(files)} files, "
        f"{size / 1e6:.0f} MB"
    )
    found.row("print run, making included", [1000 * spent / count], "ms a letter")
    found.row("print run, memory", [peak()], "MB")


def main() -> int:
    """Run the rounds, print the ratios, and judge them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--letters", type=int, default=60, help="letters a round (ours)")
    parser.add_argument("--many", type=int, default=10_000, help="letters for the memory")
    parser.add_argument("--run", type=int, default=2_000, help="letters of the print run")
    options = parser.parse_args()

    press = ours()
    seconds(press, range(20))
    before = peak()
    seconds(press, range(100_000, 100_000 + options.many))
    held = peak()
    found = Results("pdf", "One tagged PDF/A letter")
    found.row("memory after 20 letters", [before], "MB")
    found.row(f"memory after {options.many:,} more", [held], "MB")

    makers = {"ours": press, "bare Typst": bare(), "WeasyPrint": weasy()}
    counts = dict.fromkeys(makers, options.letters) | {"WeasyPrint": options.letters // 6}
    for warm in makers.values():
        warm(0)
    times: dict[str, list[float]] = {name: [] for name in makers}
    for turn in range(options.rounds):
        first = 10_000 * (turn + 1)
        # The order changes from round to round, and no letter is made twice by one press.
        for name in sorted(makers, reverse=bool(turn % 2)):
            times[name].append(seconds(makers[name], range(first, first + counts[name])))
    ratios = {
        name: statistics.median(
            value / own for value, own in zip(values, times["ours"], strict=True)
        )
        for name, values in times.items()
    }
    for name, values in times.items():
        found.row(name, [value * 1000 for value in values], "ms a letter")
    merged = office(options.letters, 3)
    if merged is None:
        found.note("LibreOffice is not installed (soffice and its UNO): not measured")
    else:
        found.row("LibreOffice's mail merge", [merged * 1000], "ms a letter")
        own = statistics.median(times["ours"])
        found.limit("LibreOffice, times ours", merged / own, least=TIMES_OFFICE)
    found.limit("ours, times bare Typst", 1 / ratios["bare Typst"], most=NEAR_BARE)
    found.limit("WeasyPrint, times ours", ratios["WeasyPrint"], least=TIMES_WEASYPRINT)
    found.limit("memory, MB", held, most=MEGABYTES)
    pair = two_processes(options.letters, options.rounds)
    found.limit("two processes, times one", pair, least=TIMES_ONE)
    print_run(found, options.run)
    return found.finish()


if __name__ == "__main__":
    sys.exit(main())
