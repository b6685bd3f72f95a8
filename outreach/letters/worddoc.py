"""A letter as a Word document, for offices that must retouch one by hand.

Laid out from the same tree as the PDF: styles, the letterhead in a real header, the ministry's
address and page numbers in real footers, the address where the envelope's window is. What the
program writes around the text has styles of its own, so that only the text is taken back.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
import msgspec
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from outreach.letters.page import LOGO

Tree = dict[str, Any]

BLUE, GREY = RGBColor(0x00, 0x38, 0x93), RGBColor(0x54, 0x58, 0x5D)
TEXT_FONT, SMALL_FONT = "Georgia", "Arial"
"""Fonts that every office has: a document is to be edited, so it embeds none."""
REFERENCE, ADDRESS, SUBJECT = "Letter reference", "Letter address", "Letter subject"
SALUTATION, CLOSING, SIGNATURE = "Letter salutation", "Letter closing", "Letter signature"
LISTS, NOTICE = "Letter lists", "Letter notice"
PARTS = (REFERENCE, ADDRESS, SUBJECT, SALUTATION, CLOSING, SIGNATURE, LISTS, NOTICE)
"""Styles of what the program writes around the text."""
_TWIPS = 56.6929
"""Twentieths of a point in a millimetre."""


def document(
    tree: bytes,
    *,
    letterhead: Mapping[str, bytes],
    identifier: str,
    moment: datetime,
    pictures: Mapping[str, bytes],
) -> bytes:
    """Return the letter of ``tree`` as DOCX, marked with ``identifier``, dated ``moment`` (aware)."""
    data: Tree = msgspec.json.decode(tree)
    made = docx.Document()
    _set_up(made, data, identifier, moment)
    _letterhead(made, data, letterhead)
    colon = "\u00a0: " if data["lang"] == "fr" else ": "
    writer = _Writer(made, pictures)
    if data["addressee"]:
        _address(made, data)
    if data["reference"]:
        made.add_paragraph(f"{data['reference_label']}{colon}{data['reference']}", REFERENCE)
    writer.inline(made.add_paragraph(style=REFERENCE), data["place_date"])
    subject = made.add_paragraph(style=SUBJECT)
    subject.add_run(f"{data['subject_label']}{colon}")
    subject.add_run(data["subject"]).bold = True
    if data["salutation"]:
        made.add_paragraph(data["salutation"], SALUTATION)
    writer.blocks(data["body"])
    if data["closing"]:
        made.add_paragraph(data["closing"], CLOSING)
    name, *function = data["signatory"]
    signed = made.add_paragraph(style=SIGNATURE)
    signed.add_run(name).bold = True
    for line in function:
        signed.add_run().add_break()
        signed.add_run(line)
    for key in ("enclosures", "copies"):
        if data[key]:
            label, items = f"{data[f'{key}_label']}{colon}", data[key]
            listed = [label.rstrip(" "), *(f"– {it}" for it in items)]
            words = f"{label}{items[0]}" if len(items) == 1 else "\n".join(listed)
            made.add_paragraph(words, LISTS)
    for words in data["notice"]:
        made.add_paragraph(words, NOTICE)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def marked(data: bytes) -> str:
    """Return the identifier of a document; empty where it has none. Raises what python-docx does."""
    return docx.Document(BytesIO(data)).core_properties.identifier or ""


def around(data: bytes) -> list[str]:
    """Return the paragraphs of a document that are not its text."""
    return [
        paragraph.text.strip()
        for paragraph in docx.Document(BytesIO(data)).paragraphs
        if paragraph.style is not None and paragraph.style.name in PARTS and paragraph.text.strip()
    ]


def _set_up(made: Document, data: Tree, identifier: str, moment: datetime) -> None:
    properties = made.core_properties
    properties.title, properties.author = data["title"], data["office"][0]
    properties.identifier, properties.language = identifier, data["lang"]
    properties.created = properties.modified = moment.astimezone(UTC).replace(tzinfo=None)
    properties.comments = properties.last_modified_by = ""
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin, page.bottom_margin = Mm(30), Mm(28)
    page.header_distance, page.footer_distance = Mm(12), Mm(10)
    normal = made.styles["Normal"]
    _font(normal, TEXT_FONT, 11)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.1
    normal.paragraph_format.widow_control = True
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR" if data["lang"] == "fr" else "es-CO")
    normal.element.get_or_add_rPr().append(language)
    for number in range(1, 5):
        heading = made.styles[f"Heading {number}"]
        _font(heading, TEXT_FONT, 12, BLUE)
        heading.paragraph_format.keep_with_next = True
    small = {REFERENCE: 10.5, ADDRESS: 10, LISTS: 9.5, NOTICE: 8}
    for name in PARTS:
        style: Any = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        if name in small:
            _font(style, SMALL_FONT, small[name], GREY if name != ADDRESS else None)
            style.paragraph_format.space_after = Pt(2)
    made.styles[SUBJECT].paragraph_format.space_before = Pt(14)
    made.styles[SUBJECT].paragraph_format.space_after = Pt(14)
    closing, signature = (
        made.styles[CLOSING].paragraph_format,
        made.styles[SIGNATURE].paragraph_format,
    )
    closing.keep_with_next = closing.keep_together = signature.keep_together = True
    signature.left_indent, signature.space_before, signature.space_after = Mm(85), Mm(15), Mm(6)


def _font(style: Any, name: str, size: float, colour: RGBColor | None = None) -> None:  # noqa: ANN401  # python-docx's
    style.font.name, style.font.size = name, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if colour is not None:
        style.font.color.rgb = colour


def _letterhead(made: Document, data: Tree, files: Mapping[str, bytes]) -> None:
    """Put the office's name on the first page, page numbers on those after it."""
    section = made.sections[0]
    section.different_first_page_header_footer = True
    head = section.first_page_header.paragraphs[0]
    if LOGO in files:
        head.add_run().add_picture(BytesIO(files[LOGO]), width=Mm(14))
        head.add_run("   ")
    name = head.add_run(data["office"][0])
    name.font.size, name.font.color.rgb = Pt(15), BLUE
    foot = section.first_page_footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(foot.add_run("\n".join(data["footer"])))
    later = section.footer.paragraphs[0]
    later.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _font(made.styles["Footer"], SMALL_FONT, 8, GREY)
    _small(later.add_run(f"{data['page_label']} "))
    _field(later, "PAGE")
    _small(later.add_run("/"))
    _field(later, "NUMPAGES")


def _small(run: Any) -> None:  # noqa: ANN401  # python-docx's run
    run.font.name, run.font.size, run.font.color.rgb = SMALL_FONT, Pt(8), GREY


def _field(paragraph: Paragraph, code: str) -> None:
    """Add a field that Word fills in (ECMA-376-1, 17.16.19)."""
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), f" {code} ")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    simple.append(run)
    paragraph._p.append(simple)  # noqa: SLF001  # python-docx writes no fields


def _address(made: Document, data: Tree) -> None:
    """Put the address into the envelope's window, wherever the text begins (17.3.1.11)."""
    paragraph = made.add_paragraph("\n".join(data["addressee"]), ADDRESS)
    if not data["addressee_in_window"]:
        return
    window = data["window"]
    frame = OxmlElement("w:framePr")
    for key, value in (
        ("w", round(window["w"] * _TWIPS)),
        ("h", round(window["h"] * _TWIPS)),
        ("hRule", "atLeast"),
        ("wrap", "around"),
        ("vAnchor", "page"),
        ("hAnchor", "page"),
        ("x", round(window["x"] * _TWIPS)),
        ("y", round(window["y"] * _TWIPS)),
    ):
        frame.set(qn(f"w:{key}"), str(value))
    paragraph._p.get_or_add_pPr().insert(1, frame)  # noqa: SLF001  # python-docx writes no frames
    # The text begins below the window on the first page.
    made.styles[REFERENCE].paragraph_format.space_before = Pt(0)
    room = made.add_paragraph(style=ADDRESS)
    room.paragraph_format.space_after = Mm(window["y"] + window["h"] - 30)


class _Writer:
    """Writes the blocks of a tree into a document."""

    def __init__(self, made: Document, pictures: Mapping[str, bytes]) -> None:
        self._made, self._pictures = made, pictures

    def blocks(self, nodes: Sequence[Tree], style: str = "Normal", level: int = 1) -> None:
        """Write blocks one after another."""
        for node in nodes:
            kind = node["t"]
            if kind == "p":
                self.inline(self._made.add_paragraph(style=style), node["c"])
            elif kind == "h":
                heading = self._made.add_heading(level=min(max(node["level"], 2), 4))
                self.inline(heading, node["c"])
            elif kind in {"ul", "ol"}:
                name = "List Bullet" if kind == "ul" else "List Number"
                listed = name if level == 1 else f"{name} {min(level, 3)}"
                for item in node["items"]:
                    self.blocks(item, listed, level + 1)
            elif kind == "table":
                self._table(node)
            elif kind == "quote":
                self.blocks(node["c"], "Quote", level)
            else:
                rule = self._made.add_paragraph("* * *")
                rule.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _table(self, node: Tree) -> None:
        table = self._made.add_table(0, len(node["header"]), "Table Grid")
        for index, row in enumerate([node["header"], *node["rows"]]):
            for cell, words in zip(table.add_row().cells, row, strict=False):
                cell.paragraphs[0].paragraph_format.space_after = Pt(2)
                self.inline(cell.paragraphs[0], words, bold=index == 0)
        mark = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  # python-docx has no word for it
        self._made.add_paragraph().paragraph_format.space_after = Pt(2)

    def inline(self, paragraph: Paragraph, nodes: Sequence[str | Tree], **marks: bool) -> None:
        """Write inline nodes into a paragraph; ``marks`` are bold, italic and so on."""
        for node in nodes:
            if isinstance(node, str):
                self._run(paragraph, node, marks)
            elif node["t"] == "f":
                self._run(paragraph, node["v"], marks)
            elif node["t"] == "br":
                paragraph.add_run().add_break()
            elif node["t"] == "link":
                self._link(paragraph, node)
            elif node["t"] == "image":
                self._picture(paragraph, node)
            else:
                mark = {"strong": "bold", "em": "italic", "sup": "superscript", "code": "code"}
                self.inline(paragraph, node["c"], **marks, **{mark[node["t"]]: True})

    def _run(self, paragraph: Paragraph, words: str, marks: Mapping[str, bool]) -> None:
        run = paragraph.add_run(words)
        run.bold, run.italic = marks.get("bold"), marks.get("italic")
        run.font.superscript = marks.get("superscript")
        if marks.get("code"):
            run.font.name = "Courier New"

    def _link(self, paragraph: Paragraph, node: Tree) -> None:
        """Write a link (17.16.22) around its words."""
        target = paragraph.part.relate_to(
            node["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), target)
        before = len(paragraph.runs)
        self.inline(paragraph, node["c"])
        for run in paragraph.runs[before:]:
            run.font.color.rgb, run.font.underline = BLUE, True
            link.append(run._r)  # noqa: SLF001  # python-docx writes no links
        paragraph._p.append(link)  # noqa: SLF001  # the same

    def _picture(self, paragraph: Paragraph, node: Tree) -> None:
        width = min(node["width"] / 150 * 25.4, 160)  # as in the PDF: 150 dots an inch
        shown = paragraph.add_run().add_picture(BytesIO(self._pictures[node["file"]]), Mm(width))
        words = "".join(it if isinstance(it, str) else str(it.get("v", "")) for it in node["alt"])
        shown._inline.docPr.set("descr", words)  # noqa: SLF001  # python-docx has no alternative text
