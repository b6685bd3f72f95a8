"""A letter as a Word document."""

from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from outreach.letters import word, worddoc
from outreach.letters.compiling import Written
from tests.letters.letter_facts import ALCALDE, IBAGUE, LETTERHEAD, MAYOR, facts, written

BODY = """Bonjour **[la ville]**, *voici* un [lien](https://www.example.org/a?b=c).

## Un titre

- un
- deux

1. premier
2. second

| Ville | Heure |
|---|---|
| Pereira | 9 h |

> Une citation du 1er mai.
"""


def document(letter: Written) -> bytes:
    return worddoc.document(
        letter.tree,
        letterhead=LETTERHEAD.files,
        identifier="letter-7",
        moment=datetime(2025, 9, 1, tzinfo=UTC),
        pictures=letter.pictures,
    )


@pytest.fixture(scope="module")
def data() -> bytes:
    return document(written(BODY, facts(enclosures=("Carte",), copies=("A", "B"))))


def styled(data: bytes, name: str) -> list[str]:
    found = docx.Document(BytesIO(data)).paragraphs
    return [each.text for each in found if each.style is not None and each.style.name == name]


def test_the_parts_of_the_letter_have_styles_of_their_own(data: bytes) -> None:
    assert "Réf.\u00a0: S-EFRPR-25-1" in styled(data, worddoc.REFERENCE)
    assert styled(data, worddoc.SUBJECT) == ["Objet\u00a0: Essai"]
    assert styled(data, worddoc.SALUTATION) == ["Madame la Maire,"]
    assert styled(data, worddoc.CLOSING)[0].startswith("Je vous prie d’agréer, Madame la Maire,")
    assert styled(data, worddoc.LISTS) == ["P.J.\u00a0: Carte", "Copie\u00a0:\n– A\n– B"]
    assert styled(data, "List Bullet") == ["un", "deux"]
    assert styled(data, "List Number") == ["premier", "second"]
    assert styled(data, "Heading 2") == ["Un titre"]


def test_the_letterhead_is_a_header_and_the_page_numbers_are_in_the_footer(data: bytes) -> None:
    section = docx.Document(BytesIO(data)).sections[0]
    assert section.different_first_page_header_footer
    assert "Ambassade de Colombie en France" in section.first_page_header.paragraphs[0].text
    assert section.first_page_header.part.related_parts  # the logo
    assert "Carrera 5" in section.first_page_footer.paragraphs[0].text
    codes = [it.get(qn("w:instr")) for it in section.footer._element.iter(qn("w:fldSimple"))]
    assert codes == [" PAGE ", " NUMPAGES "]


def test_the_address_is_framed_in_the_envelope_s_window() -> None:
    lines = ("Madame la Maire", "Ville du Havre", "76600 LE HAVRE")
    from msgspec import structs

    letter = written("x", facts(contact=structs.replace(MAYOR, postal_lines=lines)))
    frame = next(docx.Document(BytesIO(document(letter))).element.iter(qn("w:framePr")))
    at = [int(frame.get(qn(f"w:{key}"))) / 56.6929 for key in ("x", "y", "w", "h")]
    assert at == pytest.approx([110, 57, 80, 22], abs=0.1)


def test_the_document_says_its_language_title_and_letter(data: bytes) -> None:
    properties = docx.Document(BytesIO(data)).core_properties
    assert (properties.language, properties.title) == ("fr", "Essai")
    assert worddoc.marked(data) == "letter-7"
    spanish = document(written("x", facts(language="es", organisation=IBAGUE, contact=ALCALDE)))
    assert b"es-CO" in b"".join(_parts(spanish))


def test_the_text_comes_back_as_it_left_without_what_stands_around_it(data: bytes) -> None:
    text = word.own_text(data, worddoc.PARTS, "x.docx")
    assert (
        written(BODY.replace("[la ville]", "la Ville du Havre")).text.split("Objet")[1]
        == (_retouched(text).split("Objet")[1])
    )


def _retouched(text: str) -> str:
    return written("Autre chose.", facts(own_text=text)).text


def test_a_retouched_text_is_words_and_never_a_template() -> None:
    hostile = (
        "{{ 7 * 7 }}",
        "{% if x",
        "[la ville]",
        "[si commune]",
        "{# a #}",
        "{{ contact.code }}",
    )
    text = _retouched("\n\n".join(hostile)).replace("\u00a0", "").replace("\u202f", "")
    for words in hostile:
        assert words in text


def test_paragraphs_around_the_text_are_told_apart(data: bytes) -> None:
    around = worddoc.around(data)
    assert "Madame la Maire," in around
    assert not any("citation" in words for words in around)


def _parts(data: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist()]
