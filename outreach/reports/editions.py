"""A document in each form in which it can be handed on: page, PDF, Word, Excel, plain rows."""

from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from outreach.reports import paper, sheets, webpage, wordfile
from outreach.reports.documents import Document, Tongue

Form = Literal["html", "pdf", "docx", "xlsx", "csv"]
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA: dict[Form, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def edition(
    document: Document, tongue: Tongue, form: Form, *, office: Path, moment: datetime
) -> bytes:
    """Return a document as a file; ``office`` is the folder with the letterhead of the PDF.

    Raises the errors of ``letters.pdf``.
    """
    match form:
        case "pdf":
            return paper.pdf(document, tongue, office=office, moment=moment)
        case "xlsx":
            return sheets.workbook(document, tongue)
        case "docx":
            return wordfile.docx_file(document, tongue)
        case "csv":
            return sheets.plain_rows(document, tongue)
        case "html":
            return webpage.page(document, tongue)
