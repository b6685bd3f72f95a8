"""HTML bodies as plain text, with the quoted part marked where mail programs mark it."""

import re
from html import escape

from lxml import etree, html

QUOTE_BEGINS = "\ue000"
"""A line of its own: what follows is an earlier message."""

MAX_HTML = 400_000
SHOWN = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
"""Elements of a message that a person is shown: nothing that fetches, runs, or looks like ours."""
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "div",
        "dl",
        "dt",
        "dd",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
HIDDEN = frozenset({"head", "script", "style", "title", "template", "noscript", "object"})
QUOTE_CLASSES = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix|zmail_extra|tutanota_quote|"
    r"OutlookMessageHeader|WordSection1quoted|roundcube-quote|x_gmail_quote",
    re.IGNORECASE,
)
QUOTE_IDS = re.compile(
    r"divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|replySplit|reply-intro|isReplyContent|"
    r"mail-editor-reference-message|yahoo_quoted|ms-outlook-mobile-reference|zwchr",
    re.IGNORECASE,
)
OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#(?:b5c4df|e1e1e1)\s+1\.0pt", re.IGNORECASE
)
HIDDEN_STYLE = re.compile(r"display:\s*none|font-size:\s*0(?:px|pt)?\s*(?:;|$)|mso-hide:\s*all")
SPACES = re.compile(r"\s+")


def as_text(source: str, *, marks: bool = False) -> str:
    """Return the words of an HTML body, blocks as lines, quotations with ``> ``.

    With ``marks``, a line QUOTE_BEGINS stands where a mail program's own marker opens the earlier
    message. Never raises.
    """
    tree = _tree(source[:MAX_HTML])
    if tree is None:
        return re.sub(r"<[^>]{0,2000}>", " ", source[:MAX_HTML])
    writer = _Writer(marks=marks)
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment")):
        writer.see(event, node)
    return writer.text()


def shown(source: str) -> str:
    """Return the HTML of a message made safe to show; never raises.

    No script, style, form, picture or address that a browser would fetch by itself; links open only
    when clicked, and tell nobody whence.
    """
    import nh3

    return nh3.clean(
        source[:MAX_HTML],
        tags=set(SHOWN),
        attributes={"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def page(source: str, text: str, *, title: str) -> str:
    """Return a page that shows a message, from its HTML or else its text; it fetches nothing."""
    body = shown(source) if source.strip() else f"<pre>{escape(text)}</pre>"
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f"<title>{escape(title)}</title></head>\n<body>{body}</body></html>\n"
    )


def _tree(source: str) -> html.HtmlElement | None:
    if not source.strip():
        return None
    try:
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


class _Writer:
    """Collects lines while the tree is walked."""

    def __init__(self, *, marks: bool) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.hidden: etree._Element | None = None
        self.marks = marks
        self.marked = False

    def see(self, event: str, node: "etree._Element") -> None:
        if event == "comment":
            self._words(node.tail if self.hidden is None else None)
            return
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            self._open(tag, node)
        else:
            self._close(tag, node)

    def _open(self, tag: str, node: "etree._Element") -> None:
        if self.hidden is not None:
            return
        if tag in HIDDEN or HIDDEN_STYLE.search(node.get("style", "")):
            self.hidden = node
            return
        if tag == "br" and not "".join(self.line).strip():
            self.lines.append(">" * bool(self.quotes))
        if tag == "br" or tag in BLOCKS:
            self._break()
        if self.marks and not self.marked and _opens_quote(tag, node):
            self._break()
            self.lines.append(QUOTE_BEGINS)
            self.marked = True
        if tag == "blockquote":
            self.quotes += 1
        self._words(node.text)

    def _close(self, tag: str, node: "etree._Element") -> None:
        if self.hidden is not None:
            if node is not self.hidden:
                return
            self.hidden = None
        else:
            if tag in BLOCKS:
                self._break()
            if tag in {"p", "table"}:
                self.lines.append(">" * bool(self.quotes))
            if tag == "blockquote":
                self.quotes -= 1
        self._words(node.tail)

    def _words(self, text: str | None) -> None:
        if text:
            self.line.append(text)

    def _break(self) -> None:
        words = SPACES.sub(" ", "".join(self.line)).strip()
        self.line = []
        if words:
            self.lines.append("> " * self.quotes + words)

    def text(self) -> str:
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def _opens_quote(tag: str, node: "etree._Element") -> bool:
    if tag == "blockquote" and node.get("type", "").lower() == "cite":
        return True
    return bool(
        QUOTE_CLASSES.search(node.get("class", ""))
        or QUOTE_IDS.search(node.get("id", ""))
        or node.get("data-marker") == "__QUOTED_TEXT__"
        or OUTLOOK_RULE.search(node.get("style", ""))
    )
