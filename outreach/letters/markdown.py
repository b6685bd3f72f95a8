"""A skeleton's Markdown as tokens: our subset, with the language's typography.

No raw HTML, no code blocks (an indented paragraph is a paragraph). Typography is applied
to the words of the template; data is never in a skeleton.
"""

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from outreach.language import typography
from outreach.language.numbers import Profile
from outreach.settings import Language

__all__ = ["SyntaxTreeNode", "Token", "html", "parse", "tree"]

# 1er, 1re, 2e, 16es, Ier, XXIe: ordinals as French letters write them, the ending raised.
_ENDING = re.compile(
    r"(?:(?<=\d)(?:ers?|res?|nde?s?|es?)"
    r"|(?<=\bI)(?:er|re)"
    r"|(?:(?<=\b[IVX])|(?<=\b[IVX][IVX])|(?<=[IVX][IVX][IVX]))es?)\b"
)
_TOP = 2
"""A letter's own headings start below its subject."""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.enable("table")
    return parser.disable(["code", "fence", "lheading", "html_block", "html_inline"])


def parse(skeleton: str, language: Language, profile: Profile) -> list[Token]:
    """Return the tokens of a skeleton, typography done."""
    tokens = _parser().parse(skeleton)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{max(int(token.tag[1]), _TOP)}"
        if token.children is not None:
            token.children = _polished(token.children, language, profile)
    return tokens


def html(tokens: list[Token]) -> str:
    """Return the tokens as HTML."""
    parser = _parser()
    return str(parser.renderer.render(tokens, parser.options, {}))


def images(tokens: list[Token]) -> Iterator[Token]:
    """Yield every picture of a text."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                yield child


def tree(tokens: list[Token]) -> SyntaxTreeNode:
    """Return the tokens as a tree of nodes."""
    return SyntaxTreeNode(tokens)


def _polished(children: list[Token], language: Language, profile: Profile) -> list[Token]:
    """Return inline tokens with spaces, quotes and ordinals set right."""
    done: list[Token] = []
    as_is = False
    for place, token in enumerate(children):
        if token.type == "link_open":
            as_is = token.info == "auto"
        elif token.type == "link_close":
            as_is = False
        elif token.type == "text" and not as_is:
            # What stands beside it in bold or in a link is a word too.
            before = _word(children[place - 1 : place])
            after = _word(children[place + 1 : place + 2])
            words = typography.polish(before + token.content + after, language, profile)
            token.content = words[len(before) : len(words) - len(after)]
            if language == "fr":
                done.extend(_raised(token))
                continue
        done.append(token)
    return done


def _word(beside: list[Token]) -> str:
    return "x" if beside and beside[0].type not in {"softbreak", "hardbreak"} else ""


def _raised(token: Token) -> list[Token]:
    """Split a text token at its ordinals: ``16es`` becomes 16 and a raised ``es``."""
    pieces: list[Token] = []
    end = 0
    for found in _ENDING.finditer(token.content):
        pieces.append(_text(token, token.content[end : found.start()]))
        pieces.append(Token("sup_open", "sup", 1, level=token.level))
        pieces.append(_text(token, found[0]))
        pieces.append(Token("sup_close", "sup", -1, level=token.level))
        end = found.end()
    if not pieces:
        return [token]
    pieces.append(_text(token, token.content[end:]))
    return [piece for piece in pieces if piece.type != "text" or piece.content]


def _text(like: Token, content: str) -> Token:
    return Token("text", "", 0, content=content, level=like.level)
