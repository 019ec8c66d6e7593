"""The sheet that a figure is drawn on: type and colours, heading, axes, labels that stay legible."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.output.figures._text import clean, period_names, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing
    from matplotlib.text import Text

# Okabe & Ito (2008): told apart with every common kind of colour blindness.
BLUE, VERMILION = "#0072B2", "#D55E00"
INK, QUIET, RULE = "#1A1A1A", "#5F5F5F", "#DEDEDE"
# Orange and yellow are left out: too near to vermilion, and too pale on white.
COLOURS = (BLUE, VERMILION, "#009E73", INK, "#CC79A7", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LABEL, SMALL, HEADING = 10.0, 9.0, 14.0
WIDTH = 8.0

_STYLE: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so it is the same on every machine
    "font.size": LABEL,
    "text.parse_math": False,  # "$" in a word is a dollar, never a formula
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.edgecolor": QUIET,
    "axes.titlesize": LABEL,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": LABEL,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.pad": 6,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "figure.dpi": 200,
    "savefig.dpi": 200,
    "svg.hashsalt": "analysis",  # else the ids in an SVG are random
}

# Families that cover Chinese, Japanese and Korean; the first that is installed draws what DejaVu Sans cannot.
_OTHER_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode MS",
    "Noto Sans",
)


@contextmanager
def style(more: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Draw with the kit's settings, whatever the user's are, and leave the user's alone."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        mpl.rcdefaults()
        settings: Any = mpl.rcParams
        settings.update({**_STYLE, **(more or {})})
        yield


def compose(
    paint: Callable[[list[Axes]], object],
    *,
    title: str,
    subtitle: str,
    source: str | None,
    height: float,
    panels: int = 1,
    columns: int = 1,
    settle: Callable[[list[Axes]], object] | None = None,
) -> Drawing:
    """Lay out a sheet: heading, what is shown, the panels that `paint` fills (`height` inches), the source line.

    `settle` is called when the panels have their final size; it moves labels apart.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing

    with style():
        heading = wrap(title, WIDTH - 0.4, HEADING, "bold")
        under = wrap(subtitle, WIDTH - 0.4, LABEL)
        foot = wrap(source or "", WIDTH - 0.4, SMALL)
        top = 0.15 + 0.27 * len(heading) + 0.2 * len(under) + 0.12
        bottom = 0.08 + 0.17 * len(foot)
        total = top + height + bottom
        drawing = Drawing(figsize=(WIDTH, total))
        FigureCanvasAgg(drawing)
        down = 0.15
        for lines, size, step, colour, weight in (
            (heading, HEADING, 0.27, INK, "bold"),
            (under, LABEL, 0.2, QUIET, "normal"),
        ):
            for line in lines:
                drawing.text(0.2 / WIDTH, 1 - down / total, line, size=size, color=colour, weight=weight, va="top")
                down += step
        for row, line in enumerate(reversed(foot)):
            drawing.text(0.2 / WIDTH, (0.1 + 0.17 * row) / total, line, size=SMALL, color=QUIET)
        rows = math.ceil(panels / columns)
        grid = drawing.subplots(rows, columns, squeeze=False)
        axes = [ax for row in grid for ax in row]
        paint(axes[:panels])
        for ax in axes[panels:]:
            ax.remove()
        lend_fonts(drawing)
        # The layout is found once and then kept, so that PNG and SVG are the same picture.
        drawing.set_layout_engine(
            "constrained",
            rect=(0.14 / WIDTH, bottom / total, 1 - 0.28 / WIDTH, height / total),
            w_pad=0.06,
            h_pad=0.06,
            wspace=0.05 if columns > 1 else 0,
            hspace=0.03,
        )
        drawing.draw_without_rendering()
        drawing.set_layout_engine(None)  # not "none", with which every save would draw twice
        for ax in drawing.axes:
            # The solver's last digits change from run to run, and the ids in an SVG are made of them.
            box = ax.get_position()
            left, right, low, high = (round(edge, 4) for edge in (box.x0, box.x1, box.y0, box.y1))
            ax.set_position((left, low, right - left, high - low))
        if settle is not None:
            settle(axes[:panels])
            lend_fonts(drawing)
    return drawing


def bare(ax: Axes, grid: str = "x") -> None:
    """Leave a panel nothing but light rules across one axis."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.grid(True, axis="x" if grid == "x" else "y")


def rows_axis(ax: Axes, labels: Sequence[str], *, shown: bool = True) -> None:
    """Name the rows 0, 1, … of a panel, the first on top."""
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.set_yticks(range(len(labels)), labels if shown else [""] * len(labels))


def right_columns(ax: Axes, columns: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Print columns of numbers, each with its heading, to the right of the rows of a panel."""
    points = 0.0
    for heading, values in columns:
        points += max(text_width(text, SMALL) for text in [heading, *values]) * 72 + 12
        place = ax.get_yaxis_transform() + points_right(ax, points)
        for row, value in enumerate(values):
            ax.text(1, row, value, va="center_baseline", ha="right", size=SMALL, color=INK, transform=place)
        ax.text(1, -0.72, heading, va="bottom", ha="right", size=SMALL, color=QUIET, transform=place)


def points_right(ax: Axes, points: float) -> Any:
    from matplotlib.transforms import ScaledTranslation

    return ScaledTranslation(points / 72, 0, ax.get_figure(root=True).dpi_scale_trans)  # type: ignore[union-attr]


def few_ticks(ax: Axes, which: str, most: int) -> None:
    """Put a few round ticks on an axis: a true minus sign, thousands set apart, the same digits after the point."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = ax.xaxis if which == "x" else ax.yaxis
    # Halves of a half have one digit more, for which a small panel has no room.
    steps = [1, 2, 2.5, 5, 10] if most > 4 else [1, 2, 5, 10]
    axis.set_major_locator(MaxNLocator(nbins=most, min_n_ticks=2, steps=steps))

    def named(value: float, _: object) -> str:
        digits = max((len(f"{tick:.6f}".rstrip("0").partition(".")[2]) for tick in axis.get_majorticklocs()), default=0)
        return "0" if abs(value) < 1e-12 else plain(value, digits)

    axis.set_major_formatter(FuncFormatter(named))
    axis.set_tick_params(labelsize=SMALL)


def only_zero(ax: Axes, which: str) -> None:
    """Name nothing but zero on an axis along which all is zero."""
    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_ticks([0], ["0"])
    axis.set_tick_params(labelsize=SMALL)


def dots(ax: Axes, x: np.ndarray, y: np.ndarray, marker: str, **look: Any) -> None:
    """Draw dots that are whole at the edge of a panel too: half a dot at zero would lie below the axis."""
    if len(x):
        (drawn,) = ax.plot(x, y, marker, clip_on=False, zorder=3, **look)
        drawn.set_in_layout(False)


def lead(ax: Axes, x: float, y: float, place: float, colour: str) -> None:
    """Draw a thin line from a point to the label at the height `place` beside the panel."""
    line = {"arrowstyle": "-", "lw": 0.8, "color": colour, "shrinkA": 0, "shrinkB": 4}
    beside = ax.get_yaxis_transform() + points_right(ax, 12)
    ax.annotate("", (x, y), (1, place), textcoords=beside, arrowprops=line, annotation_clip=False)


def tuck_in(ax: Axes) -> None:
    """Align the first and the last tick label of a panel inward, so that they do not meet those of its neighbours."""
    labels = ax.get_xticklabels()
    if len(labels) > 1:
        labels[0].set_horizontalalignment("left")
        labels[-1].set_horizontalalignment("right")


def log_ticks(ax: Axes, low: float, high: float) -> None:
    """Put 1, 2, 5, 10, … on the x axis of a panel, or the ends where that leaves fewer than two."""
    from matplotlib.ticker import NullFormatter, NullLocator

    steps = (1, 2, 5) if high / low < 200 else (1,)
    ticks = [step * 10.0**power for power in range(-1, 13) for step in steps if low <= step * 10.0**power <= high]
    ticks = ticks if len(ticks) >= 2 else sorted({low, high})
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xticks(ticks, [plain(tick) for tick in ticks])


def height_of(ax: Axes) -> float:
    """Return the height of a laid-out panel in inches."""
    drawing = ax.get_figure(root=True)
    assert drawing is not None  # noqa: S101 - an axes of a sheet is always on a drawing
    return float(ax.get_position().height * drawing.get_figheight())


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move positions apart until neighbours are `gap` from each other, staying near and within low and high."""
    order = sorted(range(len(positions)), key=lambda i: (positions[i], i))
    gap = min(gap, (high - low) / max(len(order) - 1, 1))
    # Blocks of labels that touch move together; each block sits at the mean of what its members wish.
    blocks: list[tuple[float, list[int]]] = []
    for i in order:
        centre, members = positions[i], [i]
        while True:
            half = gap * (len(members) - 1) / 2
            centre = min(max(centre, low + half), high - half)
            if not blocks or blocks[-1][0] + gap * (len(blocks[-1][1]) - 1) / 2 + gap <= centre - half + 1e-12:
                break
            _, before = blocks.pop()
            members = before + members
            wishes = [positions[member] - gap * place for place, member in enumerate(members)]
            centre = sum(wishes) / len(wishes) + gap * (len(members) - 1) / 2
        blocks.append((centre, members))
    moved = [0.0] * len(order)
    for centre, members in blocks:
        for place, member in enumerate(members):
            moved[member] = centre + gap * (place - (len(members) - 1) / 2)
    return moved


def label_points(ax: Axes, points: Sequence[tuple[float, float, str]], obstacles: np.ndarray) -> int:
    """Write labels beside points, the first first, and leave out those for which there is no free place.

    `obstacles` are the (x, y) of all points. Returns the number of labels written.
    """
    drawing = ax.get_figure(root=True)
    assert drawing is not None  # noqa: S101 - an axes of a sheet is always on a drawing
    renderer = drawing.canvas.get_renderer()  # type: ignore[attr-defined]
    unit = drawing.dpi / 72
    dots = ax.transData.transform(obstacles)
    frame = ax.get_window_extent(renderer)
    taken: list[Any] = []
    written = 0
    for x, y, label in points:
        for dx, dy, ha, va in (
            (6, 0, "left", "center"),
            (-6, 0, "right", "center"),
            (0, 6, "center", "bottom"),
            (0, -6, "center", "top"),
        ):
            text = ax.annotate(
                label, (x, y), (dx, dy), textcoords="offset points", ha=ha, va=va, size=SMALL, annotation_clip=False
            )
            text.set_in_layout(False)
            box = text.get_window_extent(renderer).padded(3 * unit)
            inside = (dots[:, 0] > box.x0) & (dots[:, 0] < box.x1) & (dots[:, 1] > box.y0) & (dots[:, 1] < box.y1)
            within = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if within and not inside.any() and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                written += 1
                break
            text.remove()
    return written


def time_axis(ax: Axes, dates: pd.Series, *, most: int) -> None:
    """Put at most `most` named periods below a panel whose x is days since 1970."""
    unique = sorted(set(dates))
    name = period_names(unique)
    days = [float(day) for day in days_of(pd.Series(unique, dtype="datetime64[ns]"))]
    width = days[-1] - days[0]
    ticks = [0]
    for i, day in enumerate(days):
        if i and day - days[ticks[-1]] >= width / max(most - 1, 1) - 1e-9:
            ticks.append(i)
    ax.set_xticks([days[i] for i in ticks], [name(unique[i]) for i in ticks])
    edge = max(width * 0.03, 1.0)
    ax.set_xlim(days[0] - edge, days[-1] + edge)
    if most <= 2:
        tuck_in(ax)


def days_of(dates: pd.Series) -> np.ndarray:
    """Return dates as days since 1970."""
    return dates.to_numpy(dtype="datetime64[D]").astype("float64")


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a line in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    properties = FontProperties(family=["DejaVu Sans"], size=size, weight=weight)
    width, _, _ = TextToPath().get_text_width_height_descent(text, properties, ismath=False)
    return float(width) / 72


def wrap(text: str, inches: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that fit; a word longer than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in clean(text).split() if text else []:
        longer = f"{line} {word}".strip()
        if not line or text_width(longer, size, weight) <= inches:
            line = longer
        else:
            lines.append(line)
            line = word
        while text_width(line, size, weight) > inches and len(line) > 1:
            fits = next(
                n for n in range(len(line) - 1, 0, -1) if n == 1 or text_width(line[:n], size, weight) <= inches
            )
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def without_glyph(drawing: Drawing) -> str:
    """Return the characters of a drawing that DejaVu Sans cannot draw."""
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    letters = {letter for text in _texts(drawing) for letter in text.get_text() if letter > "~"}
    return "".join(sorted(letter for letter in letters if not font.get_char_index(ord(letter))))


def lend_fonts(drawing: Drawing) -> None:
    """Let another installed font draw the characters that DejaVu Sans lacks; without one they are boxes in the PNG."""
    missing = without_glyph(drawing)
    if not missing:
        return
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    other = next((name for name in _OTHER_FONTS if name in installed), None)
    if other is not None:
        for text in _texts(drawing):
            if set(text.get_text()) & set(missing):
                text.set_fontfamily(["DejaVu Sans", other])


def fonts_of(drawing: Drawing) -> list[str]:
    """Return the families that a drawing uses."""
    return sorted({family for text in _texts(drawing) if text.get_text() for family in text.get_fontfamily()})


def _texts(drawing: Drawing) -> list[Text]:
    from matplotlib.text import Text

    return [artist for artist in drawing.findobj(Text) if isinstance(artist, Text)]
