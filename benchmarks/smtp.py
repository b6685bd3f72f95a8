"""A batch to a local SMTP sink, against mailmerge, django-post_office and bare smtplib.

The same 5,000 rows, the same sink (postfix's ``smtp-sink``), whole processes in turn. Ours reads
signed deliveries from SQLite, writes each letter in HTML and text, keeps its bytes, arms it
(durable against a power cut), hands it over and records the answer, over four connections with a
letter on each, as ``batch send`` does. mailmerge fills the
same Markdown and keeps no state. django-post_office sends what was queued before, one process.
Bare smtplib sends ready bytes over one connection. A row with our DKIM signature (RSA 2048) stands
apart, as do one and four processes on PostgreSQL (OUTREACH_TEST_POSTGRES).

Wanted: 2 times the best peer, 0.6 of bare smtplib; on PostgreSQL four processes 1.5 times one and
above the best peer.

Usage: python benchmarks/smtp.py [--letters 5000] [--rounds 5] [--dkim-letters 500]
"""

import argparse
import csv
import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from databases import database
from results import Results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

CAMPAIGN = "asointermedias-2025"
HOST = "127.0.0.1"
BEST_PEER, BARE, FOUR = 2.0, 0.6, 1.5
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
SENDING = """
[mail]
carrier = "smtp"
host = "127.0.0.1"
security = "none"
port = {port}
"""
DKIM = """
[[mail.dkim]]
selector = "mesure"
key_file = "dkim.pem"
"""
HEAD = """TO: {{email}}
FROM: Ambassade de Colombie en France <courrier@ambassade-colombie.example>
SUBJECT: Remerciements pour votre participation
CONTENT-TYPE: text/markdown

Madame la Maire,

Nous vous remercions de la participation de {{commune}} à nos rencontres de juillet 2025.

"""
DJANGO = {
    "SECRET_KEY": "x",
    "INSTALLED_APPS": ["django.contrib.contenttypes", "post_office"],
    "EMAIL_BACKEND": "post_office.EmailBackend",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "USE_TZ": True,
    "TEMPLATES": [
        {"BACKEND": "django.template.backends.django.DjangoTemplates"},
        {"BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates"},
    ],
    "POST_OFFICE": {"BATCH_SIZE": 5000, "THREADS_PER_PROCESS": 1},
}


@contextmanager
def sink() -> Iterator[int]:
    """Run postfix's sink on a free port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    program = shutil.which("smtp-sink", path=os.environ["PATH"] + ":/usr/sbin")
    if program is None:
        sys.exit("smtp-sink is missing: install postfix")
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    with subprocess.Popen(
        [program, *user, "-c", f"{HOST}:{port}", "500"], stdout=subprocess.DEVNULL
    ) as one:
        try:
            for _ in range(100):
                try:
                    socket.create_connection((HOST, port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            one.terminate()


def office(folder: Path, letters: int, port: int, url: str | None, *, signed: bool) -> None:
    """Make an office with a signed batch of ``letters`` individual letters."""
    from outreach.db import Store
    from tests.dispatch.world import World

    folder.mkdir(parents=True)
    settings = (ROOT / "outreach.toml").read_text("utf-8") + SENDING.format(port=port)
    if url:
        settings = settings.replace("sqlite:///var/outreach.db", url)
    if signed:
        settings += DKIM
        key = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        subprocess.run([*key, "-out", folder / "dkim.pem"], check=True, capture_output=True)
    (folder / "outreach.toml").write_text(settings, "utf-8")
    for part in ("templates", "contacts"):
        (folder / part).symlink_to(ROOT / part)
    (folder / "campaigns").mkdir()
    (folder / "campaigns" / f"{CAMPAIGN}.toml").write_text(PLAN, "utf-8")
    store = Store(url or f"sqlite:///{folder / 'var' / 'outreach.db'}")
    store.upgrade()
    World(store, folder).signed(many=letters)
    store.close()


def send(folder: Path) -> None:
    """Send the batch, as ``batch send`` does: the measured process."""
    from outreach.app import open_office
    from outreach.campaigns import definition
    from outreach.dispatch import sending

    app = open_office(folder)
    sending.send(
        app.store,
        1,
        definition.load(folder, CAMPAIGN),
        app.carrier(),
        settings=app.settings,
        key=bytes(32),
        clock=lambda: datetime(2025, 9, 1, 8, tzinfo=UTC),
        actor="Maria",
        progress=lambda _done, _total: None,
        postmark=app.postmark(),
    )


def ours(folder: Path, letters: int, processes: int = 1) -> float:
    """Send the whole batch in ``processes`` at once; return letters a second."""
    start = time.perf_counter()
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "--send", str(folder)], stdout=subprocess.DEVNULL
        )
        for _ in range(processes)
    ]
    codes = [one.wait() for one in running]
    seconds = time.perf_counter() - start
    if any(codes):
        sys.exit("sending failed")
    return letters / seconds


def merged(folder: Path, letters: int, port: int) -> Callable[[], float]:
    """Prepare mailmerge's files; return what measures it."""
    folder.mkdir(parents=True)
    (folder / "mailmerge_template.txt").write_text(HEAD + body(), "utf-8")
    (folder / "mailmerge_server.conf").write_text(
        f"[smtp_server]\nhost = {HOST}\nport = {port}\nsecurity = Never\n", "utf-8"
    )
    with (folder / "mailmerge_database.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "commune"])
        writer.writerows((f"mairie@bourg-{n}.example", f"Bourg-{n}") for n in range(letters))
    program = Path(sys.executable).with_name("mailmerge")

    def measure() -> float:
        start = time.perf_counter()
        subprocess.run(
            [str(program), "--no-dry-run", "--no-limit"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return letters / (time.perf_counter() - start)

    return measure


def body() -> str:
    """Return the letter's Markdown without its fields."""
    text = (ROOT / "templates/letters/remerciement-rencontres/fr.md").read_text("utf-8")
    return (
        text.split("+++", 2)[2]
        .replace("{{", "(")
        .replace("}}", ")")
        .replace("{%", "(")
        .replace("%}", ")")
    )


def posted(folder: Path, letters: int, port: int) -> Callable[[], float]:
    """Return what measures django-post_office: queued untimed, then one process sends."""

    def call(*verbs: str) -> None:
        subprocess.run(
            [sys.executable, __file__, "--django", *verbs, str(folder), str(letters), str(port)],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def measure() -> float:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        call("queue")
        start = time.perf_counter()
        call("send")
        return letters / (time.perf_counter() - start)

    return measure


def django(verb: str, folder: Path, letters: int, port: int) -> None:
    """Queue or send with django-post_office."""
    import django as framework
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        **DJANGO,
        EMAIL_HOST=HOST,
        EMAIL_PORT=port,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "db")}},
    )
    framework.setup()
    from post_office import mail

    if verb == "queue":
        call_command("migrate", verbosity=0)
        text = body()
        mail.send_many(
            [
                {
                    "sender": "courrier@ambassade-colombie.example",
                    "recipients": [f"mairie@bourg-{number}.example"],
                    "subject": "Remerciements pour votre participation",
                    "message": text,
                    "html_message": f"<p>{text}</p>",
                }
                for number in range(letters)
            ]
        )
        return
    sent, failed, _ = mail.send_queued(processes=1, log_level=0)
    if (sent, failed) != (letters, 0):
        sys.exit(f"django-post_office sent {sent}, failed {failed}")


def bare(letters: int, port: int) -> float:
    """Send ready bytes over one connection."""
    text = body()
    ready = (
        "From: courrier@ambassade-colombie.example\r\nSubject: Remerciements\r\n\r\n"
        + f"{text}\n{text}".replace("\n", "\r\n")
    ).encode()
    start = time.perf_counter()
    with smtplib.SMTP(HOST, port) as server:
        for number in range(letters):
            server.sendmail(
                "courrier@ambassade-colombie.example", [f"mairie@bourg-{number}.example"], ready
            )
    return letters / (time.perf_counter() - start)


def durable_write() -> float:
    """Return how many milliseconds the disk takes to make one small write safe (median)."""
    times: list[float] = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(100):
            start = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def compare(letters: int, rounds: int, dkim_letters: int) -> int:
    """Print the table; say whether every figure is reached."""
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch, sink() as port:
        home = Path(scratch)
        office(home / "office", letters, port, None, signed=False)
        office(home / "signed", dkim_letters, port, None, signed=True)
        merge = merged(home / "mailmerge", letters, port)
        post = posted(home / "django", letters, port)
        for number in range(rounds):

            def copied(name: str) -> Path:
                folder = home / f"{name}-{number}"  # noqa: B023  # called within this round
                return Path(shutil.copytree(home / name, folder, symlinks=True))

            measured: dict[str, Callable[[], float]] = {
                "outreach, SQLite": lambda: ours(copied("office"), letters),
                "outreach, SQLite, DKIM": lambda: ours(copied("signed"), dkim_letters),
                "mailmerge": merge,
                "django-post_office": post,
                "bare smtplib": lambda: bare(letters, port),
            }
            for name, measure in measured.items():
                rates.setdefault(name, []).append(measure())
            for processes in (1, 4):
                with database() as url:
                    if url is None:
                        continue
                    folder = home / f"pg-{number}-{processes}"
                    office(folder, letters, port, url, signed=False)
                    rate = ours(folder, letters, processes)
                    rates.setdefault(f"outreach, PostgreSQL, {processes}", []).append(rate)
    found = Results("smtp", f"A batch to a mail server: {letters:,} letters")
    found.row("one durable write on this disk", [durable_write()], "ms")
    middle = {name: found.row(name, values, "letters/s") for name, values in rates.items()}
    peer = max(middle["mailmerge"], middle["django-post_office"])
    ours_ = middle["outreach, SQLite"]
    found.limit("SQLite, times the best peer", ours_ / peer, least=BEST_PEER)
    found.limit("SQLite, of bare smtplib", ours_ / middle["bare smtplib"], least=BARE)
    if "outreach, PostgreSQL, 4" in middle:
        four, one = middle["outreach, PostgreSQL, 4"], middle["outreach, PostgreSQL, 1"]
        found.limit("PostgreSQL, four processes, times one", four / one, least=FOUR)
        found.limit("PostgreSQL, four, times the best peer", four / peer, least=1.0)
    else:
        found.note("PostgreSQL was not measured: OUTREACH_TEST_POSTGRES names no server")
    return found.finish()


def main() -> None:
    """Compare, or be the measured process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dkim-letters", type=int, default=500)
    parser.add_argument("--send", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--django", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.send:
        send(arguments.send)
    elif arguments.django:
        verb, folder, letters, port = arguments.django
        django(verb, Path(folder), int(letters), int(port))
    else:
        sys.exit(compare(arguments.letters, arguments.rounds, arguments.dkim_letters))


if __name__ == "__main__":
    main()
