"""The whole journey by commands, as a secretary and a manager type them, and what they get wrong."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from outreach.contacts import examples
from outreach.db import Store
from outreach.journal import Act
from tests.cli.conftest import Outcome, Run
from tests.conftest import CHECKOUT, MONDAY_MORNING

CAMPAIGN = "asointermedias-2025"
DAY = ("--today", "2025-09-01")


@pytest.fixture
def office_ready(run: Run, small_office: Path) -> Path:
    """An office with data, two people, and the example contacts of the demo."""
    assert run(*DAY, "start").code == 0
    assert run("users", "add", "Jean", "--role", "manager").code == 0
    store = Store(f"sqlite:///{small_office / 'var' / 'outreach.db'}")
    rows = (small_office / "contacts" / "examples" / "demo.csv").read_text("utf-8").splitlines()
    path = small_office / "exemples.csv"
    path.write_text("\n".join([rows[0], *(row for row in rows if row.startswith("CO:"))]), "utf-8")
    with store.transaction() as session:
        examples.load(session, path, Act("Maria", MONDAY_MORNING))
    store.close()
    return small_office


def by(run: Run, *arguments: str, who: str = "Maria") -> Outcome:
    return run(*DAY, "--as", who, *arguments)


def test_a_campaign_goes_from_file_to_outbox_by_commands(run: Run, office_ready: Path) -> None:
    assert by(run, "campaign", "check", CAMPAIGN).code == 0
    started = by(run, "campaign", "start", CAMPAIGN)
    assert started.code == 0, started.err
    assert "municip" in started.out
    prepared = by(
        run,
        "batch",
        "prepare",
        CAMPAIGN,
        "--step",
        "suivi-septembre",
        "--audience",
        "demo",
        "--json",
    )
    assert prepared.code == 0, prepared.err
    number, drafted = str(prepared.data["batch"]), prepared.data["drafted"]
    assert drafted == sum(prepared.data["channels"].values()) > 37
    warned = by(run, "batch", "check", number)
    assert warned.code == 1
    assert "--accept L132" in warned.err
    assert by(run, "batch", "submit", number).code == 1
    assert by(run, "batch", "check", number, "--accept", "L132").code == 2  # no reason
    because = ("--because", "Les deux formes sont polies.")
    assert by(run, "batch", "check", number, "--accept", "l132", *because).code == 0
    assert by(run, "batch", "submit", number).code == 0
    shown = by(run, "batch", "show", number, "--json").data
    assert [each["reason"] for each in shown["accepted"]] == ["Les deux formes sont polies."]
    assert by(run, "batch", "approve", number).code == 1  # her own batch
    approved = by(run, "batch", "approve", number, who="Jean")
    assert approved.code == 0, approved.err
    assert "Les deux formes sont polies." in approved.err
    signed = by(run, "batch", "sign", number, "--mandate", "Délégation du 2 juin 2025")
    assert signed.code == 0, signed.err
    assert "S-EFRPR-25-1" in signed.out
    assert by(run, "batch", "send", number).code == 0
    assert by(run, "batch", "print", number).code in {0, 1}
    status = by(run, "campaign", "status", CAMPAIGN, "--json").data
    sent = next(s for s in status["steps"] if s["name"] == "suivi-septembre")["fates"]["sent"]
    assert sent == len(list((office_ready / "var" / "outbox" / "new").iterdir()))
    assert status["promises"][0]["due_on"] == "2025-10-01"
    who = by(run, "report", "who", CAMPAIGN, "--only", "sent", "--json").data["letters"]
    assert len(who) == sent
    entries = by(run, "register", "list", "--json").data
    assert entries[0]["reference"] == "S-EFRPR-25-1"
    assert by(run, "register", "verify").code == 0
    letter = by(
        run,
        *("report", "letter", CAMPAIGN, "--step", "suivi-septembre", "--contact", "CO:73001"),
        *("--to", str(office_ready / "var" / "copie")),
    )
    assert letter.code in {0, 1}
    for command in (
        ("campaign", "list"),
        ("campaign", "show", CAMPAIGN),
        ("campaign", "status", CAMPAIGN),
        ("batch", "list"),
        ("batch", "show", number),
        ("report", "who", CAMPAIGN),
        ("register", "list"),
    ):
        for language in ("fr", "es", "en"):
            shown = run(*DAY, *command, lang=language)
            assert shown.code == 0, (command, shown.err)
            assert shown.out.strip()


def test_letters_from_outside_are_recorded_and_taken_back(run: Run, office_ready: Path) -> None:
    listed = office_ready / "liste.csv"
    listed.write_text("code\nCO:05088\nCO:76892\n", "utf-8")
    told = by(
        run,
        *("campaign", "record", CAMPAIGN, "--step", "suivi-septembre", "--from", str(listed)),
        *("--number", "S-EFRPR-25-265", "--on", "2025-09-01"),
    )
    assert told.code == 0, told.err
    assert "2" in told.out
    assert by(run, "campaign", "record", CAMPAIGN, "--undo", "1").code == 0
    assert by(run, "campaign", "record", CAMPAIGN, "--undo", "1").code == 1


BAD = [
    (("campaign", "start", "noël"), 2, "noël"),
    (("campaign", "status", "noël"), 2, "asointermedias-2025"),
    (("campaign", "status", CAMPAIGN), 1, "campaign start"),
    (("batch", "prepare", CAMPAIGN, "--step", "octobre"), 2, "suivi-septembre"),
    (("batch", "prepare", CAMPAIGN, "--step", "suivi-septembre", "--audience", "x"), 2, "demo"),
    (("batch", "check", "99"), 2, "99"),
    (("batch", "send", "99"), 2, "99"),
    (("batch", "show", "x"), 2, "x"),
    (("report", "who", CAMPAIGN), 1, "campaign start"),
    (("letters", "show", "lettre-inconnue"), 2, "suivi-septembre"),
    (("campaign", "record", CAMPAIGN), 2, "--from"),
]


@pytest.mark.parametrize(("command", "code", "said"), BAD)
def test_a_wrong_name_gets_one_message_that_says_what_there_is(
    run: Run, office: Path, command: tuple[str, ...], code: int, said: str
) -> None:
    assert office.is_dir()
    told = by(run, *command)
    assert told.code == code, told
    assert said in told.err
    assert "Traceback" not in told.err + told.out
    assert len(told.err.strip().splitlines()) <= 8


def test_a_slip_in_a_campaign_file_names_the_line(run: Run, office: Path) -> None:
    own = _own(office, "campaigns") / f"{CAMPAIGN}.toml"
    own.write_text(own.read_text("utf-8").replace("audience =", "audience", 1), "utf-8")
    told = by(run, "campaign", "check", CAMPAIGN)
    assert told.code == 1
    assert f"campaigns/{CAMPAIGN}.toml" in told.err
    assert "line" in told.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 30", 'days = "30"', "$.steps[3].after.days"),
        ('mode = "circular"', 'mode = "public"', "$.steps[1].letters[0].mode"),
        ("audience =", "audiance =", "audiance"),
        ("on = 2025-09-01", "", "on"),
        ('step = "suivi-septembre", days', 'step = "nulle-part", days', "fiches-villes"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_key(
    run: Run, office: Path, old: str, new: str, said: str
) -> None:
    own = _own(office, "campaigns") / f"{CAMPAIGN}.toml"
    own.write_text(own.read_text("utf-8").replace(old, new, 1), "utf-8")
    told = by(run, "campaign", "check", CAMPAIGN)
    assert told.code == 1
    assert said in told.err


def test_an_unknown_segment_key_is_named(run: Run, office: Path) -> None:
    own = _own(office, "contacts") / "segments" / "demo.toml"
    own.write_text(own.read_text("utf-8").replace("population_min", "populasion", 1), "utf-8")
    told = by(run, "campaign", "check", CAMPAIGN)
    assert told.code == 1
    assert "contacts/segments/demo.toml" in told.err
    assert "populasion" in told.err


def test_a_template_that_does_not_compile_names_file_and_line_and_sends_nothing(
    run: Run, office_ready: Path
) -> None:
    letter = _own(office_ready, "templates") / "letters" / "invitacion-ciudades" / "es.md"
    by(run, "campaign", "start", CAMPAIGN)
    prepared = by(run, "batch", "prepare", CAMPAIGN, "--step", "suivi-septembre", "--json")
    number = str(prepared.data["batch"])
    letter.write_text(letter.read_text("utf-8") + "\n{{ organizacion | \n", "utf-8")
    told = by(run, "batch", "check", number)
    assert told.code == 1
    assert "invitacion-ciudades/es.md" in told.err + told.out
    assert by(run, "batch", "submit", number).code == 1
    assert by(run, "batch", "show", number, "--json").data["state"] == "draft"


def test_a_missing_twin_blocks_the_batch(run: Run, office_ready: Path) -> None:
    letters = _own(office_ready, "templates") / "letters"
    (letters / "suivi-septembre" / "es.md").unlink()
    by(run, "campaign", "start", CAMPAIGN)
    number = str(
        by(run, "batch", "prepare", CAMPAIGN, "--step", "suivi-septembre", "--json").data["batch"]
    )
    told = by(run, "batch", "check", number)
    assert told.code == 1
    assert "L120" in told.out


def test_more_recipients_than_the_limit_want_the_count_typed(run: Run, office_ready: Path) -> None:
    settings = office_ready / "outreach.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("max_recipients = 600", "max_recipients = 10"), "utf-8"
    )
    told = by(run, "campaign", "start", CAMPAIGN)
    assert told.code == 1
    assert "--count" in told.err
    count = told.err.split("counts ")[1].split()[0]
    assert by(run, "campaign", "start", CAMPAIGN, "--count", "3").code == 1
    assert by(run, "campaign", "start", CAMPAIGN, "--count", count, who="Jean").code == 1
    assert by(run, "campaign", "start", CAMPAIGN, "--count", count).code == 0


def test_a_database_of_a_newer_version_is_left_alone(run: Run, office: Path) -> None:
    assert by(run, "campaign", "list").code == 0
    path = office / "var" / "outreach.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = path.read_bytes()
    told = by(run, "campaign", "list")
    assert told.code == 1
    assert "9999" in told.err
    assert path.read_bytes() == before


def _own(office: Path, part: str) -> Path:
    """Make a part of the office a copy that the test may change."""
    folder = office / part
    if folder.is_symlink():
        folder.unlink()
        shutil.copytree(CHECKOUT / part, folder)
    return folder
