"""Log and figures for machines name states and errors, never a person."""

import json
import sys
from pathlib import Path

import pytest
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from outreach import rounds
from outreach.app import App
from outreach.cli.worker import note
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.keeping import metrics
from outreach.keeping.logbook import Logbook, UnknownFieldError
from outreach.settings import Watching
from tests.dispatch.world import SECRETARY, World, quiet

LOG = "var/log/outreach.jsonl"


@pytest.fixture
def app(world: World) -> App:
    settings = structs.replace(world.settings, watching=Watching(log=LOG, metrics=True))
    return App(folder=world.folder, settings=settings, store=world.store, clock=world.clock)


def personal(world: World) -> set[str]:
    """Every name and address of the office."""
    with world.store.reading() as session:
        found = {
            *session.scalars(select(EmailAddress.address)),
            *session.scalars(select(Organisation.name)),
            *session.scalars(select(Contact.code)),
            *(name for name in session.scalars(select(Contact.last_name)) if name),
        }
    return {*found, *(one.partition("@")[2] for one in found if "@" in one), SECRETARY} - {""}


def test_a_round_is_logged_in_figures_without_anybody(world: World, app: App) -> None:
    world.people()
    world.start()
    log = app.logbook()
    note(log, rounds.run(app, SECRETARY, quiet), world.now)
    number = 1
    world.submit(number)
    world.approve(number)
    world.sign(number)
    world.send(number)
    note(log, rounds.run(app, SECRETARY, quiet), world.now)
    log.close()
    written = (world.folder / LOG).read_text("utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["event"], line["prepared"]) for line in lines] == [("round", 4), ("round", 0)]
    assert [one for one in personal(world) if one in written] == []
    if sys.platform != "win32":
        assert (world.folder / LOG).stat().st_mode & 0o077 == 0


def test_an_error_is_named_and_not_quoted(world: World, app: App) -> None:
    from outreach.dispatch.external import UnknownCodesError

    log = app.logbook()
    note(log, UnknownCodesError(path="list.csv", count=1, codes=["maria@havre.example"]), world.now)
    log.close()
    (line,) = (world.folder / LOG).read_text("utf-8").splitlines()
    assert json.loads(line)["trouble"] == "UnknownCodesError"
    assert "havre" not in line


def test_nothing_but_known_fields_can_be_logged(world: World, tmp_path: Path) -> None:
    log = Logbook(tmp_path / "log.jsonl")
    with pytest.raises(UnknownFieldError, match="address"):
        log.write("round", world.now, address="maria@havre.example")
    log.close()


def test_without_a_setting_no_file_is_written(world: World) -> None:
    silent = App(world.folder, world.settings, world.store, world.clock).logbook()
    silent.write("round", world.now, sent=1)
    silent.close()
    assert list(world.folder.rglob("*.jsonl")) == []


def test_figures_count_letters_by_state_and_name_nobody(world: World) -> None:
    world.send(world.signed())
    shown = metrics.shown(world.store, world.now).decode()
    families = {family.name: family for family in text_string_to_metric_families(shown)}
    letters = {one.labels["state"]: one.value for one in families["outreach_letters"].samples}
    assert (letters["sent"], letters["uncertain"]) == (3, 0)
    assert families["outreach_workers"].samples[0].value == 0
    assert families["outreach_locked"].samples[0].value == 0
    assert [one for one in personal(world) if one in shown] == []
