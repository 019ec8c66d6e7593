"""Reading and checking codebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import CodebookError, OptionError
from analysis.measures.codebook import Codebook, Frame, read_codebook
from analysis.text.cues import compile_cue
from analysis.text.patterns import compile_pattern
from tests.shared import shared

if TYPE_CHECKING:
    from collections.abc import Callable

BOOKS = Path(__file__).parent.parent / "data" / "codebooks"


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return the message of reading a file with this content."""
    monkeypatch.chdir(tmp_path)

    def read(content: str | bytes, name: str = "bad.yaml") -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(CodebookError) as raised:
            read_codebook(name)
        return str(raised.value)

    return read


def cues(codebook: Codebook) -> dict[str, tuple[str, ...]]:
    return {frame.name: frame.cues for frame in codebook.frames}


def test_a_codebook_is_read_as_written() -> None:
    codebook = read_codebook(BOOKS / "harbour.yaml")
    assert codebook == Codebook(
        name="harbour",
        version="2",
        language="en",
        source="Written for the tests",
        description="Two frames.",
        frames=(
            Frame(
                "fire",
                # a plain `no` is a word, not YAML's false
                cues=("fire*", "blaze", "war of words", "words", "no"),
                exceptions=("fire department", "*-fire sale"),
                question="Is something burning?",
                source="nobody",
                rationale="To have one.",
            ),
            Frame("money", cues=("tax * plan", "Tax*", "don’t pay")),
        ),
    )
    assert codebook.notes == ()
    assert repr(codebook) == "<Codebook 'harbour': 2 frames, 8 cues>"


def test_every_problem_of_a_file_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BOOKS)
    with pytest.raises(CodebookError) as raised:
        read_codebook("broken.yaml")
    assert str(raised.value).splitlines() == [
        (
            "broken.yaml, line 1: unknown key 'nam' in the codebook. "
            "Its keys are name, version, language, source, description, frames."
        ),
        "broken.yaml, line 1: the codebook has no name. Add a line such as 'name: energy'.",
        "broken.yaml, line 2: 'language' must be text; got a list.",
        "broken.yaml, line 4: frame 'fire' has no cues. Add a list of words and phrases.",
        "broken.yaml, line 5: 'question' of frame 'fire' must be text; got nothing.",
        (
            "broken.yaml, line 6: unknown key 'cue' in frame 'fire'. "
            "Its keys are question, source, rationale, cues, except."
        ),
        "broken.yaml, line 7: the frame 'fire' stands twice, first in line 4 (capitals do not count).",
        "broken.yaml, line 10: the cue 'Blaze' of frame 'fire' repeats 'blaze' in line 9. Take one out.",
        (
            "broken.yaml, line 11: the cue '*' of frame 'fire' has no letter or digit. "
            "Write a word, a phrase or the beginning of a word, such as 'clash*'."
        ),
        (
            "broken.yaml, line 12: the cue 'tax *' of frame 'fire' begins or ends with a lone '*'. "
            "Take it off: it stands for any word."
        ),
        (
            "broken.yaml, line 13: a cue of frame 'fire' must be text; got a list. "
            "Put it in quotation marks if it is a word or a phrase."
        ),
        (
            "broken.yaml, line 14: the cue '[bc]old' of frame 'fire' has the sign '['. "
            "A cue is words with the wildcards '*' and '?', not a regular expression."
        ),
        "broken.yaml, line 15: the cue '' of frame 'fire' is empty.",
        "broken.yaml, line 16: 'except' of frame 'fire' must be a list of words and phrases; got text.",
        "broken.yaml, line 18: 'cues' of frame 'money' is an empty list. Add a word or a phrase.",
        "broken.yaml, line 19: the key 'cues' of frame 'money' stands twice, first in line 18.",
        "broken.yaml, line 21: the cue 'Two Words' of frame 'mixed' repeats 'two  words' in line 21. Take one out.",
        "broken.yaml, line 21: the cue 'don’t' of frame 'mixed' repeats \"don't\" in line 21. Take one out.",
        "broken.yaml, line 22: the exception \"don't\" of frame 'mixed' repeats \"don't\" in line 21. Take one out.",
        "broken.yaml, line 23: frame 'words' must be a mapping with question and cues; got text.",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "bad.yaml: is empty. A codebook has a name and frames with cues."),
        (" \n\n", "bad.yaml: is empty. A codebook has a name and frames with cues."),
        ("- a\n- b", "bad.yaml, line 1: a codebook must be a mapping with name and frames; got a list."),
        ("only words", "bad.yaml, line 1: a codebook must be a mapping with name and frames; got text."),
        ("# only this", "bad.yaml, line 1: a codebook must be a mapping with name and frames; got nothing."),
        ("name: x", "bad.yaml, line 1: the codebook has no frames. Add 'frames:' with a name and cues for each."),
        ("name: x\nframes: {}", "bad.yaml, line 2: 'frames' is empty. Add a frame with cues."),
        ("name: x\nframes: [a]", "bad.yaml, line 2: 'frames' must be a mapping of frame names; got a list."),
        ("name: ''\nframes: {a: {cues: [b]}}", "bad.yaml, line 1: 'name' is empty."),
        ("name: x\nframes: {'': {cues: [b]}}", "bad.yaml, line 2: a frame has no name."),
        (
            "name: x\nframes: {a: {cues: [b]}, A: {cues: [b]}}",
            "bad.yaml, line 2: the frame 'A' stands twice, first in line 2 (capitals do not count).",
        ),
        (
            "fire:\n  question: Where?\n  cues: [fire]",
            (
                "bad.yaml, line 1: unknown key 'fire' in the codebook. "
                "Its keys are name, version, language, source, description, frames.\n"
                "bad.yaml, line 1: the codebook has no name. Add a line such as 'name: energy'.\n"
                "bad.yaml, line 1: the codebook has no frames. Add 'frames:' with a name and cues for each."
            ),
        ),
        (
            "name: x\nframes:\n  f:\n    cues:\n      - fire: hot\n      -",
            (
                "bad.yaml, line 5: a cue of frame 'f' must be text; got a mapping. "
                "Put it in quotation marks if it is a word or a phrase.\n"
                "bad.yaml, line 6: a cue of frame 'f' must be text; got nothing. "
                "Put it in quotation marks if it is a word or a phrase."
            ),
        ),
        (
            "name: x\nframes:\n  f: {cues: [a], except: [[b], '?!']}",
            (
                "bad.yaml, line 3: an exception of frame 'f' must be text; got a list. "
                "Put it in quotation marks if it is a word or a phrase.\n"
                "bad.yaml, line 3: the exception '?!' of frame 'f' has no letter or digit. "
                "Write a word, a phrase or the beginning of a word, such as 'clash*'."
            ),
        ),
        (
            "name: x\nframes:\n  f:\n    cues: [*gate]",
            (
                "bad.yaml, line 4: '*gate' without quotation marks is an alias in YAML, which a codebook cannot have. "
                'For a cue write "*gate".'
            ),
        ),
        (
            "name: x\nframes:\n  f:\n    cues:\n      - * gate",
            (
                "bad.yaml, line 5: is not valid YAML: while scanning an alias did not find expected alphabetic or "
                "numeric character. A cue that begins with '*' needs quotation marks."
            ),
        ),
        (
            "name: x\nframes:\n\tf: a",
            (
                "bad.yaml, line 3: is not valid YAML: while scanning for the next token found character that cannot "
                "start any token. Indent with spaces, not tabs; put cues with signs in quotation marks."
            ),
        ),
        (
            "name: a: b",
            (
                "bad.yaml, line 1: is not valid YAML: mapping values are not allowed in this context. "
                "Put text that has ': ' in it in quotation marks."
            ),
        ),
        (
            (
                "name: x\nframes:\n  f:\n    cues:\n"
                "      - tax NEAR/5 cut\n      - Cut NEAR/5 tax\n      - tax NEAR/4 cut\n      - tax NEAR cut\n"
                "      - tax NEAR/51 cut\n      - tax NEAR/x cut\n      - NEAR/5 cut\n      - tax NEAR/5\n"
                "      - a NEAR/5 b NEAR/5 c\n      - tax near/5 cut\n      - tax NEAR/5 $\n      - tax * NEAR/5 cut\n"
                "      - fire NOT\n      - NOT fire\n      - a NOT NOT b\n      - a* NOT *\n      - tax NOT tax cut\n"
                "      - tax NOT cut NEAR/y tax\n    except: [tax cut NOT big tax cut, cut NEAR/4 tax]"
            ),
            (
                "bad.yaml, line 6: the cue 'Cut NEAR/5 tax' of frame 'f' repeats 'tax NEAR/5 cut' in line 5. "
                "Take one out.\n"
                "bad.yaml, line 8: the cue 'tax NEAR cut' of frame 'f' has 'NEAR'. "
                "Write the most words between: 'tax NEAR/5 cut', from 0 to 50.\n"
                "bad.yaml, line 9: the cue 'tax NEAR/51 cut' of frame 'f' has 'NEAR/51'. "
                "Write the most words between: 'tax NEAR/5 cut', from 0 to 50.\n"
                "bad.yaml, line 10: the cue 'tax NEAR/x cut' of frame 'f' has 'NEAR/x'. "
                "Write the most words between: 'tax NEAR/5 cut', from 0 to 50.\n"
                "bad.yaml, line 11: the cue 'NEAR/5 cut' of frame 'f' has nothing before 'NEAR/5'. "
                "Write 'tax NEAR/5 cut'.\n"
                "bad.yaml, line 12: the cue 'tax NEAR/5' of frame 'f' has nothing after 'NEAR/5'. "
                "Write 'tax NEAR/5 cut'.\n"
                "bad.yaml, line 13: the cue 'a NEAR/5 b NEAR/5 c' of frame 'f' has two 'NEAR'. "
                "A window has two sides: 'tax NEAR/5 cut'.\n"
                "bad.yaml, line 14: the cue 'tax near/5 cut' of frame 'f' has 'near/' in small letters. "
                "Write it in capitals: 'tax NEAR/5 cut'.\n"
                "bad.yaml, line 15: the cue 'tax NEAR/5 $' of frame 'f' has no letter or digit. "
                "Write a word, a phrase or the beginning of a word, such as 'clash*'.\n"
                "bad.yaml, line 16: the cue 'tax * NEAR/5 cut' of frame 'f' begins or ends with a lone '*'. "
                "Take it off: it stands for any word.\n"
                "bad.yaml, line 17: the cue 'fire NOT' of frame 'f' has a 'NOT' with nothing before or after it. "
                "Write 'fire* NOT fire department'.\n"
                "bad.yaml, line 18: the cue 'NOT fire' of frame 'f' has a 'NOT' with nothing before or after it. "
                "Write 'fire* NOT fire department'.\n"
                "bad.yaml, line 19: the cue 'a NOT NOT b' of frame 'f' has a 'NOT' with nothing before or after it. "
                "Write 'fire* NOT fire department'.\n"
                "bad.yaml, line 20: the cue 'a* NOT *' of frame 'f' has no letter or digit. "
                "Write a word, a phrase or the beginning of a word, such as 'clash*'.\n"
                "bad.yaml, line 22: the cue 'tax NOT cut NEAR/y tax' of frame 'f' has 'NEAR/y'. "
                "Write the most words between: 'tax NEAR/5 cut', from 0 to 50.\n"
                "bad.yaml, line 23: the exception 'tax cut NOT big tax cut' of frame 'f' has a 'NOT', "
                "which only a cue can have.\n"
                "bad.yaml, line 23: the exception 'cut NEAR/4 tax' of frame 'f' repeats 'tax NEAR/4 cut' in line 7. "
                "Take one out."
            ),
        ),
        ("? [a]\n: b", "bad.yaml, line 1: a key must be text; got a list."),
        (
            "name: x\n---\nname: y",
            "bad.yaml, line 3: a second document begins. A codebook is one document: take '---' out.",
        ),
        (
            "name: x\nframes: !!python/object/apply:os.system [ls]",
            (
                "bad.yaml, line 2: has the tag 'tag:yaml.org,2002:python/object/apply:os.system'. "
                "A codebook holds only text: take the tag out."
            ),
        ),
        ("[" * 100_000, "bad.yaml, line 1: is nested more than 20 levels deep."),
        ("name: x\nframes: a\x07b", "bad.yaml, line 2: has the control character '\\x07'. Take it out."),
        (b"name: x\nframes: caf\xe9", "bad.yaml, line 2: is not UTF-8 text (byte 0xe9). Save the file as UTF-8."),
        ("name: x".encode("utf-16"), "bad.yaml: is UTF-16 text. Save it as UTF-8."),
        (b"\x89PNG\x00\x01", "bad.yaml: is a binary file, not a codebook."),
    ],
)
def test_a_bad_file(problems: Callable[..., str], content: str | bytes, message: str) -> None:
    assert problems(content) == message


def test_a_file_that_would_grow_a_billionfold_is_refused(problems: Callable[..., str]) -> None:
    levels = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    message = problems(f"a0: &a0 [ha]\n{levels}frames: *a9\n").splitlines()
    assert message[0] == (
        "bad.yaml, line 2: '*a0' without quotation marks is an alias in YAML, which a codebook cannot have. "
        'For a cue write "*a0".'
    )
    assert len(message) == 91


def test_only_the_first_hundred_problems_are_listed(problems: Callable[..., str]) -> None:
    message = problems("name: x\nframes:\n  f:\n    cues:\n" + "      - tax\n" * 1200).splitlines()
    assert message[0] == "bad.yaml, line 6: the cue 'tax' of frame 'f' repeats 'tax' in line 5. Take one out."
    assert message[-1] == "bad.yaml: and 1,099 more problems."
    assert len(message) == 101


def test_what_is_not_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CodebookError) as raised:
        read_codebook("genric")
    assert str(raised.value) == (
        "genric: there is no such file, and no codebook of the kit has this name. "
        "Give the path of a file or one of 'entman', 'generic', 'loaded', 'morality', 'policy'."
    )
    Path("books").mkdir()
    with pytest.raises(CodebookError) as raised:
        read_codebook(Path("books"))
    assert str(raised.value) == "books: is a folder. Give the path of one codebook file."
    with pytest.raises(OptionError) as option:
        read_codebook(7)  # type: ignore[arg-type]
    assert str(option.value) == "`path` must be the name of a codebook or a file; got 7."


def test_a_codebook_from_a_dictionary() -> None:
    codebook = Codebook.from_dict(
        {"fire": ["fire*"], "money": {"question": "Cash?", "cues": ("tax",), "except": ["tax office"]}},
        name="mine",
        language="en",
    )
    assert codebook.frames == (Frame("fire", ("fire*",)), Frame("money", ("tax",), ("tax office",), "Cash?"))
    with pytest.raises(CodebookError) as raised:
        Codebook.from_dict({"a": ["x", "X"], "b": [3], "c": "word", "d": {"cue": []}}, name="mine")  # type: ignore[list-item]
    assert str(raised.value).splitlines() == [
        "codebook 'mine': the cue 'X' of frame 'a' repeats 'x'. Take one out.",
        (
            "codebook 'mine': a cue of frame 'b' must be text; got int. "
            "Put it in quotation marks if it is a word or a phrase."
        ),
        "codebook 'mine': frame 'c' must be a mapping with question and cues; got text.",
        "codebook 'mine': unknown key 'cue' in frame 'd'. Its keys are question, source, rationale, cues, except.",
        "codebook 'mine': frame 'd' has no cues. Add a list of words and phrases.",
    ]
    with pytest.raises(CodebookError) as raised:
        Codebook.from_dict(["a"], name="mine")  # type: ignore[arg-type]
    assert str(raised.value) == "codebook 'mine': frames must be a dictionary of names and cues; got a list."


WORD = st.text(st.characters(categories=["Ll", "Lu", "Nd"], include_characters="'-: #&*"), min_size=1, max_size=12)


def _is_cue(word: str) -> bool:
    try:
        return bool(compile_pattern(word))
    except OptionError:
        return False


@given(
    st.dictionaries(
        st.text("abcXYZ 0-", min_size=1).filter(str.strip),
        st.lists(WORD.filter(_is_cue), min_size=1, unique_by=lambda word: compile_pattern(word).parts),
        min_size=1,
    ),
    st.text("aB: '\"#é", min_size=1).filter(str.strip),
)
def test_what_is_written_is_read_back(frames: dict[str, list[str]], question: str) -> None:
    import tempfile

    unique = {name.strip().lower(): words for name, words in frames.items()}
    first, *_ = unique
    full = {name: {"cues": words} | ({"question": question} if name == first else {}) for name, words in unique.items()}
    codebook = Codebook.from_dict(full, name="it", language="en", version="1.0")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "it.yaml"
        path.write_text(codebook.to_yaml(), encoding="utf-8")
        assert read_codebook(path) == codebook


def test_a_codebook_in_a_notebook_is_escaped() -> None:
    codebook = Codebook.from_dict(
        {"<b>": {"question": "<script>", "cues": ["tax"], "except": ["tax & pay"]}}, name="<i>", source="<u>"
    )
    assert codebook._repr_html_() == (
        "<p><strong>Codebook &lt;i&gt;</strong> &lt;u&gt;</p><table><thead><tr><th>frame</th><th>question</th>"
        "<th>number of cues</th><th>cues</th><th>except</th></tr></thead><tbody><tr><th>&lt;b&gt;</th>"
        "<td>&lt;script&gt;</td><td>1</td><td>tax</td><td>tax &amp; pay</td></tr></tbody></table>"
    )


def test_the_generic_codebook() -> None:
    codebook = read_codebook("generic")
    names = ["conflict", "human_interest", "economic", "morality", "responsibility", "resolution"]
    assert [frame.name for frame in codebook.frames] == names
    for frame in codebook.frames:
        assert len(frame.cues) >= 100
        assert frame.exceptions
        assert frame.question.endswith("?")
        assert frame.source
        assert frame.rationale
        assert any("*" in cue for cue in frame.cues)
        assert any(" " in cue for cue in frame.cues)
    assert read_codebook("generic") is codebook


def test_a_long_list_of_cues(problems: Callable[..., str]) -> None:
    cues = "".join(
        f"      - w{i}x* NEAR/3 v\n" if i % 9 == 0 else f"      - wx{'y' * (i % 7)}{i}*\n" for i in range(100_000)
    )
    message = problems(f"name: long\nframes:\n  f:\n    cues:\n{cues}      - WXY1*\n      - '*'")
    assert message == (
        "bad.yaml, line 100005: the cue 'WXY1*' of frame 'f' repeats 'wxy1*' in line 6. Take one out.\n"
        "bad.yaml, line 100006: the cue '*' of frame 'f' has no letter or digit. "
        "Write a word, a phrase or the beginning of a word, such as 'clash*'."
    )


# Dictionaries of other programs


def test_liwc_2007() -> None:
    codebook = read_codebook(BOOKS / "liwc2007.dic")
    assert codebook.name == "liwc2007"
    assert cues(codebook) == {
        "posemo": ("happy", "kind", "like", "a lot"),
        "negemo": ("hate*", "sad", "not good"),
        "anger": ("hate*", "not good"),
    }
    assert codebook.notes == (
        "line 9: the condition '<of>131/125' of 'kind' was left out",
        "line 10: the condition '(02 134)125/464' of 'like' was left out",
        "line 10: the condition '(02 134)126' of 'like' was left out",
        "line 11: the entry ':)' of 'posemo' was left out: it has no letter or digit",
    )


def test_liwc_2015_has_categories_in_categories() -> None:
    codebook = read_codebook(BOOKS / "liwc2015.dic")
    assert cues(codebook) == {
        "function (Function Words)": ("i", "the"),
        "function (Function Words).pronoun (Pronouns)": ("i",),
        "function (Function Words).pronoun (Pronouns).i (I)": ("i",),
        "function (Function Words).article (Articles)": ("the",),
        "affect (Affect)": ("happ*",),
    }
    assert codebook.notes == ("the category 'empty (Empty)' was left out: it has no words",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "happy\t1",
            (
                "bad.dic, line 1: a LIWC dictionary begins with a line '%', then its numbered categories, "
                "then a second line '%'."
            ),
        ),
        (
            "\n%\n1\tposemo\nhappy\t1",
            (
                "bad.dic, line 2: a LIWC dictionary begins with a line '%', then its numbered categories, "
                "then a second line '%'."
            ),
        ),
        (
            "%\nposemo\n2\ta\n2\tb\n3\ta\n%\nhappy\t2\tx\n\nsad\t9\nlost",
            (
                "bad.dic, line 2: 'posemo' is not a category: write its number, a tab and its name.\n"
                "bad.dic, line 4: the category number 2 stands twice: 'a' and 'b'.\n"
                "bad.dic, line 5: the category 'a' stands twice.\n"
                "bad.dic, line 7: 'x' after the word 'happy' is not a category number.\n"
                "bad.dic, line 9: the word 'sad' is in category 9, which the file does not name.\n"
                "bad.dic, line 10: the word 'lost' has no category number."
            ),
        ),
        ("%\n1\ta\n%\n", "bad.dic: has no category with words."),
    ],
)
def test_a_bad_liwc_dictionary(problems: Callable[..., str], content: str, message: str) -> None:
    assert problems(content, "bad.dic") == message


def test_a_liwc_dictionary_in_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "old.dic"
    path.write_bytes(b"%\n1\tfood\n%\ncaf\xe9\t1\n")
    codebook = read_codebook(path)
    assert cues(codebook) == {"food": ("café",)}
    assert codebook.notes == ("the file is not UTF-8 (line 4) and was read as Windows-1252",)


def test_lexicoder_3() -> None:
    codebook = read_codebook(BOOKS / "small.lc3")
    assert cues(codebook) == {"NEGATIVE": ("ABANDON*", "a lie"), "POSITIVE": ("able",)}
    assert codebook.notes == (
        "line 7: the entry 'ABLE' of 'POSITIVE' was left out: it repeats 'able'",
        "line 8: the entry 'Able' of 'POSITIVE' was left out: it repeats 'able'",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("good\n", "bad.lc3, line 1: the word 'good' stands in no category: begin with a line such as '+NEGATIVE'."),
        (
            "+A\ngood\n+\nbad\n+A\n",
            (
                "bad.lc3, line 3: a category has no name: write '+' and its name.\n"
                "bad.lc3, line 5: the category 'A' stands twice."
            ),
        ),
    ],
)
def test_a_bad_lexicoder_dictionary(problems: Callable[..., str], content: str, message: str) -> None:
    assert problems(content, "bad.lc3") == message


def test_lexicoder_2() -> None:
    codebook = read_codebook(BOOKS / "small.lcd")
    assert codebook.name == "policy"
    assert cues(codebook) == {"economy": ("tax", "jobs & pay"), "rights": ("vote*",)}
    assert codebook.notes == ("Lexicoder 2 finds entries inside longer words too; here each is a whole word or phrase",)


def test_yoshikoder() -> None:
    codebook = read_codebook(BOOKS / "small.ykd")
    assert codebook.name == "Laver"
    assert cues(codebook) == {"ECONOMY": ("café*",), "ECONOMY.MORE": ("tax*",), "LAW": ("judge",)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "<?xml version='1.0'?>\n<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n<dictionary>&b;</dictionary>",
            "bad.lcd, line 2: has a document type declaration. Take '<!DOCTYPE …>' out.",
        ),
        (
            "<dictionary>\n<cnode name='a'><pnode name='x'/>\n</dictionary>",
            "bad.lcd, line 3: is not valid XML: mismatched tag.",
        ),
        ("<html></html>", "bad.lcd, line 1: has no <cnode name='…'> with <pnode name='…'/>."),
        (
            "<dictionary patternengine='regexp'>\n<pnode name='a'/>\n<cnode><pnode/></cnode></dictionary>",
            (
                "bad.lcd, line 1: holds regular expressions; a cue is words with the wildcards '*' and '?'.\n"
                "bad.lcd, line 2: the word 'a' stands in no category.\n"
                "bad.lcd, line 3: <cnode> has no name.\n"
                "bad.lcd, line 3: <pnode> has no name."
            ),
        ),
        ("<cnode name='a'>" * 9999, "bad.lcd, line 1: is nested more than 20 levels deep."),
        ("<dictionary><cnode name='a'/></dictionary>", "bad.lcd: has no category with words."),
    ],
)
def test_a_bad_xml_dictionary(problems: Callable[..., str], content: str, message: str) -> None:
    assert problems(content, "bad.lcd") == message


def test_quanteda() -> None:
    codebook = read_codebook(BOOKS / "quanteda.yml")
    assert cues(codebook) == {
        "EUROPE.NORTH.SE": ("Sweden", "swed*", "Stockholm"),
        "EUROPE.NORTH.NO": ("Norway",),
        "EUROPE": ("europe*",),
        "ASIA.JP": ("japan*", "tokyo", "no"),
    }
    assert codebook.notes == ("the category 'EMPTY' was left out: it has no words",)


def test_a_bad_quanteda_dictionary(problems: Callable[..., str]) -> None:
    assert problems("A:\n  B: x\n  B: y\nC: [[a]]\n'': z\n", "bad.yml") == (
        "bad.yml, line 3: the category 'A.B' stands twice, first in line 2.\n"
        "bad.yml, line 4: an entry of category 'C' must be text or a category; got a list.\n"
        "bad.yml, line 5: the word 'z' stands in no category."
    )


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("liwc2007.dic", ["posemo", "negemo", "anger"]),
        ("small.lc3", ["NEGATIVE", "POSITIVE"]),
        ("small.lcd", ["economy", "rights"]),
        ("harbour.yaml", ["fire", "money"]),
    ],
)
def test_an_unknown_ending_is_told_by_the_content(tmp_path: Path, source: str, names: list[str]) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(b"\xef\xbb\xbf" + (BOOKS / source).read_bytes())
    assert [frame.name for frame in read_codebook(path).frames] == names


@pytest.mark.shared
def test_the_codebook_of_the_benchmark_is_read() -> None:
    codebook = read_codebook(shared("bench/codebook30.json"))
    assert [len(frame.cues) for frame in codebook.frames] == [50] * 30
    assert codebook.notes == ()


def test_words_in_capitals_of_another_program_are_no_operators(tmp_path: Path) -> None:
    file = tmp_path / "capitals.lc3"
    file.write_text("+NEGATIVE\nIS NOT GOOD\nNEAR/5 MISS\nNEAR MISS\nNOTABLE\n", encoding="utf-8")
    codebook = read_codebook(file)
    assert cues(codebook) == {"NEGATIVE": ("IS not GOOD", "near/5 MISS", "near MISS", "NOTABLE")}
    for cue in codebook.frames[0].cues:
        assert compile_cue(cue).search == compile_pattern(cue)
