"""`outreach replies` and `outreach tasks`, as a secretary uses them."""

import signal
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.dispatch.world import CAMPAIGN, World
from tests.inbox.office import HAVRE, IBAGUE, LYON, Office
from tests.mailservers import MailServers


@pytest.fixture
def office_(world: World) -> Office:
    return Office(world)


@pytest.fixture
def on(run: Run) -> Run:
    """The program on the day the messages came."""

    def call(*arguments: str, **more: str) -> object:
        return run("--today", "2025-09-08", *arguments, **more)

    return call  # type: ignore[return-value]  # as Run


def test_a_call_is_written_down_with_what_is_to_be_done(office_: Office, on: Run) -> None:
    added = on(
        *("replies", "add", CAMPAIGN, HAVRE, "--by", "phone", "--outcome", "meeting"),
        *("--note", "Ils proposent le 3 octobre.", "--next", "Réserver la salle"),
        *("--promise", "Le programme", "--due", "2025-09-20"),
    )
    assert added.code == 0, added.err
    assert "Recorded as reply 1" in added.out
    (line,) = on("replies", "list", "--json").data
    assert (line["number"], line["way"], line["outcome"]) == (1, "phone", "meeting")
    tasks = on("tasks", "list", "--mine", "--json").data
    assert [(task["kind"], task["due_on"]) for task in tasks] == [
        ("own", "2025-09-20"),
    ]
    promises = on("promises", "list", "--json").data
    assert [each["owner"] for each in promises if each["due_on"] == "2025-09-20"] == ["Maria"]
    everything = on("tasks", "list", "--json").data
    assert [task["kind"] for task in everything] == ["decide", "own"]
    assert "Réserver la salle" in on("tasks", "list").out
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert on("tasks", "done", str(tasks[0]["number"])).code == 0
    assert on("tasks", "list", "--mine", "--json").data == []
    assert on("tasks", "done", str(tasks[0]["number"])).code == 2


def test_a_reply_is_shown_beside_the_letter_it_answers(office_: Office, on: Run) -> None:
    text = (
        "Oui, avec plaisir.\n\nLe 1 septembre 2025 à 10:00, Mission a écrit :\n> Bonjour\n> Texte\n"
    )
    office_.taken(office_.message(text))
    shown = on("replies", "show", "1")
    assert shown.code == 0, shown.err
    assert "Oui, avec plaisir." in shown.out
    assert "> Texte" not in shown.out
    assert "folded away" in shown.out
    assert "Our letter" in shown.out
    assert "follow-up held" in shown.out
    assert "> Texte" in on("replies", "show", "1", "--quoted").out
    data = on("replies", "show", "1", "--json").data
    assert data["new_text"] == "Oui, avec plaisir."
    assert data["letter"]["step"] == "suivi-septembre"
    assert data["letter"]["text"]


def test_an_unsure_message_is_placed_assigned_judged_decided_and_undone(
    office_: Office, on: Run
) -> None:
    office_.colleague(LYON, "dgs", "dgs@mairie.example")
    office_.colleague(HAVRE, "dgs", "cabinet@mairie.example")
    office_.taken(office_.message("Bonjour.", answers=None, sender="x@mairie.example"))
    (line,) = on("replies", "list", "--unsure", "--json").data
    assert line["state"] == "unsure"
    assert "It may be about" in on("replies", "show", "1").out
    matched = on("replies", "match", "1", HAVRE)
    assert matched.code == 0, matched.err
    assert "Done: follow-up held." in matched.out
    assert on("replies", "assign", "1", "Maria").code == 0
    assert [line["number"] for line in on("replies", "list", "--mine", "--json").data] == [1]
    assert on("replies", "outcome", "1", "interested").code == 0
    decided = on("replies", "decide", "1", "--as", "planned", "--reason", "Accord du directeur")
    assert decided.code == 0, decided.err
    assert office_.follow_up(HAVRE)[0] == "active"
    undone = on("replies", "undo", "1")
    assert undone.code == 0, undone.err
    assert "no: it changed since" in undone.out
    assert on("replies", "list", "--json").data[0]["state"] == "set-aside"


def test_a_reply_answered_from_elsewhere_waits_no_more(office_: Office, on: Run) -> None:
    office_.taken(office_.message("Merci."))
    assert on("replies", "list", "--json").data[0]["to_answer"]
    assert "is answered" in on("replies", "answered", "1", "--on", "2025-09-08").out
    assert "nothing changed" in on("replies", "answered", "1").out
    assert not on("replies", "list", "--json").data[0]["to_answer"]


def test_an_attachment_is_laid_down(office_: Office, on: Run, tmp_path: Path) -> None:
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    message = message_from_bytes(office_.message("Ci-joint."), policy=policy.default)
    assert isinstance(message, EmailMessage)
    message.add_attachment(b"MZ", maintype="application", subtype="x", filename="plan.exe")
    office_.taken(message.as_bytes())
    assert "plan.exe" in on("replies", "show", "1").out
    laid = on("replies", "attachment", "1", "1", "--to", str(tmp_path / "files"))
    assert laid.code == 0, laid.err
    assert "could run" in laid.err
    assert (tmp_path / "files" / "plan.exe.unsafe").read_bytes() == b"MZ"
    assert on("replies", "attachment", "1", "9", "--to", str(tmp_path)).code == 2


def test_what_is_not_there_is_said(office_: Office, on: Run) -> None:
    assert office_.effects() == []
    for command in (["show", "99"], ["undo", "99"], ["set-aside", "99"], ["answered", "99"]):
        assert on("replies", *command).code == 2
    assert on("tasks", "list").out.strip() == "Nothing is to be done."
    assert on("replies", "list").out.strip() == "Nothing came back yet."


def test_a_draft_is_laid_as_a_file_where_there_is_no_mailbox(
    office_: Office, on: Run, office: Path
) -> None:
    office_.taken(office_.message("Oui."))
    laid = on("replies", "draft", "1", "--text", "Merci.")
    assert laid.code == 0, laid.err
    assert "mairie@havre.example" in laid.out
    written = (office / "var" / "drafts" / "answer-1.eml").read_bytes()
    assert written.startswith(b"X-Unsent: 1\r\n")
    assert b"In-Reply-To: <1@havre.example>" in written


def test_a_draft_is_laid_into_the_drafts_of_the_mailbox(
    office_: Office, on: Run, office: Path, mail_servers: MailServers
) -> None:
    office_.taken(office_.message("Oui."))
    with (office / "outreach.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            '\n[mail]\nuser = "courrier@ambassade.example"\n'
            'password_command = "printf %s secret"\n'
            '[mail.mailbox]\nhost = "127.0.0.1"\nsecurity = "none"\n'
            f"port = {mail_servers.imap_port}\n"
        )
    laid = on("replies", "draft", "1", "--text", "Merci.")
    assert laid.code == 0, laid.err
    assert "lies in Drafts" in laid.out
    (draft,) = mail_servers.messages("courrier@ambassade.example", "Drafts")
    assert b"In-Reply-To: <1@havre.example>" in draft
    assert b"X-Unsent" not in draft
    assert not (office / "var" / "drafts").exists()


def test_a_message_is_shown_as_a_page_without_what_it_would_fetch(
    office_: Office, on: Run, tmp_path: Path
) -> None:
    raw = office_.message("x").replace(b"text/plain", b"text/html")
    body = b'<p>Oui</p><img src="https://track.example/p.gif">'
    office_.taken(raw.partition(b"\n\n")[0] + b"\n\n" + body)
    page = tmp_path / "page.html"
    assert on("replies", "show", "1", "--html", str(page)).code == 0
    assert "<p>Oui</p>" in page.read_text("utf-8")
    assert "track.example" not in page.read_text("utf-8")


def test_messages_are_forgotten_as_the_office_decided(
    office_: Office, run: Run, office: Path
) -> None:
    office_.taken(office_.message("Oui, nous sommes intéressés."))

    def forget(as_: str = "Jean") -> str:
        done = run("--today", "2026-10-01", "--as", as_, "replies", "forget")
        return done.out + done.err

    assert "has not said how long" in forget()
    settings = office / "outreach.toml"
    settings.write_text(
        settings.read_text("utf-8") + "\n[privacy.retention]\nreplies = 12\n", "utf-8"
    )
    assert "This needs" in forget("Maria")
    assert "Messages forgotten: 1." in forget()
    shown = run("replies", "show", "1")
    assert "forgotten" in shown.out
    assert "intéressés" not in shown.out
    assert "Messages forgotten: 0." in forget()
    assert run("replies", "draft", "1").code == 1


def test_who_answered_for_the_mayor_gets_a_card(office_: Office, on: Run) -> None:
    office_.taken(office_.message("Je suis la directrice.", sender="Anne Roy <roy@havre.example>"))
    assert "roy@havre.example is on no card" in on("replies", "show", "1").out
    newcomer = on("replies", "show", "1", "--json").data["newcomer"]
    assert newcomer == {
        "name": "Anne Roy",
        "address": "roy@havre.example",
        "organisation": HAVRE,
    }
    made = on("replies", "person", "1", "dgs", "--function", "dgs", "--last-name", "Roy")
    assert made.code == 0, made.err
    assert office_.addresses(f"{HAVRE}/dgs") == {"roy@havre.example": "good"}
    assert on("replies", "show", "1", "--json").data["newcomer"] is None


def test_an_answer_says_how_far_a_pair_has_come(office_: Office, on: Run) -> None:
    from sqlalchemy import select

    from outreach.partners.models import Cooperation

    office_.taken(office_.message("Nous avons rencontré Ibagué."))
    assert on("replies", "stage", "1", IBAGUE, "met").code == 0
    office_.taken(office_.message("Firmado.", sender="despacho@ibague.example", answers=IBAGUE))
    assert on("replies", "stage", "2", HAVRE, "agreed").code == 0
    with office_.world.store.reading() as session:
        (row,) = session.scalars(select(Cooperation)).all()
        assert (row.stage, row.source) == ("agreed", "reply 2")
    assert on("replies", "stage", "1", LYON, "met").code == 2


def test_messages_in_files_are_taken_in_once(office_: Office, on: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "1.eml").write_bytes(office_.message("Oui, avec plaisir."))
    (folder / "2.eml").write_bytes(office_.bounce(LYON, "5.1.1", "User unknown"))
    spam = office_.message("Buy", answers=None, sender="x@shop.example", subject="Offer")
    (folder / "3.eml").write_bytes(spam)
    (folder / "4.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    taken = on("replies", "import", str(folder), "--json")
    assert taken.code == 0, taken.err
    assert [(line["kind"], line.get("number")) for line in taken.data] == [
        ("reply", 1),
        ("bounce", 2),
        ("not ours", None),
    ]
    assert ".msg" in taken.err
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert office_.letter(LYON).state == "bounced"
    again = on("replies", "import", str(folder), "--json").data
    assert [line.get("number") for line in again] == [1, 2, None]
    assert len(on("replies", "list", "--all", "--json").data) == 2


def test_the_mailbox_is_fetched_by_command_and_in_every_round(
    office_: Office, on: Run, office: Path, mail_servers: MailServers
) -> None:
    assert "No mailbox is read" in on("replies", "fetch").err
    settings = office / "outreach.toml"
    settings.write_text(
        settings.read_text("utf-8")
        + f"""
[mail]
user = "courrier@ambassade.example"
password_command = "printf %s secret"
[mail.mailbox]
host = "127.0.0.1"
port = {mail_servers.imap_port}
security = "none"
inbox = "INBOX"
""",
        "utf-8",
    )

    def lay(raw: bytes) -> None:
        with mail_servers.imap("courrier@ambassade.example") as connection:
            connection.append("INBOX", "", "", raw.replace(b"\n", b"\r\n"))

    lay(office_.message("Oui."))
    lay(office_.message("Buy", answers=None, sender="x@shop.example", subject="Offer"))
    fetched = on("replies", "fetch")
    assert fetched.code == 0, fetched.err
    assert "Not about your letters, and not kept: 1." in fetched.out
    assert "Nothing new came back." in on("replies", "fetch").out
    assert [line["subject"] for line in on("replies", "list", "--unmatched", "--json").data] == [
        "Offer"
    ]
    lay(office_.bounce(LYON, "5.1.1", "User unknown"))
    done = on("round", "--json")
    assert done.code == 0, done.err
    assert done.data["fetched"]["kinds"] == {"bounce": 1}
    assert office_.letter(LYON).state == "bounced"
    timers = [
        threading.Timer(0.8, lay, (office_.message("Encore une chose."),)),
        threading.Timer(3.0, signal.raise_signal, (signal.SIGTERM,)),
    ]
    for timer in timers:
        timer.start()
    waited = on("replies", "fetch", "--wait")
    assert waited.code == 0, waited.err
    assert waited.out == "reply: 1\n"
