"""A city's project: a form out, the form back, a person's word, and only then a proposal."""

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
import xlsxwriter
from sqlalchemy import select

from outreach.accounts.users import NotAllowedError
from outreach.contacts.models import Organisation
from outreach.db import Store
from outreach.partners import projectforms, projects
from outreach.partners.briefs import Briefs, CityBrief
from outreach.partners.projectforms import LINES, UnreadableFormError
from outreach.partners.projects import NoCityError, ProjectStateError, UntranslatedError
from tests.dispatch.world import CHIEF, World

pytestmark = pytest.mark.one_database

FILLED = {
    "title_es": "Agua para todos",
    "theme": "agua y saneamiento",
    "summary_es": "Renovar la red del centro.",
    "contact": "Secretaría de Planeación",
}


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    world = World(any_store, office)
    world.people()
    return world


def filled_docx(blank: bytes, told: dict[str, str], target: Path) -> Path:
    document = docx.Document(BytesIO(blank))
    labels = {label: key for key, label in LINES.items()}
    for row in document.tables[0].rows:
        key = labels[row.cells[0].text]
        if key in told:
            row.cells[1].text = told[key]
    document.save(str(target))
    return target


def filled_xlsx(code: str, told: dict[str, str], target: Path) -> Path:
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet()
    for number, (key, label) in enumerate(LINES.items()):
        sheet.write_string(number, 0, label)
        sheet.write_string(number, 1, {"code": code, **told}.get(key, ""))
    book.close()
    return target


def brief(world: World) -> CityBrief:
    with world.store.reading() as session:
        row = session.scalars(select(Organisation).where(Organisation.code == "CO:73001")).one()
        return Briefs(session, world.folder, world.settings.partners).city(row)


def receive(world: World, form: projectforms.Form) -> int:
    with world.store.transaction() as session:
        return projects.receive(
            session,
            form,
            source="e-mail of 2 September 2025",
            received_on=date(2025, 9, 2),
            act=world.act(),
        ).id


def test_a_form_comes_back_and_is_a_proposal_only_once_validated(
    world: World, tmp_path: Path
) -> None:
    blank = projectforms.write("CO:73001", "Ibagué", "docx")
    told = projectforms.read(filled_docx(blank, FILLED, tmp_path / "ibague.docx"))
    number = receive(world, told)
    assert brief(world).project is None
    assert "project" in brief(world).to_be_told
    with world.store.transaction() as session, pytest.raises(NotAllowedError):
        projects.validate(session, number, {}, world.act())
    with world.store.transaction() as session, pytest.raises(UntranslatedError, match="fr"):
        projects.validate(session, number, {}, world.act(CHIEF))
    french = {"title.fr": "Eau pour tous", "summary.fr": "Rénover le réseau du centre."}
    with world.store.transaction() as session:
        projects.validate(session, number, french, world.act(CHIEF))
    found = brief(world).project
    assert found is not None
    assert (found.title.fr, found.title.es) == ("Eau pour tous", "Agua para todos")
    assert "project" not in brief(world).to_be_told


def test_a_newer_validated_project_replaces_the_one_before(world: World, tmp_path: Path) -> None:
    whole = FILLED | {"title_fr": "Eau", "summary_fr": "Le réseau."}
    form = projectforms.read(filled_xlsx("CO:73001", whole, tmp_path / "form.xlsx"))
    first, second = receive(world, form), receive(world, form)
    with world.store.transaction() as session:
        projects.validate(session, first, {}, world.act(CHIEF))
        projects.validate(session, second, {}, world.act(CHIEF))
        assert [row.state for row, _, _ in projects.every(session)] == ["set-aside", "validated"]
        projects.set_aside(session, second, "Withdrawn by the city", world.act(CHIEF))
        with pytest.raises(ProjectStateError):
            projects.set_aside(session, second, "Again", world.act(CHIEF))
    assert brief(world).project is None


def test_what_is_not_the_form_is_refused_with_its_reason(world: World, tmp_path: Path) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"no document")
    with pytest.raises(UnreadableFormError):
        projectforms.read(broken)
    half = filled_xlsx("CO:73001", FILLED | {"theme": "flying"}, tmp_path / "half.xlsx")
    with pytest.raises(UnreadableFormError, match="flying"):
        projectforms.read(half)
    empty = tmp_path / "empty.xlsx"
    empty.write_bytes(projectforms.write("CO:73001", "Ibagué", "xlsx"))
    with pytest.raises(UnreadableFormError, match="Título"):
        projectforms.read(empty)
    french = filled_xlsx("FR:76351", FILLED, tmp_path / "french.xlsx")
    with pytest.raises(NoCityError):
        receive(world, projectforms.read(french))
