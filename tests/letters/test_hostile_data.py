"""Contact data is untrusted: in every form it appears as it stands, or the letter is refused."""

import json
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from pypdf import PdfReader

from outreach.dispatch import messages
from outreach.dispatch.headers import Envelope, UnsafeHeaderError
from outreach.letters import worddoc
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import Facts
from outreach.letters.pdf import PdfPress
from tests.letters.letter_facts import LE_HAVRE, LETTERHEAD, MAYOR, SEAL, facts, press

MOMENT = datetime(2025, 9, 1, tzinfo=UTC)
BODY = """Bonjour [prénom], de *[nom de la ville]* ([nom du département]).

- **[prénom]**

| [prénom] | ville |
|---|---|
| [nom de la ville] | x |

> [prénom] : [ici](https://www.example.org/[prénom]?q=[nom de la ville])
"""
FRONT = 'subject = "Pour [prénom]"'

LITERAL = [
    "<b>gras</b>",
    "<script>alert(1)</script>",
    "</td></tr></table>",
    '" onmouseover="x',
    "<!-- -->",
    "<![CDATA[x]]>",
    "&amp;&lt;",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "{# note #}",
    "[la ville]",
    "[si commune]",
    "[clic](https://evil.example)",
    "![image](x.png)",
    "**gras** _x_ `code`",
    "# titre",
    "- liste",
    "| a | b |",
    "<https://evil.example>",
    '#eval("1") #read("/etc/passwd")',
    "$x^2$ *gras* _it_ @ref \\ /",
    "#set page(fill: red)",
    '"}],"t":"link","url":"javascript:x',
    "=1+1",
    "zq0123456789x3z",
    "cid:logo@letterhead",
    "%PDF- %%EOF",
    "Muñoz-L’Œuvre ß",
]
REFUSED = {
    "a line break": "a\nBcc: evil@example.org",
    "a carriage return": "a\r\nBcc: evil@example.org",
    "a NUL": "a\x00b",
    "an escape": "\x1b[31mrouge",
    "a right-to-left override": "Le \u202egnp.exe",
    "an isolate": "a\u2066b\u2069",
    "a zero-width space": "a\u200bb",
    "a line separator": "a\u2028b",
    "a byte order mark": "\ufeffa",
    "a bell": "a\x07b",
    "a record separator": "a\x1eb",
    "the mark of a long line": "\x1e\x0ea",
}


class Page(HTMLParser):
    """Tags and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []
        self.urls: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag + "".join(sorted(f" {name}" for name, _ in attrs)))
        self.urls += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def about(words: str) -> Facts:
    """Return the facts of a letter in which every name is ``words``."""
    named = structs.replace(LE_HAVRE, name=words, tncc=0)
    assert named.departement is not None
    named = structs.replace(named, departement=structs.replace(named.departement, name=words))
    return facts(contact=structs.replace(MAYOR, first_name=words), organisation=named)


@pytest.fixture(scope="module")
def here() -> Press:
    return press(BODY, front=FRONT)


@pytest.fixture(scope="module")
def benign(here: Press) -> Written:
    return here.write(about("Alpha"), SEAL)


@pytest.mark.parametrize("words", LITERAL)
def test_data_appears_literally_in_the_e_mail(here: Press, benign: Written, words: str) -> None:
    made = here.write(about(words), SEAL)
    assert made.problems == ()
    shown = Page(made.html)
    assert shown.tags == Page(benign.html).tags
    assert "".join(shown.words).count(words) >= 6
    assert made.text.count(words) >= 6 or len(words) > 20
    assert made.subject == f"Pour {words}"


@pytest.mark.parametrize("words", LITERAL)
def test_data_in_an_address_stays_in_its_part(here: Press, words: str) -> None:
    made = here.write(about(words), SEAL)
    (link,) = made.links
    assert re.fullmatch(r"https://www\.example\.org/[A-Za-z0-9%._~-]*\?q=[A-Za-z0-9%._~-]*", link)
    assert all(url.startswith(("https://www.example.org/", "cid:")) for url in Page(made.html).urls)


@pytest.mark.parametrize("words", LITERAL)
def test_data_appears_literally_in_the_pdf_s_tree(here: Press, words: str) -> None:
    tree = json.loads(here.write(about(words), SEAL).tree)
    leaves = json.dumps(tree["body"], ensure_ascii=False)
    assert leaves.count(json.dumps({"t": "f", "v": words}, ensure_ascii=False)) == 7


@pytest.mark.parametrize(
    "words",
    [
        '#eval("1") #read("/etc/passwd")',
        "$x^2$ *gras* _it_ @ref \\ /",
        "{{ 7 * 7 }}",
        "<b>gras</b>",
        "[clic](https://evil.example)",
        "// commentaire /* */",
    ],
)
def test_data_appears_literally_on_paper_and_in_word(here: Press, words: str) -> None:
    made = here.write(about(words), SEAL)
    pdf = PdfPress(LETTERHEAD.files).pdf(made.tree, moment=MOMENT)
    reader = PdfReader(BytesIO(pdf))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert text.count("".join(words.split())) >= 5
    data = worddoc.document(
        made.tree, letterhead=LETTERHEAD.files, identifier="x", moment=MOMENT, pictures={}
    )
    import docx

    opened = docx.Document(BytesIO(data))
    assert any(words in paragraph.text for paragraph in opened.paragraphs)


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_what_could_cut_hide_or_turn_words_is_a_problem_and_never_printed(
    here: Press, words: str
) -> None:
    made = here.write(about(words), SEAL)
    assert "L105" in {problem.code for problem in made.problems}
    for form in (made.subject, made.html, made.text, made.tree.decode()):
        assert not re.search("[\x00-\x09\x0b-\x1f\u200b\u2028\u202e\u2066\u2069\ufeff]", form)
    assert "\n" not in made.subject


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_no_header_can_be_added_by_a_name_or_subject(words: str) -> None:
    for name, subject in ((words, "S"), ("N", words)):
        envelope = Envelope(
            message_id="<1@a.example>",
            sender=("A", "a@a.example"),
            recipient=(name, "b@b.example"),
            subject=subject,
            moment=MOMENT,
            language="fr",
        )
        try:
            composed = messages.compose(envelope, "x\n", "<p>x</p>")
        except UnsafeHeaderError:
            continue
        message = message_from_bytes(composed.message, policy=policy.default)
        assert message["Bcc"] is None


# Any letters and signs that people have in names; each must arrive, or be refused.
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(NAMES)
def test_any_name_arrives_or_is_refused(words: str) -> None:
    here = _press()
    made = here.write(about(words), SEAL)
    if made.problems:
        return
    shown = Page(made.html)
    assert shown.tags == Page(_benign().html).tags
    assert words in "".join(shown.words)
    json.loads(made.tree)
    composed = messages.compose(
        Envelope(
            message_id="<1@a.example>",
            sender=("A", "a@a.example"),
            recipient=("N", "b@b.example"),
            subject=made.subject,
            moment=MOMENT,
            language="fr",
        ),
        made.text,
        made.html,
    )
    message = message_from_bytes(composed.message, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert max(map(len, composed.message.split(b"\r\n"))) <= 998


_SHARED: dict[str, object] = {}


def _press() -> Press:
    found = _SHARED.setdefault("press", press(BODY, front=FRONT))
    assert isinstance(found, Press)
    return found


def _benign() -> Written:
    return _press().write(about("Alpha"), SEAL)
