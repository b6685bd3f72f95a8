"""``outreach report campaign|register|promises|activity`` as files to hand on."""

import csv
import io
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pytest
from pypdf import PdfReader

from tests.cli.conftest import Run
from tests.dispatch.world import World

DAY = ("--today", "2025-09-10")


def written(run: Run, folder: Path, *arguments: str) -> Path:
    folder = folder / "documents"
    done = run(*DAY, "report", *arguments, "--to", str(folder))
    assert done.code == 0, done.err
    (path,) = folder.iterdir()
    assert path.name in done.out.replace("\n", "")
    return path


@pytest.fixture
def name(world: World) -> str:
    """A campaign whose first letter left for three contacts."""
    world.send(world.signed())
    return world.definition.name


def test_the_report_of_a_campaign_is_a_tagged_pdf_of_two_pages(
    run: Run, name: str, tmp_path: Path
) -> None:
    path = written(run, tmp_path / "out", "campaign", name, "--format", "pdf", "--lang", "fr")
    with pikepdf.open(path) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        assert len(pdf.pages) == 2
        with pdf.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "10 sept. 2025" in text


def test_the_figures_of_every_form_are_the_same(run: Run, name: str, tmp_path: Path) -> None:
    data = run(*DAY, "report", "campaign", name, "--format", "json").data
    figures = {each["label"]: each["value"] for each in data["figures"]}
    assert figures["Got at least one letter"] == 3
    assert figures["Answered"] == 0
    book = openpyxl.load_workbook(
        written(run, tmp_path / "x", "campaign", name, "--format", "xlsx")
    )
    overview = {row[0]: row[1] for row in book["Overview"].iter_rows(values_only=True) if row[1]}
    assert overview == {label: value for label, value in figures.items() if value}
    page = written(run, tmp_path / "h", "campaign", name, "--format", "html").read_text("utf-8")
    assert "<b>3</b>Got at least one letter" in page
    rows = written(run, tmp_path / "c", "campaign", name, "--format", "csv").read_bytes()
    assert "Got at least one letter;3" in rows.decode("utf-8-sig")


def test_the_page_fetches_nothing(run: Run, name: str, tmp_path: Path) -> None:
    page = written(run, tmp_path, "campaign", name, "--format", "html").read_text("utf-8")
    assert "<script" not in page
    assert "src=" not in page
    assert "url(http" not in page
    assert page.count("<svg") == 3


def test_the_register_of_a_period_holds_its_numbers_only(
    run: Run, name: str, tmp_path: Path
) -> None:
    assert name
    everything = run(*DAY, "report", "register", "--json", "--until", "2025-12-31").data
    (table,) = everything["tables"]
    numbers = [row[0] for row in table["rows"]]
    assert numbers == [row["reference"] for row in run("register", "list", "--json").data]
    days = {row[1] for row in table["rows"]}
    assert len(days) == 1
    (day,) = days
    later = run(
        *DAY, "report", "register", "--json", "--from", "2025-12-31", "--until", "2025-12-31"
    )
    assert later.data["tables"][0]["rows"] == []
    path = written(run, tmp_path, "register", "--from", day, "--until", day, "--format", "xlsx")
    sheet = openpyxl.load_workbook(path)["Outgoing letters"]
    assert sheet.tables
    cell = sheet.cell(row=2, column=2)
    assert cell.value == datetime.fromisoformat(day)


def test_promises_and_acts_are_written_in_words(run: Run, name: str, tmp_path: Path) -> None:
    found = run(*DAY, "report", "promises", "--json").data
    assert [each["value"] for each in found["figures"]] == [1, 0, 1]
    acts = run(*DAY, "report", "activity", name, "--json").data["tables"][0]["rows"]
    assert "Batch 1: approved" in {row[2] for row in acts}
    path = written(run, tmp_path, "activity", name, "--format", "csv")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Date", "Who", "What"]
    assert len(rows) == len(acts) + 1


@pytest.mark.parametrize("what", ["register", "promises"])
@pytest.mark.parametrize("form", ["pdf", "html", "xlsx", "csv"])
def test_an_office_without_letters_gets_every_form(
    run: Run, world: World, tmp_path: Path, what: str, form: str
) -> None:
    world.people()
    assert written(run, tmp_path, what, "--format", form, "--lang", "es").stat().st_size


def test_a_campaign_that_was_not_started_has_no_report(run: Run, world: World) -> None:
    assert run("report", "campaign", world.definition.name, "--format", "pdf").code == 1


def test_a_document_is_of_the_whole_campaign(run: Run, world: World) -> None:
    refused = run("report", "campaign", world.definition.name, "--format", "pdf", "--by", "week")
    assert refused.code == 2
    assert "--by" in refused.err


def test_who_talks_to_whom_is_told_in_spanish_and_can_be_edited(
    run: Run, name: str, tmp_path: Path
) -> None:
    note = ("--by", "phone", "--outcome", "interested", "--note", "Una visita en marzo")
    assert run(*DAY, "replies", "add", name, "FR:76351", *note, "--on", "2025-09-08").code == 0
    assert run(*DAY, "replies", "stage", "1", "CO:73001", "in-touch").code == 0
    told = run(*DAY, "report", "cooperation", "--format", "json").data
    figures = {each["label"]: each["value"] for each in told["figures"]}
    assert figures["Pairs put in touch or further"] == 1
    cities = {table["title"]: table["rows"] for table in told["tables"]}
    assert cities["By Colombian city"][0][:3] == ["Ibagué", "Le Havre", "Put in touch"]
    assert cities["What they said"][0][0] == "Le Havre"
    path = written(run, tmp_path / "d", "cooperation", "--format", "docx", "--lang", "es")
    made = docx.Document(str(path))
    words = "\n".join(
        [one.text for one in made.paragraphs]
        + [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    )
    assert "Una visita en marzo" in words
    headings = [one for one in made.paragraphs if "Heading" in str(one.style and one.style.name)]
    assert len(headings) == 1 + len(told["tables"])
    pdf = written(run, tmp_path / "p", "cooperation", "--format", "pdf", "--lang", "es")
    assert "Ibagué" in PdfReader(pdf).pages[0].extract_text()


def test_what_is_kept_too_long_is_a_document_too(run: Run, name: str, tmp_path: Path) -> None:
    assert name
    path = written(run, tmp_path / "x", "retention", "--format", "xlsx")
    assert len(openpyxl.load_workbook(path).sheetnames) >= 2


@pytest.mark.parametrize("report", ["campaign", "promises", "register", "activity"])
def test_a_past_days_document_is_the_same_whenever_it_is_written(
    run: Run, name: str, tmp_path: Path, report: str
) -> None:
    whose = [name] if report in {"campaign", "activity"} else []
    asked = (report, *whose, "--as-of", "2025-09-03", "--lang", "fr", "--format")
    first = written(run, tmp_path / "1", *asked, "pdf")
    assert "2025-09-03" in first.name
    rows = written(run, tmp_path / "c", *asked, "csv").read_bytes()
    later = ("--today", "2025-12-01", "report", *asked)
    assert run(*later, "pdf", "--to", str(tmp_path / "2")).code == 0
    assert (tmp_path / "2" / first.name).read_bytes() == first.read_bytes()
    assert run(*later, "csv", "--to", str(tmp_path / "2")).code == 0
    assert (tmp_path / "2" / first.with_suffix(".csv").name).read_bytes() == rows


def test_before_its_letters_left_a_campaign_tells_of_none(run: Run, name: str) -> None:
    data = run(*DAY, "report", "campaign", name, "--as-of", "2025-09-01", "--format", "json").data
    assert {each["label"]: each["value"] for each in data["figures"]}[
        "Got at least one letter"
    ] == 3
    lines = run(*DAY, "report", "who", name, "--as-of", "2025-09-01", "--json").data["letters"]
    assert "sent" in {line["fate"] for line in lines}
    refused = run(*DAY, "report", "promises", "--as-of", "2025-09-10")
    assert refused.code == 2
    assert "not ended yet" in refused.err


def test_the_dispatch_list_of_a_lot_is_a_document(run: Run, world: World) -> None:
    number = world.signed()
    world.send(number)
    world.print(number)
    data = run(
        *DAY, "report", "bordereau", str(number), "--lot", "1", "--format", "json", "--lang", "es"
    ).data
    (listed,) = data["tables"]
    assert listed["columns"][0] == "Orden"
    assert listed["rows"][0][0] == 1
    assert run(*DAY, "report", "bordereau", str(number), "--lot", "9").code != 0


def test_the_week_is_told_with_what_waits(run: Run, name: str) -> None:
    data = run(*DAY, "report", "weekly", "--until", "2025-09-07", "--format", "json").data
    assert {each["label"]: each["value"] for each in data["figures"]}["Letters that left"] == 3
    assert name not in str(data["tables"][1]["rows"]), "under its title, not its name"
