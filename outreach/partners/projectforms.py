"""The form on which a city tells of its project: a Word table or a worksheet, the same lines.

It is recognised again by the words before the bar of each line, in Spanish: a city that answers
changes nothing on the left.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct

from outreach.contacts.importing import files
from outreach.errors import N_, OutreachError
from outreach.partners.themes import THEMES
from outreach.settings import Bilingual

Format = Literal["docx", "xlsx"]
MOST_BYTES = 2_000_000
CODE_MARK, CITY_MARK = "[-code-]", "[-city-]"
TITLE = "Proyecto de cooperación / Projet de coopération"
LINES = {
    "code": "Código DIVIPOLA / Code officiel",
    "city": "Ciudad / Ville",
    "title_es": "Título / Titre (es)",
    "title_fr": "Título en francés, si lo hay / Titre (fr)",
    "theme": "Tema / Thème",
    "summary_es": "Resumen, diez líneas / Résumé (es)",
    "summary_fr": "Resumen en francés, si lo hay / Résumé (fr)",
    "contact": "Dependencia encargada / Service responsable",
}
"""By key: what stands on the left."""


class UnreadableFormError(OutreachError):
    """The file is not the form."""

    message = N_(
        "{path} is not the form of “outreach partners form”, or is damaged: {reason}. Ask the city "
        "to fill in the right-hand column only."
    )


class Form(Struct, frozen=True):
    """What a city filled in."""

    code: str
    title: Bilingual
    summary: Bilingual
    theme: str
    contact: str = ""


def write(code: str, name: str, kind: Format) -> bytes:
    """Return the form for a city as a file, its code and name filled in."""
    if kind == "docx":
        return _docx({CODE_MARK: code, CITY_MARK: name})
    filled = {"code": code, "city": name}
    return _xlsx([(label, filled.get(key, "")) for key, label in LINES.items()])


def read(path: Path) -> Form:
    """Return what a filled form says. Raises UnreadableFormError."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFormError(path=path.name, reason=">2 MB")
    try:
        files.measure(path)  # a small archive can hold gigabytes
        rows = _read_docx(path) if path.suffix.lower() == ".docx" else _read_xlsx(path)
    except Exception as error:  # whatever a damaged file makes the readers raise
        raise UnreadableFormError(path=path.name, reason=str(error)[:100]) from error
    keys = {label.casefold(): key for key, label in LINES.items()}
    told = {keys[left.casefold()]: right for left, right in rows if left.casefold() in keys}
    missing = [
        LINES[key] for key in ("code", "title_es", "theme", "summary_es") if not told.get(key)
    ]
    if missing:
        raise UnreadableFormError(path=path.name, reason="; ".join(missing))
    return Form(
        code=told["code"],
        title=Bilingual(fr=told.get("title_fr", ""), es=told["title_es"]),
        summary=Bilingual(fr=told.get("summary_fr", ""), es=told["summary_es"]),
        theme=_theme(told["theme"], path),
        contact=told.get("contact", ""),
    )


def _theme(said: str, path: Path) -> str:
    """Return the key of a theme named by its key or its words in either language."""
    wanted = [part.strip().casefold() for part in said.split("/")]
    for key, words in THEMES.items():
        if {key, words.fr.casefold(), words.es.casefold()} & set(wanted):
            return key
    raise UnreadableFormError(path=path.name, reason=said[:100])


def _docx(filled: Mapping[str, str]) -> bytes:
    """Return the Word form, each mark replaced by the words for it.

    Its parts bear no moment at which they were packed, so that the same form is the same bytes:
    what was approved is what is enclosed.
    """
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for name, data in _blank().items():
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            text = data
            if name == "word/document.xml":
                for mark, words in filled.items():
                    text = text.replace(mark.encode(), escape(words).encode())
            packed.writestr(part, text)
    return target.getvalue()


@cache
def _blank() -> dict[str, bytes]:
    """Return the parts of the form with marks for the code and the name, laid out once."""
    import docx

    made = docx.Document()
    made.add_heading(TITLE, level=1)
    made.add_paragraph(
        "Complete la columna derecha y devuelva este archivo. / Remplissez la colonne de droite et "
        "renvoyez ce fichier."
    )
    table = made.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    marks = {"code": CODE_MARK, "city": CITY_MARK}
    for key, label in LINES.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, marks.get(key, "")
    made.add_paragraph("Temas / Thèmes:")
    for each in THEMES.values():
        made.add_paragraph(f"{each.es} / {each.fr}", style="List Bullet")
    target = BytesIO()
    made.save(target)
    with ZipFile(target) as packed:
        return {each.filename: packed.read(each) for each in packed.infolist()}


def _xlsx(rows: list[tuple[str, str]]) -> bytes:
    import xlsxwriter

    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 1)})  # noqa: DTZ001  # same form, same bytes
    sheet = book.add_worksheet("Proyecto")
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 80)
    for number, (left, right) in enumerate(rows):
        sheet.write_string(number, 0, left, strong)
        sheet.write_string(number, 1, right, wrapped)
    first = len(rows) + 1
    sheet.write_string(first, 0, "Temas / Thèmes", strong)
    for number, each in enumerate(THEMES.values()):
        sheet.write_string(first + number, 1, f"{each.es} / {each.fr}", wrapped)
    where = list(LINES).index("theme")
    choices = f"=$B${first + 1}:$B${first + len(THEMES)}"
    sheet.data_validation(where, 1, where, 1, {"validate": "list", "source": choices})
    book.close()
    return target.getvalue()


def _read_docx(path: Path) -> list[tuple[str, str]]:
    import docx

    return [
        (row.cells[0].text.strip(), row.cells[1].text.strip())
        for table in docx.Document(str(path)).tables
        for row in table.rows
        if len(row.cells) > 1
    ]


def _read_xlsx(path: Path) -> list[tuple[str, str]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    return [
        (str(row[0]).strip(), str(row[1]).strip()) for row in rows if len(row) > 1 and row[0] != ""
    ]
