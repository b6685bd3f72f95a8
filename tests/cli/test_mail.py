"""``outreach mail``: a test letter to the office itself."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.mailservers import MailServers
from tests.scriptedsmtp import Serve


def set_mail(office: Path, *lines: str) -> None:
    path = office / "outreach.toml"
    text = path.read_text("utf-8")
    path.write_text(text + "\n[mail]\n" + "\n".join(lines) + "\n", "utf-8")


def test_a_test_letter_goes_to_the_office_itself(run: Run, office: Path, serve: Serve) -> None:
    script = serve(users={"courrier": "secret"})
    set_mail(
        office,
        'carrier = "smtp"',
        'host = "127.0.0.1"',
        'security = "none"',
        f"port = {script.port}",
        'user = "courrier"',
        "password_command = \"printf %s 'secret'\"",
    )
    run("start")
    done = run("mail", "test")
    assert done.code == 0, done.err
    assert "queued as 4f" in done.out
    (arrived,) = script.arrived
    assert arrived.recipients == ["courrier@ambassade-colombie.example"]


def test_a_refusal_is_told_with_what_to_do(run: Run, office: Path, serve: Serve) -> None:
    script = serve(
        mail=["550 5.7.60 SMTP; Client does not have permissions to send as this sender"]
    )
    set_mail(
        office,
        'carrier = "smtp"',
        'host = "127.0.0.1"',
        'security = "none"',
        f"port = {script.port}",
    )
    run("start")
    done = run("mail", "test")
    assert done.code == 1
    assert "5.7.60" in done.err
    assert "Send as" in done.err


def test_a_demo_office_sends_to_nobody_outside(run: Run, office: Path) -> None:
    set_mail(office, 'carrier = "smtp"', 'host = "smtp.example"')
    run("start")
    done = run("mail", "test")
    assert done.code == 1
    assert "demo" in done.err


def test_drafts_lie_in_the_real_mailbox(run: Run, office: Path, mail_servers: MailServers) -> None:
    set_mail(
        office,
        'carrier = "drafts"',
        'user = "courrier@ambassade.example"',
        'password_command = "printf %s secret"',
        "[mail.mailbox]",
        'host = "127.0.0.1"',
        'security = "none"',
        f"port = {mail_servers.imap_port}",
    )
    run("start")
    assert run("mail", "test").code == 0
    (draft,) = mail_servers.messages("courrier@ambassade.example", "Drafts")
    assert b"Test of the mail server" in draft
