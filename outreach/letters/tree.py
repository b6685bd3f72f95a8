"""A letter's text as the tree that Typst lays out: data only, never Typst source."""

from collections.abc import Sequence

import msgspec

from outreach.letters.markdown import SyntaxTreeNode
from outreach.letters.patterns import Pattern, Sentinels, Writer, address
from outreach.letters.values import json_nodes

_KINDS = {"strong": "strong", "em": "em", "sup": "sup", "link": "link"}


def compiled(body: SyntaxTreeNode, sentinels: Sentinels) -> Pattern:
    """Return the JSON of the text's blocks, with a hole for each value."""
    writer = _Json(sentinels)
    writer.blocks(body.children)
    return sentinels.pattern(writer.pieces)


class _Json:
    """Writes nodes as JSON, keeping apart the texts whose holes are escaped differently."""

    def __init__(self, sentinels: Sentinels) -> None:
        self._sentinels = sentinels
        self.pieces: list[tuple[str, Writer | None]] = []

    def _raw(self, json: str) -> None:
        self.pieces.append((json, None))

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> None:
        """Write a list of blocks."""
        self._list(nodes, self._block)

    def _list(self, nodes: Sequence[SyntaxTreeNode], write: "object") -> None:
        self._raw("[")
        for index, node in enumerate(nodes):
            if index:
                self._raw(",")
            write(node)  # type: ignore[operator]
        self._raw("]")

    def _block(self, node: SyntaxTreeNode) -> None:
        kind = node.type
        if kind == "paragraph":
            self._raw('{"t":"p","c":')
            self._inlines(node.children)
        elif kind == "heading":
            self._raw(f'{{"t":"h","level":{int(node.tag[1])},"c":')
            self._inlines(node.children)
        elif kind in {"bullet_list", "ordered_list"}:
            name = "ul" if kind == "bullet_list" else "ol"
            start = int(node.attrs.get("start", 1))
            self._raw(f'{{"t":"{name}","start":{start},"items":')
            self._list(node.children, lambda item: self.blocks(item.children))
        elif kind == "blockquote":
            self._raw('{"t":"quote","c":')
            self.blocks(node.children)
        elif kind == "table":
            self._table(node)
        else:
            self._raw('{"t":"hr"')
        self._raw("}")

    def _table(self, node: SyntaxTreeNode) -> None:
        header = node.children[0].children[0].children
        rows = node.children[1].children if len(node.children) > 1 else []
        sides = [_side(cell) for cell in header]
        self._raw(f'{{"t":"table","align":{_encoded(sides)},"header":')
        self._list(header, lambda cell: self._inlines(cell.children))
        self._raw(',"rows":')
        self._list(
            rows,
            lambda row: self._list(row.children, lambda cell: self._inlines(cell.children)),
        )

    def _inlines(self, nodes: Sequence[SyntaxTreeNode]) -> None:
        # A block's only inline node holds its words.
        inner = nodes[0].children if len(nodes) == 1 and nodes[0].type == "inline" else nodes
        self._raw("[")
        first = True
        for node in inner:
            first = self._inline(node, first=first)
        self._raw("]")

    def _inline(self, node: SyntaxTreeNode, *, first: bool) -> bool:
        """Write one inline node after the others; return whether still none was written."""
        if node.type == "text":
            return self._words(node.content, first=first)
        if not first:
            self._raw(",")
        if node.type == "softbreak":
            self._raw('" "')
        elif node.type == "hardbreak":
            self._raw('{"t":"br"}')
        elif node.type == "code_inline":
            self._raw('{"t":"code","c":[')
            self._words(node.content, first=True)
            self._raw("]}")
        elif node.type == "link":
            self._raw('{"t":"link","url":"')
            url = str(node.attrs.get("href", ""))
            self.pieces.extend(address(_encoded(url)[1:-1], self._sentinels))
            self._raw('","c":')
            self._inlines(node.children)
            self._raw("}")
        elif node.type == "image":
            meta = node.meta
            self._raw(
                f'{{"t":"image","file":{_encoded(meta["file"])},"width":{meta["width"]},"alt":'
            )
            self._inlines(node.children)
            self._raw("}")
        else:
            self._raw(f'{{"t":"{_KINDS[node.type]}","c":')
            self._inlines(node.children)
            self._raw("}")
        return False

    def _words(self, text: str, *, first: bool) -> bool:
        for part in self._sentinels.split(text):
            if not first:
                self._raw(",")
            if isinstance(part, int):
                self.pieces.append((self._sentinels.at(part), json_nodes))
            else:
                self._raw(_encoded(part))
            first = False
        return first


def _side(cell: SyntaxTreeNode) -> str:
    side = str(cell.attrs.get("style", "")).removeprefix("text-align:")
    return side if side in {"left", "center", "right"} else "left"


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()
