"""A letter as a secretary writes it becomes a template: brackets into Jinja, line by line.

``[la collectivité]`` is a field; ``[si …]`` before a paragraph, a list's item or a table's row a
condition on it, ``[sinon]`` before the next its other case; alone on a line, ``[si …]`` and
``[fin]`` stand around several paragraphs. ``- [chaque X]`` repeats its line for each X of a list.
``[bloc : nom]`` alone on a line is a shared block (``letters.blocks``). A bracket after a backslash is
a plain one.
The result has as many lines as the text, so that what is said of it names the writer's own line.
"""

import re
from dataclasses import dataclass, field

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.letters import conditions, fields, spoken
from outreach.letters.keys import UNKNOWN, plain
from outreach.letters.spoken import UnknownNameError

EACH = "chacun"
"""What a repeated line is about."""

_TOKEN = re.compile(
    r"(?P<as_is>\{\{.{0,1000}?\}\}|\{%.{0,1000}?%\}|\{\#.{0,2000}?\#\}|`[^`\n]{0,300}`|\\.)"
    # Not "[words](address)", not a picture; quotes mark TOML's lists and Jinja's.
    r"|\[(?P<said>(?!['\"])[^\[\]\n{}\"“”]*(?:[\"“][^\[\]\n{}\"“”]*[\"”][^\[\]\n{}\"“”]*)*)\](?!\()",
    re.DOTALL,
)
_UNQUOTABLE = re.compile(r"[\\\"“”{}%]")
_LETTER = re.compile(r"[^\W\d_]")
_IF = re.compile(
    r"(?:seulement |solo |sólo |solamente )?si\s+(?P<condition>.+)", re.IGNORECASE | re.DOTALL
)
_ELIF = re.compile(r"(?:sinon|sino|si no),?\s+si\s+(?P<condition>.+)", re.IGNORECASE | re.DOTALL)
_ELSE = frozenset({"sinon", "si no", "sino"})
_END = frozenset({"fin", "fin si", "fin du si", "fin del si"})
_EACH = re.compile(
    r"(?P<silent>pour |para )?(?:chaque|cada)\s+(?P<list>.+)", re.IGNORECASE | re.DOTALL
)
_ITS = re.compile(r"(?:son|sa|ses|su|sus) (?P<key>[^,]+)(?P<form>,.+)?")
_BLOCK = re.compile(r"(?:bloc|bloque) ?: ?(?P<name>[a-z0-9][a-z0-9_-]*)")
_BLOCK_LINE = re.compile(r"[ \t]*\[(?P<said>[^\[\]\n]+)\][ \t]*")
_MARK = r"[ \t]*(?:[-*+]|\d{1,9}[.)]|\#{1,6}|>)[ \t]+|[ \t]*\|[ \t]*"
"""What begins a list's item, a heading, a quotation or a table's row."""
_ITEM = re.compile(rf"(?:{_MARK})")
_OPEN = "\x02"
"""Before a tag that stands at the front of what it is about."""
_FRONT_ITEM = re.compile(rf"({_MARK}){_OPEN}(\{{%[^%]*%\}})(.*)", re.DOTALL)
_FRONT = re.compile(rf"{_OPEN}\{{% (if|elif|else|for)[^%]*%\}}(?P<rest>.*)", re.DOTALL)


class Trouble(Struct, frozen=True):
    """A name in brackets that stands for nothing."""

    phrase: Phrase
    line: int
    """From 1: in the text that was translated, or in the file at ``path``."""
    path: str = ""


@dataclass(slots=True)
class Translated:
    """The template, and what in it nobody can know."""

    text: str
    troubles: list[Trouble] = field(default_factory=list)

    def at(self, path: str, first: int) -> list[Trouble]:
        """Return the troubles of a text that stands in a file from line ``first``."""
        return [Trouble(each.phrase, each.line + first - 1, path) for each in self.troubles]


def block_name(line: str) -> str | None:
    """Return the shared block that a line stands for; None where it is an ordinary line."""
    found = _BLOCK_LINE.fullmatch(line)
    named = found and _BLOCK.fullmatch(plain(found["said"]))
    return named["name"] if named else None


def translated(text: str) -> Translated:
    """Return a text's template."""
    return _Translator(text).run()


def words(text: str) -> str:
    """Return the template of a line (a subject); unknown names are reported when it runs."""
    return translated(text).text


class _Translator:
    """One text on its way."""

    def __init__(self, text: str) -> None:
        self._troubles: list[Trouble] = []
        self._line = 0
        self._lines = self._opened(text).split("\n")

    def run(self) -> Translated:
        """Close what paragraphs and items left open."""
        lines = self._lines
        place = 0
        while place < len(lines):
            end = place
            while end < len(lines) and lines[end].strip():
                end += 1
            if end > place:
                self._close_items(place, end)
                self._close_paragraph(place, end)
            place = end + 1
        return Translated("\n".join(line.replace(_OPEN, "") for line in lines), self._troubles)

    def _opened(self, text: str) -> str:
        """Return the text with every bracket turned into Jinja, some conditions still open."""
        pieces: list[str] = []
        end = 0
        for found in _TOKEN.finditer(text):
            said = found["said"]
            if said is None or not _LETTER.search(said):
                continue
            start = found.start()
            self._line = text.count("\n", 0, start) + 1
            before = text[text.rfind("\n", 0, start) + 1 : start]
            piece = self._bracket(said, front=not _ITEM.sub("", before, count=1).strip())
            pieces += [text[end:start], piece]
            end = found.end()
            # The space that parts a condition from its words is not one of the letter's.
            opens = piece.startswith(("{% ", _OPEN)) and not piece.startswith("{% endif")
            if text[end : end + 1] == " " and (opens or (piece[:2] == "{%" and before[-1:] == " ")):
                end += 1
        return "".join([*pieces, text[end:]])

    def _bracket(self, said: str, *, front: bool) -> str:
        """Return what one pair of brackets becomes; ``front``: at the front of its line."""
        said = said.strip()
        name = plain(said)
        mark = _OPEN if front else ""
        if name in _ELSE:
            return f"{mark}{{% else %}}"
        if name in _END:
            return "{% endif +%}"
        for tag, pattern in (("elif", _ELIF), ("if", _IF)):
            found = pattern.fullmatch(said)
            if found is not None:
                return f"{mark}{{% {tag} {self._condition(found['condition'])} %}}"
        each = _EACH.fullmatch(said)
        if each is not None:
            shown = "" if each["silent"] else f"{{{{ {EACH} }}}}"
            return f"{mark}{{% for {EACH} in {self._list(each['list'])} %}}{shown}"
        its = _ITS.fullmatch(name)
        if its is not None:
            form = self._field(f"langue{its['form']}").removeprefix("langue") if its["form"] else ""
            return f"{{{{ {EACH}.{'_'.join(its['key'].split())}{form} }}}}"
        return f"{{{{ {self._field(said)} }}}}"

    def _condition(self, said: str) -> str:
        try:
            return conditions.expression(said)
        except UnknownNameError as error:
            words_ = N_("the condition “{name}” is not known. {hint}“\\[” prints a plain bracket.")
            return self._unknown(error, words_)

    def _field(self, said: str) -> str:
        try:
            return spoken.expression(said)
        except UnknownNameError as error:
            words_ = N_("no field is called “{name}”. {hint}“\\[” prints a plain bracket.")
            return self._unknown(error, words_)

    def _list(self, said: str) -> str:
        """Return what a line is repeated for: one word alone is a key of the campaign."""
        alone = plain(said).isidentifier() and plain(said) not in fields.NAMES
        return self._field(f"campagne.{said}" if alone else said)

    def _unknown(self, error: UnknownNameError, message: str) -> str:
        hint: object = ""
        if error.near:
            hint = Phrase(N_("Perhaps: {near}. "), {"near": error.near})
        phrase = Phrase(message, {"name": error.name, "hint": hint})
        self._troubles.append(Trouble(phrase, self._line))
        return f'{UNKNOWN}["{re.sub(_UNQUOTABLE, "", error.name)}"]'

    def _close_items(self, start: int, end: int) -> None:
        """Let conditions and repetitions in front of an item, row or heading end with it."""
        lines = self._lines
        # From the last to the first, so that the line after an item is done before it.
        for place in reversed(range(start, end)):
            found = _FRONT_ITEM.match(lines[place])
            if found is None or "{% endif" in found[3]:
                continue
            mark, tag, rest = found.groups()
            lines[place] = f"{tag}{mark}{rest}"
            after = place + 1
            while after < end and lines[after][:1] in " \t" and not _ITEM.match(lines[after]):
                after += 1
            if after == len(lines):
                lines.append("")
            if not lines[after].startswith(("{% else", "{% elif")):
                closing = "endfor" if tag.startswith("{% for") else "endif"
                trimmed = "" if lines[after].strip() else " +"
                lines[after] = f"{{% {closing}{trimmed or ' '}%}}{lines[after]}"

    def _close_paragraph(self, start: int, end: int) -> None:
        """Let a condition in front of a paragraph end with it, or with the other case's."""
        lines = self._lines
        found = _FRONT.match(lines[start])
        if found is None or not found["rest"].strip():
            return  # alone on its line: it goes on until [fin]
        if any("{% endif" in line for line in lines[start:end]):
            return
        if found[1] == "for":
            # The blank line belongs to the turn: each is a paragraph of its own.
            while len(lines) < end + 2:
                lines.append("")
            lines[end + 1] = f"{{% endfor %}}{lines[end + 1]}"
            return
        other = end
        while other < len(lines) and not lines[other].strip():
            other += 1
        follows = _FRONT.match(lines[other]) if other < len(lines) else None
        if follows is None or follows[1] in {"if", "for"} or not follows["rest"].strip():
            lines[end - 1] += "{% endif +%}"
