"""An article as a picture for print: its text with the words that made a score coloured and underlined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from analysis.errors import OptionError
from analysis.output.figures import _sheet as sheet
from analysis.output.figures._figure import Figure, finish, nothing
from analysis.output.figures._table import numeric, six
from analysis.output.figures._text import clean, count, listed, sentence, short
from analysis.studies._page import segments
from analysis.studies._spans import Span, shown, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.studies.evidence import Evidence

__all__ = ["plot_article"]

_SIZE: Final = 9.0
_STEP: Final = 0.2  # inches from line to line
_GAP: Final = 0.3  # inches between columns
_LEGEND: Final = 0.34
#: What `finish` leaves for a panel, in inches.
_INSIDE: Final = sheet.WIDTH - 0.42
_FAINTEST, _STRONGEST = 0.15, 0.6
_WORD: Final = re.compile(r"\S+")


class _Word(NamedTuple):
    start: int
    end: int
    x: float


class _Layout(NamedTuple):
    lines: list[list[_Word]]
    end: int  # where the drawn text ends


def plot_article(
    evidence: Evidence,
    *,
    columns: int = 2,
    lines: int = 50,
    name: str = "article",
    title: str | None = None,
    source: str | None = None,
) -> Figure:
    """Draw an article with the words that made its score, as a picture for print.

    What adds to the score is blue with a solid line below it, what takes away from it vermilion with a dashed one; the
    stronger, the more. A long article is cut after the last line that has room, and the figure says so.

    Parameters
    ----------
    evidence
        What `explain` returned.
    columns
        Columns of text, 1 to 3.
    lines
        The most lines of a column.
    name, title, source
        The stem of the files, the heading and the source line.

    Returns
    -------
    Figure
        Its `data` are the spans, those that were cut off too; the alternative text tells the strongest.

    Raises
    ------
    OptionError
        If `evidence` is none, or `columns` or `lines` is out of bounds.

    Examples
    --------
    >>> import pandas as pd, analysis
    >>> corpus = analysis.read(pd.DataFrame({"article_id": ["a"], "text": ["It was not good, but they won!"]}))
    >>> figure = analysis.figures.plot_article(analysis.explain(corpus, "a", measure="sentiment"))
    >>> figure.title
    'Sentiment of a: compound 0.685'
    >>> figure.data[["text", "weight"]].to_dict("list")
    {'text': ['good', 'won', '!'], 'weight': [-0.703, 4.05, 0.292]}
    """
    if not hasattr(evidence, "spans") or not hasattr(evidence, "text"):
        raise OptionError(f"plot_article needs what `explain` returns; got {type(evidence).__name__}.")
    for option, value, most in (("columns", columns, 3), ("lines", lines, 200)):
        if not 1 <= value <= most:
            raise OptionError(f"`{option}` must be from 1 to {most}; got {value!r}.")
    data = numeric(evidence.spans, ["weight"], "plot_article")
    data["weight"] = six(data["weight"].round(6))
    scores = ", ".join(
        f"{str(label).replace('_', ' ')} {shown(score)}" for label, score in evidence.score.head(3).items()
    )
    found = f"{sentence(evidence.measure)} of {short(evidence.article_id)}{evidence._whose}: {scores}"
    n_words = sum(1 for _ in _WORD.finditer(evidence.text))
    if not n_words:
        return nothing(name, title or found, "The article has no words", data, source)
    width = (_INSIDE - _GAP * (columns - 1)) / columns
    with sheet.style():  # which says nothing of letters that a font lacks
        layout = _laid_out(evidence.text, width, columns * lines)
    per_column = -(-len(layout.lines) // columns)
    n_drawn = sum(len(line) for line in layout.lines)
    cut = f"The first {n_drawn:,} of {count(n_words, 'word')}" if layout.end < len(evidence.text.rstrip()) else ""
    spans = [Span(*row) for row in zip(*(evidence.spans[column].tolist() for column in _SPAN), strict=True)]
    marked = [
        (begin, min(end, layout.end), value)
        for begin, end, value, _ in segments(evidence.text, spans)
        if value and begin < layout.end
    ]

    def draw(axes: list[Axes]) -> None:
        ax = axes[0]
        height = sheet.height_of(ax)
        ax.set_xlim(0, _INSIDE)
        ax.set_ylim(height, 0)
        _legend(ax, marked)
        for number, line in enumerate(layout.lines):
            left = (number // per_column) * (width + _GAP)
            top = _LEGEND + (number % per_column + 0.5) * _STEP
            _draw_line(ax, evidence.text, line, left, top, marked)

    strongest = data.loc[data["weight"].abs().sort_values(ascending=False, kind="stable").index].head(6)
    told = [
        f"“{short(word, 24)}” {signed(weight)}"
        for word, weight in zip(strongest["text"], strongest["weight"], strict=True)
    ]
    alt = [
        f"Text of {count(n_words, 'word')}, coloured by what {count(len(data), 'span')} of it add to a score",
        cut,
        found,
        f"The strongest: {listed(told)}" if told else "Nothing in the text adds to it",
    ]
    return finish(
        name,
        title or found,
        [cut],
        alt,
        data,
        source,
        lambda axes: axes[0].set_axis_off(),
        height=_LEGEND + per_column * _STEP + 0.2,
        settle=draw,
    )


_SPAN = ("start", "end", "weight", "quantity", "rule")


@lru_cache(maxsize=20_000)
def _width(word: str) -> float:
    return sheet.text_width(word, _SIZE)


def _laid_out(text: str, width: float, most: int) -> _Layout:
    """Break a text into at most `most` lines; paragraphs are set apart by an empty line."""
    lines: list[list[_Word]] = []
    space, end = _width("n n") - _width("nn"), 0
    for start, stop in _paragraphs(text):
        if lines:
            lines.append([])
        line: list[_Word] = []
        x = 0.0
        for found in _WORD.finditer(text, start, stop):
            for begin, finish_, wide in _pieces(text, found.start(), found.end(), width):
                if line and x + wide > width:
                    lines.append(line)
                    line, x = [], 0.0
                    if len(lines) >= most:
                        return _Layout(lines[:most], end)
                line.append(_Word(begin, finish_, x))
                x += wide + space
                end = finish_
        lines.append(line)
        if len(lines) >= most:
            return _Layout(lines[:most], lines[most - 1][-1].end if lines[most - 1] else end)
    return _Layout(lines, len(text))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^\n]+", text):
        if found[0].strip():
            yield found.start(), found.end()


def _pieces(text: str, start: int, end: int, width: float) -> Iterator[tuple[int, int, float]]:
    """Cut what is longer than a line."""
    while start < end:
        stop = end
        wide = _width(clean(text[start:stop]))
        if wide > width:
            stop = start + max(int((end - start) * width / wide * 0.8), 1)
            wide = _width(clean(text[start:stop]))
        yield start, stop, wide
        start = stop


def _draw_line(
    ax: Axes, text: str, line: Sequence[_Word], left: float, top: float, marked: Sequence[tuple[int, int, float]]
) -> None:
    if not line:
        return
    for begin, end, value in marked:
        if begin < line[-1].end and end > line[0].start:
            low, high = _place(text, line, begin), _place(text, line, end)
            if high > low:
                _mark(ax, left + low, left + high, top, value)
    for word in line:
        letters = clean(text[word.start : word.end])
        if letters:
            ax.text(left + word.x, top, letters, size=_SIZE, va="center_baseline", color=sheet.INK)


def _place(text: str, line: Sequence[_Word], position: int) -> float:
    """Return how far from the left a position of the text is drawn."""
    at = 0.0
    for word in line:
        if position <= word.start:
            return word.x if position == word.start or not at else at
        at = word.x + _width(clean(text[word.start : min(position, word.end)]))
        if position <= word.end:
            return at
    return at


def _mark(ax: Axes, low: float, high: float, middle: float, value: float) -> None:
    """Colour a stretch of a line and draw a line below it."""
    colour, dashes = (sheet.BLUE, "-") if value > 0 else (sheet.VERMILION, (0, (2, 1)))
    strength = _FAINTEST + (_STRONGEST - _FAINTEST) * min(abs(value), 1)
    ax.fill([low, high, high, low], [middle - 0.09] * 2 + [middle + 0.075] * 2, color=colour, alpha=strength, lw=0)
    ax.plot([low, high], [middle + 0.085] * 2, color=colour, lw=1.1, ls=dashes, solid_capstyle="butt")


def _legend(ax: Axes, marked: Sequence[tuple[int, int, float]]) -> None:
    left, middle = 0.0, 0.11
    signs = [("adds", 1.0)] * any(value > 0 for _, _, value in marked)
    signs += [("takes away", -1.0)] * any(value < 0 for _, _, value in marked)
    if not signs:
        ax.text(0, middle, "Nothing here adds to it.", size=_SIZE, va="center_baseline", color=sheet.QUIET)
    for how, sign in signs:
        for much, strength in (("little", 0.1), ("most", 1.0)):
            label = f"{how} {much}"
            _mark(ax, left, left + _width(label), middle, sign * strength)
            ax.text(left, middle, label, size=_SIZE, va="center_baseline", color=sheet.INK)
            left += _width(label) + 0.25
