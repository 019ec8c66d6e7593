"""A finished figure, its files, and the check that committed files still follow from the data."""

from __future__ import annotations

import base64
import csv
import html
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from analysis.errors import OptionError, choose
from analysis.output.figures._sheet import compose, fonts_of, style, without_glyph
from analysis.output.figures._text import clean, sentence
from analysis.reading.cells import no_formula
from analysis.resources import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

__all__ = ["Figure", "Format", "check", "save"]

Format = Literal["png", "svg", "csv", "txt"]
FORMATS: tuple[Format, ...] = get_args(Format)
_CREATOR = re.compile(r"<cc:Agent>\s*<dc:title>(analysis: [^<]*)</dc:title>")


@dataclass(frozen=True, eq=False, repr=False)
class Figure:
    """A figure with the numbers behind it and its alternative text; it shows itself in a notebook.

    Attributes
    ----------
    name
        The stem of its files.
    title
        What stands above it.
    alt
        Alternative text: what it shows and the main findings in words, made from the numbers.
    data
        The numbers that are drawn, tidy, floats at six significant digits.
    drawing
        The matplotlib figure.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.output.figures import plot_terms
    >>> figure = plot_terms(pd.DataFrame({"term": ["tax", "vote"], "count": [12, 3], "per_million": [1200.0, 300.0]}))
    >>> figure
    <Figure terms: “tax” and “vote” are the most frequent terms>
    >>> figure.csv().splitlines()
    ['term,count,per_million', 'tax,12,1200', 'vote,3,300']
    """

    name: str
    title: str
    alt: str
    data: pd.DataFrame
    drawing: Drawing

    def __repr__(self) -> str:
        return f"<Figure {self.name}: {self.title}>"

    def png(self) -> bytes:
        """Return the figure as PNG, 200 dots an inch."""
        buffer = io.BytesIO()
        with style():
            self.drawing.savefig(buffer, format="png", metadata={"Software": None, "Title": self.title})
        return buffer.getvalue()

    def svg(self) -> str:
        """Return the figure as SVG, with the same bytes for the same data and the same versions.

        Letters are drawn as outlines of DejaVu Sans, so that the figure looks the same everywhere. Only where a label
        has characters that DejaVu Sans lacks, text stays text and the reader's fonts draw it.
        """
        buffer = io.BytesIO()
        fonts = "none" if without_glyph(self.drawing) else "path"
        metadata = {"Date": None, "Creator": _versions(self.drawing), "Title": self.title, "Description": self.alt}
        with style({"svg.fonttype": fonts}):
            self.drawing.savefig(buffer, format="svg", metadata=metadata)
        return buffer.getvalue().decode("utf-8")

    def csv(self) -> str:
        r"""Return the numbers as CSV: floats at six significant digits, ``\n`` line ends, no cell a formula."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([_cell(str(column)) for column in self.data.columns])
        columns = [self.data[column].tolist() for column in self.data.columns]
        writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
        return buffer.getvalue()

    def save(self, folder: str | os.PathLike[str], *, formats: Sequence[Format] = FORMATS) -> list[Path]:
        """Write the figure's files into a folder; see `save`."""
        return save(self, folder, formats=formats)

    def _repr_png_(self) -> bytes:
        return self.png()

    def _repr_html_(self) -> str:
        picture = base64.b64encode(self.png()).decode("ascii")
        width = round(self.drawing.get_figwidth() * 96)
        return (
            f'<img alt="{html.escape(self.alt)}" style="max-width: 100%; width: {width}px" '
            f'src="data:image/png;base64,{picture}">'
        )


def save(figure: Figure, folder: str | os.PathLike[str], *, formats: Sequence[Format] = FORMATS) -> list[Path]:
    """Write NAME.png, NAME.svg, NAME.csv (the numbers) and NAME.txt (the alternative text); return their paths.

    Each file is written beside its place and then renamed, so that no reader meets half a file.

    Parameters
    ----------
    figure
        What a `plot_` function returned.
    folder
        Made if it does not exist.
    formats
        Which of ``png``, ``svg``, ``csv`` and ``txt``.

    Raises
    ------
    OptionError
        If a format is unknown or the figure's name cannot be a file name.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> from analysis.output.figures import plot_terms, save
    >>> figure = plot_terms(pd.DataFrame({"term": ["tax"], "count": [12], "per_million": [1200.0]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save(figure, folder)]
    ['terms.png', 'terms.svg', 'terms.csv', 'terms.txt']
    """
    if not re.fullmatch(r"\w[\w.-]*", figure.name):
        raise OptionError(f"`name` must be made of letters, digits, '_', '-' and '.'; got {figure.name!r}.")
    for wanted in formats:
        choose("formats", wanted, FORMATS)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for wanted in formats:
        path = target / f"{figure.name}.{wanted}"
        with replacing(path) as part:
            part.write_bytes(_contents(figure, wanted))
        paths.append(path)
    return paths


def check(folder: str | os.PathLike[str], figures: Iterable[Figure]) -> list[str]:
    r"""Say which files in a folder no longer follow from the data; an empty list means that all do.

    The numbers (NAME.csv, at six significant digits) and the alternative text (NAME.txt) are always compared. The
    bytes of NAME.svg are compared where it was drawn with the versions of matplotlib, FreeType, NumPy and pandas that
    are installed here (they stand in the SVG itself). Pictures (NAME.png) must exist and are not compared.

    Parameters
    ----------
    folder
        Where the figures were saved.
    figures
        The same figures, drawn anew.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> from analysis.output.figures import check, plot_terms
    >>> then = plot_terms(pd.DataFrame({"term": ["tax"], "count": [12], "per_million": [1200.0]}))
    >>> now = plot_terms(pd.DataFrame({"term": ["tax"], "count": [13], "per_million": [1200.0]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = then.save(folder)
    ...     print(check(folder, [then]), *check(folder, [now]), sep="\n")
    []
    terms.csv, row 1: 'count' was 12 and is now 13.
    terms.svg: the drawing has changed.
    """
    target = Path(folder)
    problems: list[str] = []
    names = set()
    for figure in figures:
        names.add(figure.name)
        for kind in ("csv", "txt", "svg", "png"):
            path = target / f"{figure.name}.{kind}"
            if not path.is_file():
                problems.append(f"{path.name} is missing.")
                continue
            if kind == "png":
                continue
            # Git may have turned the line ends of a checkout; that is no change of the data.
            was = path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n")
            compare = {"csv": _changed_numbers, "txt": _changed_text, "svg": _changed_drawing}[kind]
            problems.extend(f"{path.name}{problem}" for problem in compare(was, figure))
    drawn = {path.stem for path in target.glob("*.svg")}
    problems.extend(f"{name}.svg is no longer among the figures." for name in sorted(drawn - names))
    return problems


def finish(
    name: str,
    title: str,
    subtitle: Sequence[str],
    alt: Sequence[str],
    data: pd.DataFrame,
    source: str | None,
    paint: Callable[[list[Axes]], object],
    *,
    height: float,
    panels: int = 1,
    columns: int = 1,
    settle: Callable[[list[Axes]], object] | None = None,
) -> Figure:
    """Compose a sheet and return it as a figure; empty parts of the subtitle and the alternative text fall away."""
    title = clean(title)
    under = ". ".join(sentence(part) for part in subtitle if part)
    drawing = compose(
        paint, title=title, subtitle=under, source=source, height=height, panels=panels, columns=columns, settle=settle
    )
    told = " ".join(f"{clean(part)}." for part in alt if part)
    return Figure(name, title, told, data.reset_index(drop=True), drawing)


def row_boxes(figure: Figure, n: int) -> list[tuple[float, float, float, float]]:
    """Return where the `n` panels of a figure are, or the `n` rows of its one panel, the labels left of it included.

    Left, top, width and height, in percent of the picture.
    """
    axes = figure.drawing.axes
    places = [ax.get_position() for ax in axes]
    if len(axes) > 1:
        return [(100 * box.x0, 100 * (1 - box.y1), 100 * box.width, 100 * box.height) for box in places[:n]]
    box = places[0]
    high, low = (float(axes[0].transData.transform((0, row))[1]) for row in (0, 1))
    step = (high - low) / figure.drawing.bbox.height
    middle = 1 - high / figure.drawing.bbox.height
    return [(100 * box.x0, 100 * (middle + (row - 0.5) * step), 100 * box.width, 100 * step) for row in range(n)]


def nothing(name: str, title: str | None, finding: str, rows: pd.DataFrame, source: str | None) -> Figure:
    """Return a figure that says that there is nothing to draw."""
    told = [f"{finding}: nothing to draw"]
    return finish(
        name,
        title or finding,
        ["Nothing to draw."],
        told,
        rows.iloc[:0],
        source,
        lambda axes: axes[0].set_axis_off(),
        height=0.2,
    )


def _changed_numbers(was: str, figure: Figure) -> list[str]:
    old, new = (list(csv.reader(io.StringIO(text))) for text in (was, figure.csv()))
    if not old or old[0] != new[0]:
        return [f": the columns were {', '.join(old[0] if old else [])} and are now {', '.join(new[0])}."]
    if len(old) != len(new):
        return [f": it had {len(old) - 1} rows and has now {len(new) - 1}."]
    changes = [
        f", row {row}: {column!r} was {before} and is now {after}."
        for row, (befores, afters) in enumerate(zip(old[1:], new[1:], strict=True), start=1)
        for column, before, after in zip(new[0], _six(befores, len(new[0])), _six(afters, len(new[0])), strict=True)
        if before != after
    ]
    return changes if len(changes) <= 3 else [*changes[:3], f": {len(changes) - 3} more numbers have changed."]


def _changed_text(was: str, figure: Figure) -> list[str]:
    return [] if was == f"{figure.alt}\n" else [": the alternative text has changed."]


def _changed_drawing(was: str, figure: Figure) -> list[str]:
    drawn_with = _CREATOR.search(was)
    if drawn_with is None:
        return [": it was not drawn by this kit."]
    if html.unescape(drawn_with[1]) != _versions(figure.drawing):
        return []
    return [] if was == figure.svg() else [": the drawing has changed."]


def _contents(figure: Figure, wanted: Format) -> bytes:
    if wanted == "png":
        return figure.png()
    text = figure.svg() if wanted == "svg" else figure.csv() if wanted == "csv" else f"{figure.alt}\n"
    return text.encode("utf-8")


def _cell(value: object) -> str:
    """Return a value as CSV; a string that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str):
        return no_formula(clean(value))
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.6g}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return clean(str(value))


def _six(row: list[str], width: int) -> list[str]:
    """Return the cells with numbers at six significant digits, padded to the width of the table."""
    cells = []
    for cell in row:
        try:
            cells.append(f"{float(cell):.6g}")
        except ValueError:
            cells.append(cell)
    return (cells + [""] * width)[:width]


def _versions(drawing: Drawing) -> str:
    """Return what the bytes of an SVG depend on besides the data."""
    import matplotlib as mpl
    from matplotlib import ft2font

    return (
        f"analysis: matplotlib {mpl.__version__}, FreeType {ft2font.__freetype_version__}, "
        f"NumPy {np.__version__}, pandas {pd.__version__}, {', '.join(fonts_of(drawing))}"
    )
