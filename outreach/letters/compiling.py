"""From a template to letters: compiled once per skeleton, filled per recipient.

press = Press(source, letterhead, office, window=settings.window)
written = press.write(facts, seal)
written.subject, written.html, written.text, written.tree, written.problems
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import msgspec
from markdown_it.token import Token
from msgspec import structs

from outreach.errors import N_, Phrase
from outreach.language import filters
from outreach.language.numbers import DEFAULT, Profile
from outreach.language.typography import polish
from outreach.letters import fields, layout, markdown, notation, text, tree
from outreach.letters.catalogue import Letterhead, Source
from outreach.letters.facts import CampaignFacts, Facts, OfficeFacts, Seal
from outreach.letters.included import Inline, Line, Picture
from outreach.letters.layout import Layout, Places, Shape
from outreach.letters.page import EmailPage
from outreach.letters.patterns import Pattern, Sentinels
from outreach.letters.problems import Problem, TemplateError
from outreach.letters.programs import Program
from outreach.letters.sandbox import Sandbox
from outreach.letters.text import PlainText
from outreach.letters.values import Value, html_texts, plain_texts
from outreach.settings import Window

__all__ = ["Press", "Problem", "TemplateError", "Written"]

EMAIL_WIDTH = 560
"""Pixels that an e-mail's column shows."""
_NO_PICTURE = N_(
    "there is no picture “{name}”. It must be a PNG or JPEG of at most 2 MB in the letter’s own "
    "folder or in templates/pictures."
)
_NO_WORDS = N_(
    "say in words what the picture shows, for those who cannot see it: ![words]({name})."
)
RETOUCHED = 8
"""Presses of letters retouched by hand, each with a text of its own."""
SKELETONS = 64
"""How many combinations of branches of one letter are kept compiled."""


class Press:
    """Writes the letters of one template in one language under one letterhead.

    May be shared between threads. ``profile`` is the office's way of writing the language,
    ``window`` the address window that the PDF keeps to. Raises TemplateError where the template is
    not sound; LetterheadError, when the first e-mail is asked for, where the letterhead is not.
    """

    def __init__(
        self,
        source: Source,
        letterhead: Letterhead,
        office: OfficeFacts,
        *,
        profile: Profile | None = None,
        window: Window | None = None,
    ) -> None:
        self.source = source
        self.office = office
        self.profile = profile or DEFAULT
        self.window = box = window or Window()
        self._window = {"x": box.x, "y": box.y, "w": box.width, "h": box.height}
        self._letterhead = letterhead
        language = source.language
        # Of the text and nothing else, so that the same template gives the same skeletons.
        nonce = hashlib.sha256((source.text + source.body).encode()).hexdigest()[:10]
        self.sentinels = Sentinels(nonce)
        sandbox = Sandbox(
            filters=filters.for_language(language, self.profile),
            attributes=fields.ATTRIBUTES,
            printers=fields.printers(language, self.profile),
        )

        def program(words: str, lines: Sequence[Line]) -> Program:
            return Program(
                sandbox,
                words,
                path=source.path,
                lines=lines,
                nonce=nonce,
                aliases=fields.ALIASES,
            )

        def line(words: str) -> Program:
            place = source.line_of(words)
            return program(notation.words(words), [Line(source.path, place, place, words)])

        front = source.front
        self._body = program(source.body, source.lines)
        self._subject = line(front.subject)
        self._addressee = [line(each) for each in front.addressee]
        self._kept: _Kept | None = None
        self._retouched = lru_cache(maxsize=RETOUCHED)(self._with_text)
        self._compiled = lru_cache(maxsize=SKELETONS)(self._compile)
        self._line_pattern = lru_cache(maxsize=SKELETONS)(self._compile_line)

    def _with_text(self, text: str) -> "Press":
        return Press(
            self.source.retouched(text),
            self._letterhead,
            self.office,
            profile=self.profile,
            window=self.window,
        )

    @cached_property
    def page(self) -> EmailPage:
        """The letterhead's e-mail page."""
        return EmailPage(self._letterhead)

    @property
    def programs(self) -> tuple[Program, ...]:
        """Every text of the template that may hold fields."""
        return (self._body, self._subject, *self._addressee)

    def write(self, facts: Facts, seal: Seal) -> "Written":
        """Write one letter. Missing data is among its problems, never an error.

        Raises TemplateError where the template cannot run on these facts.
        """
        if facts.own_text and self.source.front.kind == "letter":
            own = structs.replace(facts, own_text="")
            return self._retouched(facts.own_text).write(own, seal)
        form = layout.form_of(facts, self.profile)
        kept = self._constant(facts)
        context = dict(kept.context)
        context.update(fields.personal(facts, form))
        context["reference"] = seal.reference
        context["date"] = seal.day
        context["pieces_jointes"] = facts.enclosures
        skeleton, run = self._body.run(context, kept.fixed)
        problems = run.problems
        subject = self._line(self._subject, context, kept, problems)
        collective = self._addressee if facts.collective else []
        parts = layout.laid_out(
            self.source.front,
            facts,
            seal,
            self.office,
            profile=self.profile,
            subject=subject,
            addressee=tuple([self._line(line, context, kept, problems) for line in collective]),
            form=form,
            path=self.source.path,
            problems=problems,
        )
        values = run.values
        compiled = self._compiled(skeleton, len(values), parts.shape())
        return Written(self, compiled, parts, [*values, *parts.values()], tuple(problems))

    def in_tree(self, parts: Layout) -> dict[str, object]:
        """Return the parts around the text as the letter's tree names them."""
        return layout.tree(parts, self.office, self.source.language, self._window)

    def _constant(self, facts: Facts) -> "_Kept":
        """Return what the campaign and the office give; from one letter to the next, the same."""
        kept = self._kept
        if kept is None or kept.campaign != facts.campaign:
            language = self.source.language
            own = facts.campaign.in_(language)
            context = fields.constant(language, self.office, own)
            kept = _Kept(facts.campaign, context, self._body.fixed(context))
            self._kept = kept
        return kept

    def _line(
        self, program: Program, context: dict[str, object], kept: "_Kept", problems: list[Problem]
    ) -> str:
        """Return a line of the front matter with its fields filled in, as plain words."""
        line = kept.lines.get(program)
        if line is None:
            skeleton, run = program.run(context)
            words = self._line_pattern(skeleton).filled(plain_texts(run.values), run.values)
            line = (words, run.problems)
            if all(fields.ALIASES.get(name, name) in kept.context for name, _ in program.names):
                kept.lines[program] = line
        problems.extend(line[1])
        return line[0]

    def _compile_line(self, skeleton: str) -> Pattern:
        words = polish(" ".join(skeleton.split()), self.source.language, self.profile)
        return self.sentinels.pattern([(words, None)])

    def _compile(self, skeleton: str, first: int, shape: Shape) -> "_Compiled":
        tokens = markdown.parse(skeleton, self.source.language, self.profile)
        pictures: dict[str, Picture] = {}
        for token in markdown.images(tokens):
            name = str(token.attrs.get("src", ""))
            picture = self.source.pictures.get(name)
            if picture is None:
                raise self._picture_error(name, Phrase(_NO_PICTURE, {"name": name}))
            if not token.content.strip():
                raise self._picture_error(name, Phrase(_NO_WORDS, {"name": name}))
            pictures[name] = picture
            token.attrs = {
                "src": f"cid:{picture.inline.cid}",
                "alt": "",
                "width": str(min(picture.width, EMAIL_WIDTH)),
            }
            token.meta = {"file": picture.name, "width": picture.width}
        return _Compiled(self, tokens, pictures, first, shape)

    def _picture_error(self, name: str, reason: Phrase) -> TemplateError:
        found = next((each for each in self.source.lines if f"]({name}" in each.words), None)
        at = found or Line(self.source.path, 1, 1, "")
        return TemplateError(
            path=at.path, line=at.line, reason=reason, excerpt=at.words.strip()[:120]
        )


class _Kept:
    """What one campaign and the office give every letter."""

    def __init__(
        self,
        campaign: CampaignFacts,
        context: Mapping[str, object],
        fixed: Mapping[str, object] | None,
    ) -> None:
        self.campaign = campaign
        self.context = context
        self.fixed = fixed
        """What the text prints of them."""
        self.lines: dict[Program, tuple[str, list[Problem]]] = {}
        """Subjects and addressees in which nothing else varies."""


class _Compiled:
    """One skeleton in every form; a form is made when it is first asked for."""

    def __init__(
        self,
        press: Press,
        tokens: list[Token],
        pictures: Mapping[str, Picture],
        first: int,
        shape: Shape,
    ) -> None:
        self._press = press
        self.pictures = pictures
        self._tokens = tokens
        self._shape = shape
        self._places = Places(shape, first)
        self._cover = press.source.front.kind == "cover"

    @cached_property
    def html(self) -> Pattern:
        """The complete page."""
        press = self._press
        return press.page.compiled(
            markdown.html(self._tokens),
            self._shape,
            self._places,
            press.office,
            press.source.language,
            cover=self._cover,
            preheader=press.source.front.summary,
            sentinels=press.sentinels,
        )

    @cached_property
    def inline(self) -> tuple[Inline, ...]:
        """The pictures that the page shows: the text's, and the letterhead's logo."""
        logo = self._press.page.logo
        shown = [] if logo is None or f"cid:{logo.cid}" not in self.html.frame else [logo]
        return (*shown, *(picture.inline for picture in self.pictures.values()))

    @cached_property
    def text(self) -> PlainText:
        """The plain text."""
        press = self._press
        return text.compiled(
            self._body,
            self._shape,
            self._places,
            press.office,
            press.source.language,
            cover=self._cover,
            sentinels=press.sentinels,
        )

    @cached_property
    def frame(self) -> "Frame":
        """What all letters of this skeleton share."""
        return Frame(self.text.frame, self.html.frame)

    @cached_property
    def tree(self) -> Pattern:
        """The JSON of the text's blocks."""
        return tree.compiled(self._body, self._press.sentinels)

    @cached_property
    def links(self) -> list[Pattern]:
        """The addresses that the text links to."""
        return text.link_patterns(text.links(self._body), self._press.sentinels)

    @cached_property
    def _body(self) -> markdown.SyntaxTreeNode:
        return markdown.tree(self._tokens)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The words that all letters of one skeleton share, without anything of a recipient."""

    text: str
    html: str


class Written:
    """One letter, in every form; a form is filled in when it is asked for."""

    __slots__ = ("_compiled", "_html", "_press", "_text", "_values", "_words", "parts", "problems")

    def __init__(
        self,
        press: Press,
        compiled: _Compiled,
        parts: Layout,
        values: list[Value],
        problems: tuple[Problem, ...],
    ) -> None:
        self._press = press
        self._compiled = compiled
        self._values = values
        self._words: list[str] | None = None
        self._html: str | None = None
        self._text: str | None = None
        self.parts = parts
        """Salutation, addressee, closing... as printed."""
        self.problems = problems

    @property
    def source(self) -> Source:
        """The template that it was written from."""
        return self._press.source

    @property
    def window(self) -> Window:
        """The address window that the PDF keeps to."""
        return self._press.window

    @property
    def subject(self) -> str:
        """The subject: one line of plain words."""
        return self.parts.subject

    @property
    def title(self) -> str:
        """The title of the PDF and of the page."""
        return self.parts.subject

    @property
    def html(self) -> str:
        """The complete e-mail page. Raises LetterheadError, TemplateError of the letterhead."""
        if self._html is None:
            self._html = self._compiled.html.filled(
                html_texts(self._values, self._plain()), self._values
            )
        return self._html

    @property
    def text(self) -> str:
        """The e-mail's plain text."""
        if self._text is None:
            self._text = self._compiled.text.filled(self._plain(), self._values)
        return self._text

    @property
    def frame(self) -> Frame:
        """What the letter shares with all others of its skeleton; the same object for each."""
        return self._compiled.frame

    @property
    def tree(self) -> bytes:
        """``data.json`` for Typst."""
        body = self._compiled.tree.filled(self._plain(), self._values).encode()
        return msgspec.json.encode(self._press.in_tree(self.parts) | {"body": msgspec.Raw(body)})

    @property
    def inline(self) -> tuple[Inline, ...]:
        """The pictures that the e-mail page points to; the same for every letter of a branch."""
        return self._compiled.inline

    @property
    def pictures(self) -> dict[str, bytes]:
        """The pictures that the tree names, for Typst."""
        return {picture.name: picture.data for picture in self._compiled.pictures.values()}

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses that the text links to; ``#`` for one that may not be linked to."""
        written = self._plain()
        return tuple(each.filled(written, self._values) for each in self._compiled.links)

    def _plain(self) -> list[str]:
        if self._words is None:
            self._words = plain_texts(self._values)
        return self._words
