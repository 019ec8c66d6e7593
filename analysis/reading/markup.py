"""The blocks of text in the source of a page that a database wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.errors import InputError

__all__ = ["Block", "blocks", "centred_classes", "parse_html", "squeezed"]

_BLOCK_TAGS_TEXT = """
p div tr li h1 h2 h3 h4 h5 h6 table tbody section article header footer aside blockquote body ul ol dl dt dd pre form
center hr small
"""
_BLOCK_TAGS = frozenset(_BLOCK_TAGS_TEXT.split())
_SILENT = frozenset(
    ("script", "style", "head", "title", "meta", "link", "button", "input", "img", "textarea", "select")
)


@dataclass(frozen=True)
class Block:
    """A run of text without a block of its own inside: its text, the classes of all it stands in, and its element."""

    text: str
    classes: tuple[str, ...]
    tag: str
    element: Any


def parse_html(source: str) -> Any:
    """The tree of a page or of a piece of one; nothing is fetched, no entity expanded.

    Raises
    ------
    InputError
        If there is nothing in it that can be read.
    """
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(
            f"is a page that could not be read: {' '.join(str(error).split())[:120]}. Save it again."
        ) from error
    if tree is None:
        raise InputError("is a page without text. Save it again.")
    return tree


def squeezed(text: str) -> str:
    """A text with its white space as a page shows it: runs are one space, but line breaks of `<br>` stay.

    Examples
    --------
    >>> squeezed(" One\\x0b two \\x00 three ")
    'One two\\nthree'
    """
    lines = (" ".join(line.split()) for line in text.split("\0"))
    return "\n".join(lines).strip("\n ")


def blocks(root: Any) -> Iterator[Block]:
    """The blocks of text below an element, in their order; a row of a table is one, with tabs between its cells.

    Examples
    --------
    >>> tree = parse_html("<div class='a'><p>One<br>two</p>three</div><table><tr><td>1</td><td>2</td></tr></table>")
    >>> [(block.text, block.classes) for block in blocks(tree)]
    [('One\\ntwo', ('a',)), ('three', ('a',)), ('1\\t2', ())]
    """
    from lxml import etree

    held: list[str] = []
    classes: list[str] = []
    opened: list[Any] = []
    silent = rows = 0

    def taken() -> Block | None:
        cells = [squeezed(cell) for cell in "".join(held).split("\1")]
        held.clear()
        text = "\t".join(cells).strip()
        last = opened[-1] if opened else root
        return Block(text, tuple(" ".join(classes).split()), str(last.tag), last) if text else None

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if tag in _BLOCK_TAGS and not rows:
                if block := taken():
                    yield block
                opened.append(element)
                classes.append(element.get("class") or "")
            rows += tag == "tr"
            if tag == "br":
                held.append("\0")
            if tag in _BLOCK_TAGS and rows and tag != "tr":
                held.append(" ")
            if not silent and element.text:
                held.append(element.text)
            continue
        silent -= tag in _SILENT
        rows -= tag == "tr"
        if tag in ("td", "th") and rows == 1:
            held.append("\1")
        if tag in _BLOCK_TAGS and not rows:
            if block := taken():
                yield block
            if opened and opened[-1] is element:
                opened.pop()
                classes.pop()
        if not silent and element.tail and element is not root:
            held.append(element.tail)
    if block := taken():
        yield block


_CENTRED = re.compile(r"\.([\w-]+)\s*\{[^{}]{0,400}?text-align:\s*center", re.I)


def centred_classes(source: str) -> frozenset[str]:
    """The classes that the style of a page sets in the middle.

    Examples
    --------
    >>> sorted(centred_classes(".c0 { text-align: center; } .c1 { text-align: left; }"))
    ['c0']
    """
    return frozenset(_CENTRED.findall(source[: 1 << 20]))
