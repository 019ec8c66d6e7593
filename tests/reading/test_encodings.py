"""Bytes become text without a quotation mark, a dash or a capital being changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.reading.encodings import clean, decode, repair_mojibake

NEWS = "“We’re done,” said Zoë Müller — the mayor’s aide… ‘Never!’ Café, naïve, 3.5–1."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_a_note(encoding: str) -> None:
    assert decode(NEWS.encode(encoding)) == (NEWS, None)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf16_of_both_orders(mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert decode(mark + NEWS.encode(order)) == (NEWS, None)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_noted(order: str) -> None:
    text = "The council met on Tuesday and voted on the library."
    assert decode(text.encode(order)) == (text, f"read as {order.upper()}, which has no byte order mark here")


def test_windows_1252() -> None:
    assert decode(NEWS.encode("cp1252")) == (NEWS, "read as Windows-1252, because it is not UTF-8")


def test_stray_windows_bytes_in_utf8() -> None:
    data = f"{NEWS}\n".encode() * 3 + b"It\x92s over."
    assert decode(data) == (f"{NEWS}\n" * 3 + "It’s over.", "UTF-8 with 1 stray bytes, which were read as Windows-1252")


def test_other_encodings_are_guessed() -> None:
    russian = "Городской совет во вторник проголосовал за закрытие библиотеки на Мельничной улице. " * 5
    text, message = decode(russian.encode("cp1251"))
    assert text == russian
    assert message == "read as cp1251, because it is not UTF-8"


@pytest.mark.parametrize(
    ("named", "written", "text"),
    [
        ("ISO-8859-1", "cp1252", NEWS),
        ("latin1", "latin-1", "Café\x81"),
        ("iso-8859-9", "cp1254", "“Şehir”"),
        ("gb2312", "gb18030", "朱镕基"),
        ("shift_jis", "cp932", "①髙"),
        ("euc-kr", "cp949", "똠방"),
        ("x-unknown", "utf-8", NEWS),
    ],
)
def test_what_a_page_names_is_read_as_browsers_read_it(named: str, written: str, text: str) -> None:
    assert decode(text.encode(written), hint=named) == (text, None)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n1 0 obj", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a zip archive or an Office file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x00\x10" * 20 + b"data" * 20, "20 NUL bytes in its first 120"),
        (b"\x01\x02\x03\x04\x05" * 50, "250 control characters in its first 250 bytes"),
    ],
)
def test_binary_files_are_refused(data: bytes, what: str) -> None:
    with pytest.raises(InputError) as error:
        decode(data)
    assert str(error.value) == f"is not text: {what}. Convert it to text first, or leave it out."


def test_a_few_nul_characters_are_taken_out_and_noted() -> None:
    assert clean("a\0b\0c") == ("abc", [("characters", "2 NUL characters taken out")])


def test_line_ends_become_one() -> None:
    assert clean("a\r\nb\rc\n") == ("a\nb\nc\n", [])


def test_lone_surrogates_are_replaced_and_noted() -> None:
    assert clean("a\ud800b") == ("a\ufffdb", [("characters", "1 lone surrogate replaced by U+FFFD")])


def test_a_split_pair_of_surrogates_is_the_character_it_stood_for() -> None:
    assert clean("\ud83d\ude00 \ud800")[0] == "\U0001f600 \ufffd"


def test_mojibake_is_undone_and_noted() -> None:
    text, notes = clean("“No,” she said.\nIt was the mayorâ€™s idea.")
    assert text == "“No,” she said.\nIt was the mayor’s idea."
    assert notes == [("mojibake", "wrongly decoded characters repaired, first 'â€™' to '’'")]


SAFE = st.text(alphabet="abc ABC\n\"'“”‘’«»„‚–—…éüñßæøåÉ€£©®™½", max_size=80)


@given(SAFE)
def test_no_sound_text_is_changed(text: str) -> None:
    assert clean(text) == (text, [])


@given(SAFE, st.sampled_from(["Ã", "Â", "\ufffd", "São Paulo: SÃO PAULO"]))
def test_ftfy_straightens_no_quotation_mark(text: str, suspect: str) -> None:
    before = f"{text} {suspect} {text}"
    after = repair_mojibake(before)
    straight = [sign for sign in after if sign in "\"'"]
    assert straight == [sign for sign in before if sign in "\"'"]


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except InputError as error:
        assert str(error).startswith("is not text")  # noqa: PT017 - both outcomes are right
    else:
        clean(text)[0].encode()
