"""The compiled kernels are those of the sources, and do what NumPy does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import wasmtime
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from analysis import kernels
from analysis.measures import _vader
from analysis.measures.readability import readability_of
from analysis.measures.sentiment import measured
from analysis.measures.terms._cells import cells, distinct_runs, joined
from analysis.measures.terms.keyness import Ranked, rank_sum_test
from analysis.text import tokens as cutting
from analysis.text.patterns import PatternSet, find
from analysis.text.shapes import template_and_word
from tests.kernels import NAMES, code_of, digest_of_sources, digest_within


def both_ways(look: Callable[[], Any]) -> tuple[Any, Any]:
    """What `look` gives by the kernels and by NumPy, each with an empty vocabulary."""
    assert kernels.load() is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_shared", None)
        compiled = look()
        patch.setattr(kernels, "load", lambda *_: None)
        patch.setattr(cutting, "_shared", None)
        plain = look()
    # The kernels hold one vocabulary, the newest.
    cutting._shared = None
    return compiled, plain


@pytest.mark.parametrize("name", NAMES)
def test_the_compiled_file_is_of_these_sources(name: str) -> None:
    assert digest_within(code_of(name).read_bytes()) == digest_of_sources(name), "run `make kernels`"


bits = st.sampled_from(
    [
        *(
            "Mr.",
            "said",
            "The",
            "he",
            "U.S.",
            "“Stop!”",
            "John",
            "Smith",
            "inc.",
            "...",
            "home.",
            "(AP)",
            "don’t",
            "isn't",
        ),
        *(
            "Image:",
            "Tuesday,",
            "March",
            "4,",
            "2025",
            "3.",
            "over.The",
            "done.”“We",
            "NOT",
            "good",
            "Very",
            "but",
            "least",
        ),
        *(
            "kind",
            "of",
            "never",
            "so",
            "GREAT!!!",
            "terrible??",
            "no",
            "or",
            "'tis",
            "'Epidemic'",
            "‘quoted’",
            "$1,200.50",
        ),
        *(
            "İstanbul",
            "naïve",
            "e\u0301",
            "💘",
            "the",
            "shit",
            "without",
            "a",
            "doubt",
            "O'Brien",
            "DON'T",
            "people—we",
        ),
        *("http://a.b/c", "word-word", "-5", "10:30", "\u00ad", "_x_", "©", "to", "die", "for", "at", "VERY", "1.2.3"),
    ]
)
gaps = st.sampled_from(
    [" ", " ", " ", "  ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u2009", "\u2029", "\x1c", "\u3000 "]
)
texts = st.lists(st.tuples(bits | st.text(max_size=4), gaps), max_size=40).map(
    lambda pairs: "".join(f"{bit}{gap}" for bit, gap in pairs)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, max_size=4))
@example(["3.\n\nVote early. 3.\nVote late.", "3. 4. It was rock/and/roll."])
def test_texts_are_cut_alike(given_texts: list[str]) -> None:
    def look() -> list[Any]:
        tokens = cutting.tokenise(given_texts)
        known = tokens.vocabulary
        return [
            [known.chunks[number] for number in tokens.ids],
            tokens.starts.tolist(),
            [known.chunks[number] for number in tokens.pieces],
            tokens.breaks.tolist(),
            tokens.sentence_starts.tolist(),
            tokens.article_sentence_starts.tolist(),
            [known.terms[number] for number in tokens.terms.ids],
            [array.tolist() for array in (*tokens.sentence_spans(), *tokens.term_spans())],
        ]

    compiled, plain = both_ways(look)
    assert compiled == plain
    assert compiled[0] == [chunk for text in given_texts for chunk in _stored(text).split()]


def _stored(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4))
@example(["\n\n".join(["word " * 12, "Is it?", "It is. " * 9, "word " * 13, "It is."])])
def test_measures_are_alike(given_texts: list[str]) -> None:
    def look() -> list[Any]:
        tokens = cutting.tokenise(given_texts)
        of_articles, of_sentences = measured(tokens)
        frames = [readability_of(tokens, sentences=which).to_numpy(float) for which in ("news", "textstat")]
        return [*of_articles.values(), *of_sentences.values(), *frames]

    for compiled, plain in zip(*both_ways(look), strict=True):
        assert np.array_equal(compiled, plain, equal_nan=True)


articles_of_ids = st.lists(st.lists(st.integers(0, 6), max_size=12), min_size=1, max_size=6)


@given(articles_of_ids, st.integers(1, 4))
def test_runs_and_cells_are_counted_alike(articles: list[list[int]], length: int) -> None:
    ids = np.array([term for article in articles for term in article], np.int32)
    starts = np.concatenate([[0], np.cumsum(list(map(len, articles)))])
    places = np.arange(max(len(ids) - length + 1, 0), dtype=np.int32)

    def look() -> list[Any]:
        terms, count, n_articles = distinct_runs(ids, places, length, 7, starts)
        runs = np.stack(terms, axis=1).tolist()
        matrix = cells(ids, 7, starts).matrix(7)
        found = [matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()]
        return [runs, count.tolist(), n_articles.tolist(), *found, str(matrix.data.dtype)]

    compiled, plain = both_ways(look)
    assert compiled == plain
    runs, count, n_articles = compiled[:3]
    assert runs == sorted(runs)
    assert sum(count) == len(places)
    for run, n, in_articles in zip(runs, count, n_articles, strict=True):
        at = [place for place in places.tolist() if ids[place : place + length].tolist() == run]
        assert n == len(at)
        assert in_articles == len(set(np.searchsorted(starts, at, side="right")))


@pytest.mark.parametrize(("n", "n_target"), [(2, 1), (9, 4), (60, 7), (700, 1), (700, 350), (3000, 400)])
@pytest.mark.parametrize("longest", [1, 3, 40])
def test_ranks_are_tested_alike(n: int, n_target: int, longest: int) -> None:
    """Terms in one article to all, with rates that are all tied (`longest` 1) to hardly ever."""
    chance = np.random.default_rng(3)
    share = np.concatenate([[0.0, 1.0], chance.random(30) ** 4])
    counts = (chance.random((n, len(share))) < share) * chance.integers(1, 5, (n, len(share)))
    counts[:, -1] = np.where(np.arange(n) < n_target, 3, 0)
    matrix = csr_matrix(counts)
    n_words = chance.integers(1, longest + 1, n) * 50
    # One that has the last term alone, one that shuns it, and one at random.
    sides = [np.arange(n) < n_target, np.arange(n) >= n - n_target, chance.permutation(n) < n_target]

    def look() -> list[Any]:
        ranked = Ranked(matrix, n_words)
        terms = np.arange(len(share))
        found = [ranked.spread.tolist(), ranked._rank.tolist()]
        for side in sides:
            _, having, ranks = ranked.of_target(side)
            found += [one.tolist() for one in rank_sum_test(ranked, terms, having, ranks, n_target=n_target)]
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rank_sum_test.__globals__, "_AT_ONCE", 100)
        compiled, plain = both_ways(look)
    assert compiled == plain


@given(st.lists(st.text(max_size=20), min_size=1, max_size=8), st.data())
def test_words_are_joined_alike(words: list[str], data: st.DataObject) -> None:
    words = [_stored(word) for word in words]
    some = st.lists(st.integers(0, len(words) - 1), min_size=5, max_size=5)
    columns = [np.array(data.draw(some)) for _ in range(3)]
    arrow = pa.array(["left out", *words], pa.large_string())[1:]
    compiled, plain = both_ways(lambda: joined(arrow, columns).tolist())
    assert compiled == plain == [" ".join(words[place] for place in row) for row in np.stack(columns).T]


def test_strings_at_the_very_end_of_memory_are_read() -> None:
    compiled = kernels.load()
    assert compiled is not None
    size = 1 << 16
    while True:  # until a block ends where memory ends, but for what is always behind it
        address = compiled.take(size)
        if address + size + 64 <= compiled._memory.data_len(compiled._store) < address + size + (1 << 17):
            break
    text = np.full(size, ord("x"), np.uint8)
    text[-9:] = list(b" the end.")
    compiled.put(address, text)
    edges, ids, sizes = (compiled.take(n) for n in (16, 4 * size, 8))
    compiled.put(edges, np.array([0, size]))
    assert compiled.call("cut_texts", address, edges, 1, ids, sizes) == 3
    cutting._shared = None  # the kernels have numbered chunks that it does not know


@pytest.mark.parametrize("tail", ["", "© 😁"])
def test_a_long_text_with_but_is_alike(tail: str) -> None:
    text = "good bad great awful " * 900 + "but " + "good bad nice " * 400 + tail

    def look() -> Any:
        return measured(cutting.tokenise([text]))[0]["compound"].tolist()

    compiled, plain = both_ways(look)
    assert compiled == plain


def compensated(values: list[float]) -> float:
    """What `sum` does from Python 3.12 on."""
    total, lost = 0.0, 0.0
    for value in values:
        following = total + value
        lost += (total - following) + value if abs(total) >= abs(value) else (value - following) + total
        total = following
    return total + lost


def test_compensated_sums_are_alike() -> None:
    words = ["good", "bad", "VERY", "great!", "awful", "not", "so,", "the", "happiest", "least", "but", "stunning"]
    draw = np.random.default_rng(1)
    tokens = cutting.tokenise([" ".join(draw.choice(words, size)) for size in range(200)])
    vader, known = _vader._vader(), tokens.vocabulary
    assert known.kernels is not None
    _vader.score(known, tokens.ids, tokens.starts)
    codes = known._columns["sentiment.vader"].values
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_vader, "sum", compensated, raising=False)
        for flag in (True, False):
            patch.setattr(_vader, "_COMPENSATED", flag)
            found[flag] = _vader._added_up(vader, codes[tokens.ids], tokens.starts).total.tolist()
            by_kernel = _vader._added_up_by_kernel(known.kernels, vader, codes, tokens.ids, tokens.starts)
            assert by_kernel.total.tolist() == found[flag]
    assert found[True] != found[False]


@pytest.mark.parametrize(
    ("chunk", "apart"),
    [
        ("floods", ("l0", "floods")),
        ("“Floods,”", ("“C0,”", "floods")),
        ("McDonald’s", ("M4", "mcdonald’s")),
        ("'Epidemic'", ("'C0'", "epidemic")),
        ("'tis", None),  # textstat keeps this apostrophe
        ("O'Brien", None),  # and this depends on the capital
        (":D", None),
        ("I", None),
        ("100%", ("d000%", "100")),
        ("3.", None),
        ("1990s", None),
        ("people—teenagers", None),
    ],
)
def test_chunks_are_taken_apart(chunk: str, apart: tuple[str, str] | None) -> None:
    assert template_and_word(chunk) == apart


def test_numpy_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYSIS_KERNELS", "numpy")
    assert kernels.load.__wrapped__() is None


def test_kernels_that_cannot_be_used_are_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_FOLDER", code_of("kernels").parent / "missing")
    with pytest.warns(
        UserWarning, match=r"the compiled kernels cannot be used \(.*missing.kernels\.wasm.*NumPy does their work"
    ):
        assert kernels.load.__wrapped__() is None


def test_another_release_of_wasmtime_is_called_its_own_way() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr("wasmtime._ffi.wasmtime_val_t")
        compiled = kernels.Kernels()
    assert isinstance(compiled._functions["take"], partial)
    with compiled.blocks(np.arange(3), 100) as (address, _):
        assert compiled.view(address, 3, np.int64).tolist() == [0, 1, 2]
    compiled.close()


def test_a_fault_in_a_kernel_is_an_exception() -> None:
    compiled = kernels.Kernels()
    with pytest.raises(wasmtime.Trap, match="out of bounds"):
        compiled.call("cut_places", 1 << 31, 1 << 31, 5, 0, 0, 0)
    assert compiled.take(100) > 0
    compiled.close()


def test_a_full_memory_is_an_error() -> None:
    compiled = kernels.load()
    assert compiled is not None
    with pytest.raises(MemoryError, match="no room for 3,000,000,000 bytes more"):
        compiled.take(3_000_000_000)


pieces_of_patterns = st.sampled_from(["a*", "*b", "?b", "ab", "*a*", "b", "c?b", "a*c"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["ab", "abc", "b", "bab", "cab", "ab. Ba", "cb.\n\nAb"])).map(" ".join)),
    st.lists(st.lists(pieces_of_patterns, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=9),
)
def test_patterns_are_found_alike(given_texts: list[str], patterns: list[str]) -> None:
    def look() -> list[list[int]]:
        kept = PatternSet(patterns)  # two corpora, so that its tables grow
        return [
            column.tolist() for some in (given_texts[:1], given_texts) for column in find(cutting.tokenise(some), kept)
        ]

    compiled, plain = both_ways(look)
    assert compiled == plain


def test_more_matches_than_there_was_room_for() -> None:
    matches = find(cutting.tokenise(["ab " * 3000]), ["a*", "*b", "ab", "?b", "ab *b"])
    assert np.bincount(matches.pattern).tolist() == [3000, 3000, 3000, 3000, 2999]


def test_copies_of_tables_of_another_width_do_not_share_memory() -> None:
    compiled = kernels.load()
    assert compiled is not None
    narrow, wide = np.full((3000, 1), 1, np.int64), np.full((3000, 7), 7, np.int64)
    owners = [_Owner() for _ in range(4)]
    for owner, table in zip(owners, (narrow, wide, narrow, wide), strict=True):
        compiled.mirrored("a test", owner, table)
    first = compiled.mirrored("another test", owners[0], narrow)
    second = compiled.mirrored("a test", owners[3], wide)
    assert (compiled.view(first, narrow.shape, np.int64) == 1).all()
    assert (compiled.view(second, wide.shape, np.int64) == 7).all()
    blocks = [compiled.take(wide.nbytes) for _ in range(3)]
    for block in blocks:
        compiled.put(block, np.zeros(wide.shape, np.int64))
    assert (compiled.view(second, wide.shape, np.int64) == 7).all()
    for block in blocks:
        compiled.give(block, wide.nbytes)


def test_a_copy_that_could_not_grow_is_made_anew() -> None:
    compiled = kernels.Kernels()
    owner, small, large = _Owner(), np.full(1000, 1, np.int64), np.full(9000, 2, np.int64)
    compiled.mirrored("a test", owner, small)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "take", _full)
        with pytest.raises(MemoryError):
            compiled.mirrored("a test", owner, large)
    size = 2 * small.nbytes  # of the copy
    block = compiled.take(size)
    compiled.mirrored("a test", owner, large)
    assert len({block, *(compiled.take(size) for _ in range(2))}) == 3
    compiled.close()


def _full(size: int) -> int:
    raise MemoryError(size)


class _Owner:
    pass
