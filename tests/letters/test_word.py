"""A letter that an office has in Word."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from outreach.letters import word
from outreach.letters.word import Taken, WordError


def merge_field(paragraph: Paragraph, name: str, *, simple: bool = False) -> None:
    """Add a merge field as Word does: in one element, or as five runs."""
    code = f" MERGEFIELD {name} \\* MERGEFORMAT "
    if simple:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        paragraph._p.append(field)
        return
    for kind in ("begin", code, "separate", f"«{name}»", "end"):
        run = paragraph.add_run("" if kind != f"«{name}»" else kind)
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == code:
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)


def letter() -> bytes:
    """Return an office's letter with its letterhead, merge fields, a list and a table."""
    document = docx.Document()
    document.add_paragraph("Ambassade de Colombie en France")
    document.add_paragraph("Paris, le 12 mai 2025")
    subject = document.add_paragraph("Objet : Invitation à la ")
    merge_field(subject, "Commune")
    document.add_paragraph("Madame, Monsieur,")
    first = document.add_paragraph("Nous invitons ")
    merge_field(first, "Collectivité", simple=True)
    first.add_run(" et ")
    first.add_run("toute").bold = True
    first.add_run(" son équipe de ")
    merge_field(first, "Nom_Commune")
    first.add_run(", «Code_INSEE», à notre fête.")
    document.add_heading("Le programme", 2)
    document.add_paragraph("la musique", style="List Bullet")
    document.add_paragraph("la danse", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, words in zip(
        (cell for row in table.rows for cell in row.cells),
        ("Heure", "Lieu", "9 h", "Salon"),
        strict=True,
    ):
        cell.text = words
    document.add_paragraph(
        "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes sentiments."
    )
    document.add_paragraph("L’ambassadrice")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def taken() -> Taken:
    return word.read(letter(), "fr", "lettre.docx")


def test_the_subject_is_found_with_its_field(taken: Taken) -> None:
    assert taken.subject == "Invitation à la [nom de la ville]"


def test_merge_fields_get_our_names_and_unknown_ones_are_listed(taken: Taken) -> None:
    assert (
        "Nous invitons [la collectivité] et **toute** son équipe de [nom de la ville]" in taken.body
    )
    assert taken.fields == {
        "Commune": "[nom de la ville]",
        "Collectivité": "[la collectivité]",
        "Nom_Commune": "[nom de la ville]",
    }
    assert taken.unknown == ("Code_INSEE",)
    assert "[Code_INSEE]" in taken.body


def test_headings_lists_and_tables_stay(taken: Taken) -> None:
    assert "## Le programme" in taken.body
    assert "- la musique\n- la danse" in taken.body
    assert "| 9 h | Salon |" in taken.body


def test_what_the_program_writes_itself_is_left_out_and_told(taken: Taken) -> None:
    for words in ("Ambassade", "Paris, le", "Madame, Monsieur,", "prie d’agréer", "L’ambassadrice"):
        assert words not in taken.body
        assert any(words in each for each in taken.left_out)


def test_a_spanish_letter_gets_spanish_names() -> None:
    document = docx.Document()
    document.add_paragraph("Asunto: Saludo")
    document.add_paragraph("Estimado «Tratamiento»:")
    document.add_paragraph("Saludamos a «Municipio» y a sus «Habitantes» habitantes.")
    document.add_paragraph("Cordialmente,")
    out = BytesIO()
    document.save(out)
    found = word.read(out.getvalue(), "es", "carta.docx")
    assert found.body == (
        "Saludamos a [nombre del municipio] y a sus [número de habitantes] habitantes.\n"
    )


def bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(word.MAX_UNPACKED + 1))
    return out.getvalue()


def entities() -> bytes:
    data = letter()
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "word/document.xml":
                head = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
                content = content.replace(b"<w:document", head + b"<w:document", 1)
                content = content.replace(b"L\xe2\x80\x99ambassadrice", b"&a;", 1)
            target.writestr(part.filename, content)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK", b"no Word", bytes(word.MAX_BYTES + 1), bomb()])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(WordError, match=r"x\.docx is no Word document"):
        word.read(data, "fr", "x.docx")


def test_a_document_reads_no_other_file() -> None:
    try:
        found = word.read(entities(), "fr", "x.docx")
    except WordError:
        return
    assert "root:" not in found.body + str(found.left_out)
