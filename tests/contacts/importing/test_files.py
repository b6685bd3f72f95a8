"""Files that would take memory or time without end are refused, quickly and in little memory."""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from outreach.contacts.importing import files
from outreach.contacts.importing.refusals import HostileListError, UnreadableListError

MOST_SECONDS = 30
"""For a hung reader on a busy machine; measured, each takes less than 5."""
MOST_MEMORY = 500_000_000
ALONE = """
import sys
from pathlib import Path
from outreach.contacts.importing import files, refusals
try:
    for line in files.read(Path(sys.argv[1])): pass
except (refusals.HostileListError, refusals.UnreadableListError) as error:
    print(type(error).__name__)
# Not ru_maxrss: a process begins with the peak of the one that started it.
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024)
"""


def workbook(path: Path, sheet: str | bytes, *, head: str = "") -> Path:
    """Write an XLSX file by hand around one sheet."""
    space = "http://schemas.openxmlformats.org/"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<?xml version="1.0"?>{head}<workbook xmlns="{space}spreadsheetml/2006/main" '
            f'xmlns:r="{space}officeDocument/2006/relationships"><sheets>'
            '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{space}package/2006/relationships"><Relationship Id="r1" '
            f'Type="{space}officeDocument/2006/relationships/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def cells(*references: str) -> str:
    rows = "".join(f'<row><c r="{r}" t="inlineStr"><is><t>x</t></is></c></row>' for r in references)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def bomb(folder: Path) -> Path:
    path = folder / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1_000):
            part.write(bytes(1_000_000))
    return path


def lying_bomb(folder: Path) -> Path:
    """An archive whose directory says that its part is short."""
    path = bomb(folder)
    data = bytearray(path.read_bytes())
    size = (1_000_000_000).to_bytes(4, "little")
    place = data.rfind(size)
    assert place > 0
    data[place : place + 4] = (1_000).to_bytes(4, "little")
    path.write_bytes(data)
    return path


def laughs(folder: Path) -> Path:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    return workbook(folder / "laughs.xlsx", cells("A1"), head=f"<!DOCTYPE x [{entities}]>")


def external(folder: Path) -> Path:
    head = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return workbook(folder / "external.xlsx", cells("A1"), head=head)


def far_cells(folder: Path) -> Path:
    return workbook(folder / "far.xlsx", cells("A1", "XFD1048576"))


def wide_csv(folder: Path) -> Path:
    path = folder / "wide.csv"
    path.write_bytes(b"a," * 10_000_000 + b"\n")
    return path


def wide_ods(folder: Path) -> Path:
    path = folder / "wide.ods"
    ns = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{ns}office:1.0" xmlns:table="{ns}table:1.0" '
            f'xmlns:text="{ns}text:1.0"><office:body><office:spreadsheet>'
            '<table:table table:name="a"><table:table-row>'
            '<table:table-cell table:number-columns-repeated="10000000" office:value-type="string">'
            "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def binary(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_bytes(bytes(range(256)) * 1_000)
    return path


def truncated(folder: Path) -> Path:
    path = folder / "cut.xlsx"
    path.write_bytes(far_cells(folder).read_bytes()[:300])
    return path


HOSTILE = [bomb, lying_bomb, laughs, external, far_cells, wide_csv, wide_ods, binary, truncated]


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_file_is_refused_in_little_time_and_memory(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = make(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=MOST_SECONDS,
    )
    error, memory = done.stdout.split()
    assert error in {"HostileListError", "UnreadableListError"}
    assert int(memory) < MOST_MEMORY


def test_a_refusal_names_the_file_and_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(HostileListError, match=r"laughs\.xlsx is refused.*entities"):
        list(files.read(laughs(tmp_path)))
    with pytest.raises(UnreadableListError, match=r"list\.csv.*not text"):
        list(files.read(binary(tmp_path)))


def test_a_workbook_reads_as_its_csv_would(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        lines: list[list[str | int]] = [["INSEE", "Nom"], [76351, "Le Havre"], ["01001", "=1+1"]]
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(row + 2, column, value)
                else:
                    sheet.write_number(row + 2, column, value)
    assert list(files.read(path)) == [
        (3, ["INSEE", "Nom"]),
        (4, ["76351", "Le Havre"]),
        (5, ["01001", "=1+1"]),
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_is_read_in_any_usual_encoding_and_separator(
    separator: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    rows = [["Commune", "Élu", "Note"], ["Saint-Étienne", 'dit "Jo"', "une ligne\net deux"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    assert [cells for _, cells in files.read(path)] == rows
