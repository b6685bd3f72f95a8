"""The program's catalogues: ``python tools/catalogues.py extract | update | click | check``.

``extract`` prints the msgids of the source; ``update`` brings the ``.po`` files in step with it
(new msgids empty, changed ones marked fuzzy); ``click`` does the same for Click's own sentences;
``check`` fails on a missing or unsure translation, a place (``{name}``) that differs, or careless
typography. A translation says "fait" by being filled in the ``.po`` with any editor.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "outreach"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("fr", "es")
CODE = re.compile(r"[a-z]+(?:[-_][a-z]+)*")
"""States, reasons and kinds: the msgids that are no English either, and have a catalogue of it."""
CLICK_KEYWORDS = {"_": None, "ngettext": (1, 2)}
CLICK_MODULES = (
    "core", "decorators", "exceptions", "formatting", "parser", "termui", "types",
)  # fmt: skip
NARROW = "\u202f"
NO_BREAK = "\u00a0"
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1)",
    "es": "nplurals=2; plural=(n != 1)",
    "en": "nplurals=2; plural=(n != 1)",
}


def main() -> None:
    """Run the one thing asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=["extract", "update", "click", "check"])
    what = parser.parse_args().what
    if what == "extract":
        template = extracted()
        sys.stdout.write("\n".join(_id(message) for message in _messages(template)) + "\n")
    elif what == "update":
        template = extracted()
        for language in LANGUAGES:
            update(language, "outreach", template)
        update("en", "outreach", codes(template))
    elif what == "click":
        for language in LANGUAGES:
            update(language, "click", extracted_from_click())
    else:
        troubles = list(check())
        print("\n".join(troubles) or "The catalogues are complete.")
        sys.exit(1 if troubles else 0)


def extracted() -> Catalog:
    """Return every msgid: N_(...), counted sentences, the words of the enums, the pages' own."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*.py")):
        place = (str(path.relative_to(ROOT)), 0)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for message in messages_of(node):
                catalogue.add(message, None, [place])
    for path in sorted(PACKAGE.rglob("templates/*.html")):
        for message in messages_of_page(path.read_bytes()):
            catalogue.add(message, None, [(str(path.relative_to(ROOT)), 0)])
    return catalogue


def messages_of_page(template: bytes) -> Iterator[str | tuple[str, str]]:
    """Yield the msgids of a page's template: ``_("...")`` and ``count("{n} one", "{n} many", n)``."""
    for _, function, found, _ in babel_extract(BytesIO(template), ["_", "count"], [], {}):
        forms = [form for form in (found if isinstance(found, tuple) else (found,)) if form]
        if function == "count":
            one, many = forms
            yield (one, many)
        elif forms:  # a word of the database stands in a variable and is found elsewhere
            yield forms[0]


def messages_of(node: ast.AST) -> Iterator[str | tuple[str, str]]:
    """Yield the msgids of one piece of source.

    ``N_("...")``; ``context.count("{n} letter", "{n} letters", n)``; and the values of a StrEnum,
    for states and kinds are shown to people.
    """
    match node:
        case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message))]):
            yield message
        case ast.Call(
            func=ast.Attribute(attr="count"),
            args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), *_],
        ):
            yield (one, many)
        case ast.ClassDef(bases=[ast.Name(id="StrEnum")], body=body):
            for line in body:
                match line:
                    case ast.Assign(value=ast.Constant(value=str(word))):
                        yield word


def codes(template: Catalog) -> Catalog:
    """Return the codes among the msgids."""
    found = Catalog(charset="utf-8")
    for message in _messages(template):
        if isinstance(message.id, str) and CODE.fullmatch(message.id):
            found.add(message.id, None, message.locations)
    return found


def extracted_from_click() -> Catalog:
    """Return the sentences of the installed Click."""
    catalogue = Catalog(charset="utf-8")
    for module in CLICK_MODULES:
        source = Path(import_module(f"click.{module}").__file__ or "")
        for name, _, message, _, context in extract_from_dir(
            str(source.parent), method_map=[(source.name, "python")], keywords=CLICK_KEYWORDS
        ):
            catalogue.add(message, None, [(f"click/{name}", 0)], context=context)
    return catalogue


def update(language: str, domain: str, template: Catalog) -> None:
    """Bring one ``.po`` in step with the template, typography mended."""
    path = po_path(language, domain)
    catalogue = read(path, language)
    catalogue.update(template)
    catalogue.obsolete.clear()
    for message in _messages(catalogue):
        if language == "fr":
            mended = [french_spaces(form) for form in _forms(message.string)]
            message.string = tuple(mended) if len(mended) > 1 else mended[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    empty = sum(1 for message in _messages(catalogue) if not all(_forms(message.string)))
    fuzzy = sum(1 for message in _messages(catalogue) if message.fuzzy)
    print(f"{path.relative_to(ROOT)}: {len(catalogue)} sentences, {empty} empty, {fuzzy} unsure")


def read(path: Path, language: str) -> Catalog:
    """Read a ``.po``, or begin one."""
    if path.is_file():
        with path.open("rb") as file:
            return read_po(file, locale=language)
    return Catalog(locale=language, charset="utf-8")


def written(catalogue: Catalog) -> bytes:
    """Return the text of a ``.po`` without line numbers or dates: only real changes show in git."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=99, omit_header=True, sort_output=True, include_lineno=False)
    language = str(catalogue.locale)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURALS[language]};\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def check() -> Iterator[str]:
    """Yield what is wrong, one line each."""
    template = extracted()
    for language in LANGUAGES:
        yield from check_one(language, "outreach", template)
        yield from check_one(language, "click", read(po_path(language, "click"), language))
    yield from check_one("en", "outreach", codes(template))


def check_one(language: str, domain: str, wanted: Catalog) -> Iterator[str]:
    """Yield what is wrong with one catalogue."""
    path = po_path(language, domain)
    shown = path.relative_to(ROOT)
    catalogue = read(path, language)
    ids = {message.id for message in _messages(catalogue)}
    used = {message.id for message in _messages(wanted)}
    for message in _messages(wanted):
        if message.id not in ids:
            yield f"{shown}: missing: {_id(message)!r} (tools/catalogues.py update)"
    for message in _messages(catalogue):
        if message.id not in used:
            yield f"{shown}: no longer used: {_id(message)!r}"
        for trouble in troubles_of(message, language):
            yield f"{shown}: {trouble}: {_id(message)!r}"


def troubles_of(message: Message, language: str) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    ids, strings = _forms(message.id), _forms(message.string)
    if not all(strings):
        yield "not translated"
        return
    if message.fuzzy:
        yield "unsure (fuzzy): look at it and remove the mark"
    for form, string in zip(ids, strings, strict=True):
        places, found = sorted(places_of(form)), sorted(places_of(string))
        if places != found:
            yield f"the places differ ({places} against {found})"
        if "'" in string and "'" not in ids[0]:
            yield "a straight apostrophe (write ’)"
        if language == "fr" and french_spaces(string) != string:
            yield "French spaces before : ; ? ! or inside « » (tools/catalogues.py update mends it)"


def places_of(text: str) -> set[str]:
    """Return the named places of a sentence; text that is no format string has none."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def french_spaces(text: str) -> str:
    """Return French text with its no-break spaces where a plain space was typed."""
    text = re.sub(r"[ \u00a0](?=[;?!](?:\s|$|[”»)]))", NARROW, text)
    text = re.sub(r" (?=:(?:\s|$))", NO_BREAK, text)
    return re.sub(r"« ", f"«{NO_BREAK}", re.sub(r" »", f"{NO_BREAK}»", text))


def po_path(language: str, domain: str) -> Path:
    """Return where a catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _id(message: Message) -> str:
    return _forms(message.id)[0]


def _forms(text: object) -> list[str]:
    """Return a sentence's forms: one, or singular and plural."""
    return [str(one or "") for one in (text if isinstance(text, list | tuple) else (text,))]


if __name__ == "__main__":
    main()
