"""Options, languages and troubles that every command shares."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from outreach import words
from outreach.accounts import users
from outreach.cli.main import ROOMS
from outreach.cli.main import main as program
from tests.cli.conftest import Run

PROGRAM = [sys.executable, "-c", "from outreach.cli.main import main; main()"]


def commands(
    command: click.Command = program, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            under = command.get_command(context, name)
            assert under is not None
            yield from commands(under, (*path, name))


EVERY = list(commands())


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_command_has_help_in_three_languages(
    path: tuple[str, ...], command: click.Command, language: str, run: Run
) -> None:
    outcome = run(*path, "--help", lang=language)
    assert outcome.code == 0
    own = getattr(command, "help_msgid", None)
    assert own, f"{path} has no help"
    said = words.translator(language).gettext(own)
    assert (said == own) == (language == "en")
    flowed = " ".join(outcome.out.split())
    assert said.split("\n")[0].split()[0] in flowed
    usage = {"fr": "Usage\u00a0:", "es": "Uso:", "en": "Usage:"}[language]
    assert outcome.out.startswith(usage)


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_option_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{' '.join(path)} {parameter.opts[0]}"


def test_help_imports_neither_database_nor_tables_nor_templates() -> None:
    code = (
        "import sys\n"
        "from outreach.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'rich', 'jinja2', 'babel', 'alembic', 'typst', 'premailer'}\n"
        "print(*(heavy & set(sys.modules)), file=sys.stderr, end='')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert next(iter(ROOMS)) in done.stdout


def test_the_language_is_the_one_asked_for_then_the_offices_then_the_machines_then_french(
    office: Path, tmp_path: Path
) -> None:
    settings = office / "outreach.toml"
    settings.write_text(settings.read_text("utf-8").replace('"fr"\nfoot', '"es"\nfoot'), "utf-8")
    spanish = {"LANG": "es_CO.UTF-8"}
    assert words.choose("en", office, spanish) == "en"
    assert words.choose(None, office, {"LANG": "en_GB.UTF-8"}) == "es"
    assert words.choose(None, tmp_path, spanish) == "es"
    assert words.choose(None, tmp_path, {"LC_ALL": "de_DE", "LANG": "es_CO"}) == "fr"
    assert words.choose("xx", tmp_path, {}) == "fr"


def test_a_folder_that_is_no_office_is_told_once_and_is_wrong_use(run: Run, tmp_path: Path) -> None:
    outcome = run("users", "list", office=tmp_path)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "is no office folder" in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_error_with_json_is_json(run: Run, tmp_path: Path) -> None:
    outcome = run("users", "list", "--json", office=tmp_path)
    assert outcome.code == 2
    assert outcome.data["error"] == "NoOfficeError"
    assert outcome.data["values"] == {"folder": str(tmp_path)}


@pytest.mark.parametrize(
    ("language", "words_"),
    [("fr", "L’option '--wrong' n’existe pas"), ("es", "La opción '--wrong' no existe")],
)
def test_clicks_own_sentences_are_translated(run: Run, language: str, words_: str) -> None:
    outcome = run("users", "list", "--wrong", lang=language)
    assert outcome.code == 2
    assert words_ in outcome.err


def test_a_mistake_in_the_settings_names_file_and_key(run: Run, office: Path) -> None:
    settings = office / "outreach.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("max_recipients = 600", 'max_recipients = "many"'), "utf-8")
    outcome = run("users", "list")
    assert outcome.code == 1
    assert "outreach.toml" in outcome.err
    assert "sending.max_recipients" in outcome.err
    settings.write_text(text.replace("[sender]", "[sender"), "utf-8")
    outcome = run("users", "list")
    assert outcome.code == 1
    assert "line" in outcome.err
    assert "Traceback" not in outcome.err


def test_the_clock_moves_in_a_demo_office_only(run: Run, office: Path) -> None:
    assert run("--today", "2025-12-31", "users", "list").code == 0
    settings = office / "outreach.toml"
    settings.write_text(settings.read_text("utf-8").replace("demo = true", "demo = false"), "utf-8")
    outcome = run("--today", "2025-12-31", "users", "list")
    assert outcome.code == 1
    assert "--today" in outcome.err


def test_a_date_that_is_none_is_wrong_use(run: Run) -> None:
    outcome = run("--today", "31/12/2025", "users", "list")
    assert outcome.code == 2
    assert "31/12/2025" in outcome.err


def test_a_fault_of_the_program_leaves_its_traceback_in_a_file(
    run: Run, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: object) -> None:
        raise RuntimeError("the sky fell")

    monkeypatch.setattr(users, "everyone", fail)
    outcome = run("users", "list")
    assert outcome.code == 70
    assert "sky" not in outcome.err
    log = office / "var" / "log" / "faults.log"
    assert str(log) in outcome.err.replace("\n", "")
    assert "RuntimeError: the sky fell" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_an_interruption_says_how_to_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_session: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(users, "everyone", interrupt)
    outcome = run("users", "list")
    assert outcome.code == 130
    assert "goes on where it stopped" in outcome.err


def test_a_database_that_cannot_be_opened_is_told(run: Run, office: Path) -> None:
    (office / "var").mkdir()
    (office / "var" / "outreach.db").write_bytes(b"this is no database" * 100)
    outcome = run("users", "list")
    assert outcome.code == 1
    assert "outreach.db" in outcome.err


def test_a_reader_that_stops_reading_is_no_trouble(office: Path) -> None:
    environment = {**os.environ, "OUTREACH_OFFICE": str(office)}
    with subprocess.Popen(
        [*PROGRAM, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
