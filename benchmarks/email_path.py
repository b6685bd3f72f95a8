"""The e-mail path against mailmerge: the same letter, the same rows, whole processes in turn.

Ours reads signed deliveries from SQLite (a commit survives a power cut), writes each letter in HTML
and text with inlined CSS, composes the message, arms it, writes it into a Maildir (synced), records
it, and keeps its bytes in the archive. mailmerge fills the same Markdown and prints the message; it
inlines no CSS and keeps no state. Letters a second count wall time of the whole process, start
included. Fails below 3 times mailmerge, or if the memory of 10,000 letters passes 1.2 times that
of 1,000.

Usage: python benchmarks/email_path.py [--letters 16000] [--rounds 5] [--memory]
"""

import argparse
import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from outreach.db import Store  # noqa: E402  # the repository stands on the path first

CAMPAIGN = "asointermedias-2025"
WANTED = 3.0
FLAT = 1.2
"""How much more memory ten times as many letters may take."""
PLAN = """
title = { fr = "Mesure", es = "Medida" }
audience = "demo"
[facts.rencontres]
edition = 16
mois = 2025-07-01
nom = { fr = "Rencontres de l’Action Internationale des Collectivités Territoriales", es = "Encuentros" }
[facts.association]
sigle = "Asointermedias"
nom = { fr = "Association colombienne des villes intermédiaires", es = "Asociación" }
[[steps]]
name = "suivi-septembre"
title = { fr = "Mesure", es = "Medida" }
on = 2025-09-01
[[steps.letters]]
letter = "remerciement-rencontres"
"""
HEAD = """TO: {{email}}
FROM: Ambassade de Colombie en France <courrier@ambassade-colombie.example>
SUBJECT: Remerciements pour votre participation
CONTENT-TYPE: text/markdown

Madame la Maire,

"""
TAIL = """

Je vous prie d’agréer, Madame la Maire, l’expression de ma haute considération.

Alfonso Prada Gil
Ambassadeur de Colombie en France
"""
SERVER = "[smtp_server]\nhost = localhost\nport = 25\n"


def office(folder: Path, letters: int) -> None:
    """Make an office with a signed batch of ``letters`` individual letters, no PDF attached."""
    from tests.dispatch.world import World

    folder.mkdir(parents=True)
    shutil.copy(ROOT / "outreach.toml", folder)
    for part in ("templates", "contacts"):
        (folder / part).symlink_to(ROOT / part)
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / f"{CAMPAIGN}.toml").write_text(PLAN, "utf-8")
    store = Store(f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    world = World(store, folder)
    world.signed(many=letters)
    store.close()


def fresh(home: Path, folder: Path) -> Path:
    """Copy the office with its unsent batch, and let the disk come to rest."""
    shutil.copytree(home, folder, symlinks=True)
    if hasattr(os, "sync"):
        os.sync()
    return folder


def mailmerge_files(folder: Path, letters: int) -> None:
    """Write mailmerge's template and rows: our letter's Markdown, its fields as columns."""
    folder.mkdir(parents=True)
    body = (ROOT / "templates/letters/remerciement-rencontres/fr.md").read_text("utf-8")
    body = body.split("+++", 2)[2].strip()
    for field, column in (
        ("la collectivité", "commune"),
        ("édition des rencontres, ordinal pluriel", "edition"),
        ("nom des rencontres", "nom"),
        ("mois des rencontres, mois et année", "mois"),
        ("sigle de l’association", "sigle"),
        ("nom de l’association", "association"),
    ):
        body = body.replace(f"[{field}]", "{{" + column + "}}")
    assert "[" not in body
    (folder / "mailmerge_template.txt").write_text(HEAD + body + TAIL, "utf-8")
    (folder / "mailmerge_server.conf").write_text(SERVER, "utf-8")
    with (folder / "mailmerge_database.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "commune", "edition", "nom", "mois", "sigle", "association"])
        for number in range(letters):
            writer.writerow(
                [
                    f"mairie@bourg-{number}.example",
                    f"la commune de Bourg-{number}",
                    "16es",
                    "Rencontres de l’Action Internationale des Collectivités Territoriales",
                    "juillet 2025",
                    "Asointermedias",
                    "Association colombienne des villes intermédiaires",
                ]
            )


def ours(folder: Path) -> tuple[float, int]:
    """Send the batch in a process of its own; return seconds and its peak memory in kB."""
    return timed([sys.executable, __file__, "--send", str(folder)], ROOT)


def theirs(folder: Path) -> tuple[float, int]:
    """Let mailmerge make every message and print it."""
    program = Path(sys.executable).with_name("mailmerge")
    return timed([str(program), "--dry-run", "--no-limit", "--output-format", "raw"], folder)


def timed(command: list[str], folder: Path) -> tuple[float, int]:
    """Run a program; return its wall seconds and the peak memory of any child so far in kB."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def send(folder: Path) -> None:
    """Send the batch: what the measured process does, with what ``batch send`` imports."""
    from outreach.campaigns import definition
    from outreach.dispatch import sending
    from outreach.dispatch.carriers.maildir import Maildir
    from outreach.settings import load

    tally = sending.send(
        Store(f"sqlite:///{folder / 'var' / 'outreach.db'}"),
        1,
        definition.load(folder, CAMPAIGN),
        Maildir(folder / "var" / "outbox"),
        settings=load(folder),
        key=bytes(32),
        clock=lambda: datetime(2025, 9, 1, 8, tzinfo=UTC),
        actor="Maria",
        progress=lambda _done, _total: None,
    )
    assert tally.failed == tally.uncertain == 0
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def compare(found: Results, letters: int, rounds: int) -> None:
    """Measure both rates in interleaved rounds."""
    with tempfile.TemporaryDirectory() as scratch:
        home, merge = Path(scratch, "office"), Path(scratch, "mailmerge")
        own(["--prepare", str(letters), str(home)])
        mailmerge_files(merge, letters)
        rates: dict[str, list[float]] = {"outreach": [], "mailmerge": []}
        for number in range(rounds):
            mine = fresh(home, Path(scratch, f"round-{number}"))
            rates["outreach"].append(letters / ours(mine)[0])
            rates["mailmerge"].append(letters / theirs(merge)[0])
    middle = {name: found.row(name, values, "letters/s") for name, values in rates.items()}
    found.limit("times mailmerge", middle["outreach"] / middle["mailmerge"], least=WANTED)


def own(call: list[str]) -> str:
    """Run this file in a process of its own; return what it printed.

    On Linux a program begins with its parent's peak of memory: the parent has to stay small.
    """
    return subprocess.run(
        [sys.executable, __file__, *call], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def memory(found: Results) -> None:
    """Measure the peak memory of sending 1,000 and 10,000 letters."""
    peaks: list[int] = []
    for letters in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch, "office")
            own(["--prepare", str(letters), str(home)])
            done = own(["--send", str(home)])
            peaks.append(int(done))
            found.row(f"memory, {letters:,} letters", [peaks[-1] / 1000], "MB")
    found.limit("memory of ten times as many", peaks[-1] / peaks[0], most=FLAT)


def main() -> None:
    """Compare, or measure memory, or be the measured process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=16_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--prepare", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--send", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        office(Path(arguments.prepare[1]), int(arguments.prepare[0]))
    elif arguments.send:
        send(arguments.send)
    else:
        found = Results("email_path", f"E-mail path: {arguments.letters:,} letters into a Maildir")
        if not arguments.memory:
            compare(found, arguments.letters, arguments.rounds)
        memory(found)
        sys.exit(found.finish())


if __name__ == "__main__":
    main()
