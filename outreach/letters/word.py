"""A letter that an office has in Word becomes the text of a template.

mammoth reads what the document means (headings, lists, tables, bold), not how it looks; the merge
fields of Word are found by their names. What the program writes by itself (letterhead, date, address,
salutation, closing, signature) is left out and told.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from lxml import etree
from msgspec import Struct

from outreach.errors import N_, OutreachError
from outreach.letters.keys import plain
from outreach.letters.spoken import UnknownNameError, expression
from outreach.settings import Language

MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_MERGE = re.compile(r'\s*MERGEFIELD\s+(?:"([^"]+)"|(\S+))', re.IGNORECASE)
_FIELD = re.compile(r"[«<]{1,2}\s*([^«»<>\n]{1,60}?)\s*[»>]{1,2}")
_OPENED = re.compile(
    r"^[*_\s]*(?:Mesdames|Madame|Messieurs|Monsieur|Señor(?:as|es|a)?|Respetad[oa]s?|Estimad[oa]s?|"
    r"Apreciad[oa]s?|\[(?:le )?titre\]|\[(?:el )?tratamiento\])[^.;!?]{0,120}[,:][*_\s]*$"
)
_CLOSED = re.compile(
    r"(?:prie d[e’']\s*(?:agréer|recevoir|croire)|[Vv]e?u?illez (?:agréer|recevoir|croire)|"
    r"^\W*(?:Cordialement|Atentamente|Cordialmente|Respetuosamente|Reciba(?:n)?\b))"
)
_HIDDEN = re.compile(
    r"<!--.*?-->|<!\[[^>]*>|<(style|script|head|title|xml|template)\b.*?</\1\s*>|</?o:[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
"""What Word and browsers put beside the words."""
_BULLET = re.compile(
    r"<p\b[^>]*\bMsoList[^>]*>(?:\s|<[^p/][^>]*>|</span>)*[·•§o]"
    r"(?:\s|&nbsp;|\u00a0|<span[^>]*>|</span>)*",
    re.IGNORECASE,
)
"""Word's items of lists are paragraphs with a sign in front."""
_SUBJECT = re.compile(r"^[*_\s]*(?:Objet|Asunto|OBJET|ASUNTO)\s*[:：][*_\s]*(.+?)[*_\s]*$")

_FRENCH: Mapping[str, str] = {
    "civilite": "titre",
    "titre": "titre",
    "appel": "titre",
    "formule d'appel": "titre",
    "nom": "nom de famille",
    "nom de famille": "nom de famille",
    "prenom": "prénom",
    "fonction": "fonction",
    "commune": "nom de la ville",
    "nom commune": "nom de la ville",
    "ville": "nom de la ville",
    "collectivite": "la collectivité",
    "nom collectivite": "nom de la collectivité",
    "organisation": "l’organisation",
    "organisme": "l’organisation",
    "societe": "l’organisation",
    "departement": "nom du département",
    "region": "nom de la région",
    "population": "nombre d’habitants",
    "habitants": "nombre d’habitants",
    "courriel": "courriel",
    "email": "courriel",
    "mail": "courriel",
    "adresse electronique": "courriel",
    "date": "date",
    "reference": "référence",
}
_SPANISH: Mapping[str, str] = {
    "tratamiento": "tratamiento",
    "titulo": "tratamiento",
    "nombre": "nombre de pila",
    "nombres": "nombre de pila",
    "apellido": "apellido",
    "apellidos": "apellido",
    "cargo": "cargo",
    "municipio": "nombre del municipio",
    "ciudad": "nombre de la ciudad",
    "entidad": "la entidad",
    "organizacion": "la organización",
    "departamento": "nombre del departamento",
    "region": "nombre de la región",
    "poblacion": "número de habitantes",
    "habitantes": "número de habitantes",
    "correo": "correo",
    "correo electronico": "correo",
    "email": "correo",
    "fecha": "fecha",
    "referencia": "referencia",
}
_NAMES: Mapping[Language, Mapping[str, str]] = {"fr": _FRENCH, "es": _SPANISH}


class WordError(OutreachError):
    """The file cannot be read as a Word document."""

    message = N_(
        "{path} is no Word document (.docx) of at most 20 MB. Open it in Word or LibreOffice, save "
        "it as .docx and try again."
    )


class Taken(Struct, frozen=True):
    """What was read."""

    subject: str
    body: str
    fields: dict[str, str]
    """Merge fields as Word has them, and as the letter names them now."""
    unknown: tuple[str, ...]
    """Merge fields that stand for nothing here."""
    left_out: tuple[str, ...]
    """Paragraphs that the program writes by itself."""


_QUOTES = "p[style-name='Quote'] => blockquote > p:fresh"


def read(data: bytes, language: Language, path: str) -> Taken:
    """Return the text of a Word letter. Raises WordError."""
    markdown = _markdown(_opened(data, path), path)
    fields: dict[str, str] = {}
    unknown: list[str] = []

    def named(found: re.Match[str]) -> str:
        said = found[1].replace("\\", "").strip(" *_")
        name = _ours(said, language)
        if name is None:
            if said not in unknown:
                unknown.append(said)
            return f"[{said}]"
        fields[said] = f"[{name}]"
        return f"[{name}]"

    paragraphs = [part.strip() for part in _FIELD.sub(named, markdown).split("\n\n")]
    subject, body, left_out = _letter([part for part in paragraphs if part])
    return Taken(subject, "\n\n".join(body) + "\n", fields, tuple(unknown), tuple(left_out))


def own_text(data: bytes, around: Sequence[str], path: str) -> str:
    """Return a document's text as Markdown, without the paragraphs of the styles ``around``.

    Raises WordError.
    """
    styles = "\n".join([_QUOTES, *(f"p[style-name='{name}'] => !" for name in around)])
    return _markdown(_opened(data, path), path, styles)


def pasted(page: str) -> str:
    """Return what a browser pastes from a word processor (HTML) as Markdown: words, no looks.

    Bold, italics, headings, links, tables and lists stay; styles, comments, pictures and scripts go.
    """
    body = _HIDDEN.sub("", page)
    body = _BULLET.sub(r"<p>- ", body)
    return re.sub(r"^- +", "- ", _as_markdown(body, _QUOTES), flags=re.MULTILINE)


def _ours(said: str, language: Language) -> str | None:
    """Return what a merge field is called in a letter of ``language``; None where nobody knows."""
    name = plain(re.sub(r"[_\W]+", " ", re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", said)))
    for table in (_NAMES[language], *_NAMES.values()):
        for each in (name, name.replace(" de la ", " ").replace(" du ", " ")):
            if each in table:
                return table[each]
    try:
        expression(said)
    except UnknownNameError:
        return None
    return said


def _letter(paragraphs: list[str]) -> tuple[str, list[str], list[str]]:
    """Part a letter's own words from what stands around them."""
    subject = ""
    start, end = 0, len(paragraphs)
    for place, words in enumerate(paragraphs):
        found = _SUBJECT.match(words)
        if found is not None and not subject:
            subject = re.sub(r"[*_]{2}", "", found[1]).strip()
            start = place + 1
        elif _OPENED.match(words) and place < len(paragraphs) - 1:
            start = place + 1
            break
    for place in range(start, len(paragraphs)):
        if _CLOSED.search(paragraphs[place]):
            end = place
            break
    around = [
        words for words in (*paragraphs[:start], *paragraphs[end:]) if not _SUBJECT.match(words)
    ]
    return subject, paragraphs[start:end], around


def _opened(data: bytes, path: str) -> bytes:
    """Return the document with its merge fields as «Name». Raises WordError."""
    if len(data) > MAX_BYTES:
        raise WordError(path=path)
    try:
        return _with_plain_fields(data)
    except Exception as error:  # a damaged archive may break the reader anywhere
        raise WordError(path=path) from error


def _with_plain_fields(data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        # Sizes are looked at before anything is unpacked: a small file can hold gigabytes.
        if sum(part.file_size for part in source.infolist()) > MAX_UNPACKED:
            raise ValueError("too large")
        for part in source.infolist():
            content = source.read(part)
            if part.filename == _DOCUMENT:
                content = _plain_fields(content)
            target.writestr(part.filename, content)
    return out.getvalue()


def _plain_fields(xml: bytes) -> bytes:
    """Write every MERGEFIELD as a run «Name», as Word shows it (ECMA-376-1, 17.16)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(xml, parser)
    for simple in list(root.iter(f"{_W}fldSimple")):
        found = _MERGE.match(simple.get(f"{_W}instr", ""))
        parent = simple.getparent()
        if found is not None and parent is not None:
            parent.replace(simple, _run(found[1] or found[2]))
    for paragraph in root.iter(f"{_W}p"):
        for runs, name in list(_complex_fields(paragraph)):
            first = runs[0]
            first.getparent().replace(first, _run(name))
            for run in runs[1:]:
                run.getparent().remove(run)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _complex_fields(paragraph: Any) -> Iterator[tuple[list[Any], str]]:  # noqa: ANN401  # lxml's
    """Yield the runs of each merge field that begins and ends in a paragraph, and its name."""
    runs: list[Any] = []
    code = ""
    for run in paragraph.iter(f"{_W}r"):
        mark = run.find(f"{_W}fldChar")
        kind = None if mark is None else mark.get(f"{_W}fldCharType")
        if kind == "begin":
            runs, code = [], ""
        if kind == "begin" or runs:
            runs.append(run)
            code += "".join(run.itertext(f"{_W}instrText"))
        if kind == "end" and runs:
            found = _MERGE.match(code)
            if found is not None:
                yield runs, found[1] or found[2]
            runs = []


def _run(name: str) -> Any:  # noqa: ANN401  # lxml's element
    run = etree.Element(f"{_W}r")
    words = etree.SubElement(run, f"{_W}t")
    words.text = f"«{name}»"
    return run


def _markdown(data: bytes, path: str, styles: str = _QUOTES) -> str:
    """Return a document as Markdown. Raises WordError."""
    import mammoth

    try:
        # Pictures would come as data addresses; a letter's pictures are files beside it.
        page = mammoth.convert_to_html(
            BytesIO(data),
            style_map=styles,
            convert_image=mammoth.images.img_element(lambda _image: {}),
        ).value
    except Exception as error:
        # Whatever is wrong inside the archive: a person gets a sentence, not a traceback.
        raise WordError(path=path) from error
    return _as_markdown(page, styles)


def _as_markdown(page: str, styles: str) -> str:
    from markdownify import markdownify

    page = re.sub(r"<img[^>]*>|<a id=\"[^\"]*\"></a>", "", page)
    made: str = markdownify(
        page,
        heading_style="ATX",
        bullets="-",
        escape_misc=styles != _QUOTES,
        escape_underscores=True,
    )
    return re.sub(r"\n{3,}", "\n\n", made).strip().replace("\u00a0", " ")
