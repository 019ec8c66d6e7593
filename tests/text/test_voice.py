"""Quoted speech: the marks of many styles, what is not speech, hostile texts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.text.voice import quotations, quoted_spans


def speech(text: str) -> list[str]:
    """What counts as quoted voice."""
    spans = quoted_spans([text])
    return [text[start:end] for start, end in zip(spans.start, spans.end, strict=True)]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(found.kind, text[found.start : found.end]) for found in quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will go,” he said. “We stay.”", ["We will go,", "We stay."]),
        ('"We will go," he said. "We stay."', ["We will go,", "We stay."]),
        ("‘We will go,’ he said. ‘We stay.’", ["We will go,", "We stay."]),
        ("'We will go,' he said. 'We stay.'", ["We will go,", "We stay."]),
        ("``We go,'' he said. ''We stay,'' she said.", ["We go,", "We stay,"]),
        ("‘‘We go,’’ he said.", ["We go,"]),
        ("He said: « Nous partons. »", [" Nous partons. "]),
        ("He said: ‹We go.›", ["We go."]),
        ("He said: »We go.«", ["We go."]),
        ("He said: „We go.“ And he went.", ["We go."]),
        ("He said: „We go.” And he went.", ["We go."]),
        ('“We go," he said. "We stay.”', ["We go,", "We stay."]),
        ("”We go,” he said.", ["We go,"]),
        ("She called it “a real step forward for us“.", ["a real step forward for us"]),
        ("“We go,″ he said.", ["We go,"]),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)
def test_marks_of_every_style(text: str, expected: list[str]) -> None:
    assert speech(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # over sentences
        ('"It rained. It snowed! Did it stop?" she asked.', ["It rained. It snowed! Did it stop?"]),
        # split by its tag
        ('"We go," said Ann Lee, "and they stay."', ["We go,", "and they stay."]),
        # a fragment worked into a sentence
        ('He called it "a disaster for the city" on Monday.', ["a disaster for the city"]),
        ('Critics described the plan as "weak" and "late".', ["weak", "late"]),
        ("They called the man “mad”, “bad” and a “Bully”.", ["mad", "bad", "Bully"]),
        # headlines and what stands in capitals
        ("Trade deal 'close to the end'\n\nThe town slept.", ["close to the end"]),
        ("He left.\n\n‘THINGS COULD SPIRAL’\n\nShe left.", ["THINGS COULD SPIRAL"]),
        # a tag and a short answer
        ("Asked if he would go, he said: “No.”", ["No."]),
        ("“Never,” Mr. Hale said.", ["Never,"]),
        # dashes and brackets beside the marks
        ("He said—“we go”—and left (“we stay,” she said).", ["we go", "we stay,"]),
        ('"But I thought—" he said.', ["But I thought—"]),
        ('He said: "…and then we left."', ["…and then we left."]),
        # a space on the wrong side
        ('"We go , " he said. " We stay , " she said.', ["We go , ", " We stay , "]),
        ('He said" We are going," she added.', [" We are going,"]),
        (
            'It ended." They send money for a reason," he said. "They do."',
            [" They send money for a reason,", "They do."],
        ),
    ],
)
def test_speech_in_sentences(text: str, expected: list[str]) -> None:
    assert speech(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over.“We go,” he said.“We stay.”But no.", ["We go,", "We stay."]),
        ('over."We go," he said."We stay."But no.', ["We go,", "We stay."]),
        ('He said: "We go.""We stay," she said.', ["We go.", "We stay,"]),
        ("over.'We go,' he said.'We stay,' she said.", ["We go,", "We stay,"]),
        ("He said: 'We go.''We stay,' she said.", ["We go.", "We stay,"]),
        ("He said: “We left early.“Then we came back,” she said.", ["We left early.", "Then we came back,"]),
        ('He said: "We left early."Then we came back," she said.', ["We left early.", "Then we came back,"]),
        ('""We go,"" he said.', ["We go,"]),
    ],
)
def test_marks_glued_to_words(text: str, expected: list[str]) -> None:
    assert speech(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "He said: ‘They called it “a disaster” on the radio,’ and left.",
            [("speech", "They called it “a disaster” on the radio,"), ("nested", "a disaster")],
        ),
        (
            "He said: “They called it ‘a disaster’ on the radio,” and left.",
            [("speech", "They called it ‘a disaster’ on the radio,"), ("nested", "a disaster")],
        ),
        ("“‘Go,’ he told me,” she said.", [("speech", "‘Go,’ he told me,"), ("nested", "Go,")]),
        ("He said: '\"Go away,\" she told me.'", [("speech", '"Go away," she told me.'), ("nested", "Go away,")]),
        (
            '"Taxes rose with the "Cliff" deal. They did," Ryan said.',
            [("speech", 'Taxes rose with the "Cliff" deal. They did,'), ("nested", "Cliff")],
        ),
    ],
)
def test_nested(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“It was long.\n\n“We left early.\n\n“Then we came back,” she said.",
        '"It was long.\n\n"We left early.\n\n"Then we came back," she said.',
        '"It was long.\r\n\r\n"We left early.\r\n\r\n"Then we came back," she said.',
        "‘It was long.\n\n‘We left early.\n\n‘Then we came back,’ she said.",
        "« It was long.\n\n« We left early.\n\n« Then we came back, » she said.",
        "“It was long. “We left early. “Then we came back,” she said.",  # paragraphs joined by a space
        "“It was long.\n\nWe left early.\n\nThen we came back,” she said.",  # no new marks
    ],
)
def test_one_quotation_over_paragraphs(text: str) -> None:
    found = quotations(text)
    assert [text[part.start : part.end].strip() for part in found] == [
        "It was long.",
        "We left early.",
        "Then we came back,",
    ]
    assert {part.kind for part in found} == {"speech"}
    assert len({part.group for part in found}) == 1
    assert [part.closed for part in found] == [False, False, True]


def test_a_new_quotation_in_the_next_paragraph_is_a_group_of_its_own() -> None:
    first, second = quotations("“We go,” he said.\n\n“We stay,” she said.")
    assert first.group != second.group


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # cut at the tag
        ('"It is here, he said. "It is not at all."\n\nThe town slept.', ["It is here,", "It is not at all."]),
        ('"It is here, said Ann Lee.\n\nThe town slept.', ["It is here,"]),
        # else at the end of the paragraph
        ("He added: “It is here. It stays.\n\nThe town slept. “Go,” she said.", ["It is here. It stays.", "Go,"]),
        # a long paragraph: only its first sentence
        ("He added: “It is here. " + "The town slept. " * 200, ["It is here."]),
        # a fragment: its sentence
        ("It was based on a “false story. The town slept.\n\nHe left.", ["false story."]),
        # no tag but a part of the story
        (
            "“When we were there, he said that it rained.\n\n“We left.”",
            ["When we were there, he said that it rained.", "We left."],
        ),
        # a name
        ('It met Wild 2 (known as "Wild 2) in space in the year when "all was well," he said.', ["all was well,"]),
        # no opening mark
        ('The rain stopped.\n\nThis is good for us," he said.', ["This is good for us,"]),
        ('He left.\n\nThis was good for us."\n\nShe left.', ["This was good for us."]),
        ("A ship came in.” He left.", []),
    ],
)
def test_missing_marks(text: str, expected: list[str]) -> None:
    assert speech(text) == expected


def test_hard_wrapped_lines_are_no_paragraphs() -> None:
    text = (
        "The mayor said: “It rained\nfor days and nobody of us\ncame to help.” She\nleft the town. He said: “We\nstay.”"
    )
    assert speech(text) == ["It rained\nfor days and nobody of us\ncame to help.", "We\nstay."]


@pytest.mark.parametrize(
    "text",
    [
        "They don't know that it's over; the workers’ rights and James' house.",
        "Rock 'n' roll in the '90s, the ’80s and ’tis so; 'cause nothin' else did.",
        "The board is 6'2\" tall and 12\" wide, and 5' long.",
        "The workers' union met the drivers' union.",
        "It was over by the summer of ‘69 and the winter of ‘70.",
        "",
        "“”",
        '""',
        '" "',
        "'",
        "\0",
    ],
)
def test_apostrophes_and_inches_are_no_quotations(text: str) -> None:
    assert speech(text) == []
    assert all(kind == "scare" for kind, _ in kinds(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said the 12" board "was too long for us".', ["was too long for us"]),
        ('"The board is 12" wide," he said.', ['The board is 12" wide,']),
        ("She said: “It’s the ’90s, ’tis so.”", ["It’s the ’90s, ’tis so."]),
        ("'The workers' rights don't come first,' he said.", ["The workers' rights don't come first,"]),
        ("He said: “A\0b is here.”", ["A\0b is here."]),
    ],
)
def test_apostrophes_and_inches_beside_quotations(text: str, expected: list[str]) -> None:
    assert speech(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The so-called “experts” left the town.", "scare"),
        ("The word “fine” has four letters.", "scare"),
        ("A plan known as “cash for cars” began.", "scare"),
        ("That is known as a “Dark pool.” The term is old.", "scare"),
        ("It was the “new normal” for the town.", "scare"),
        ("She played in the film “Dark Water” last year.", "title"),
        ("Her book, “A Life in the Woods,” sold well.", "title"),
        ("William “Mo” Cowan smiled.", "title"),
        ("He was on “Face the Nation” on Sunday.", "title"),
        ("A column headlined “how we all lost the war on the big old river” appeared.", "title"),
        ('<a class="big red thing">here</a>', "scare"),
        ('{"name": "a big red thing"}', "scare"),
        ('Size\n12"\t“14”\n', "scare"),
    ],
)
def test_what_is_no_speech(text: str, kind: str) -> None:
    assert kind in {found for found, _ in kinds(text)}
    assert speech(text) == []


def test_spans_of_many_texts() -> None:
    spans = quoted_spans(["No marks.", "“We go,” he said. “We stay.”", "", 'He said: "Go."'])
    assert spans.article.tolist() == [1, 1, 3]
    assert spans.outer_start.tolist() == [0, 18, 9]
    assert spans.start.tolist() == [1, 19, 10]
    assert spans.end.tolist() == [7, 27, 13]
    assert spans.outer_end.tolist() == [8, 28, 14]


def test_no_texts() -> None:
    assert [column.tolist() for column in quoted_spans([])] == [[], [], [], [], []]


pieces = st.sampled_from(
    [
        *"\"'“”‘’«»‹›„‚`´″",
        *" \n\r.,;:!?-—()=",
        "\n\n",
        "We go",
        "he said",
        "it",
        "6",
        "s",
        "The Book",
        "\0",
        "\ud800",
        "é",
    ]
)
texts = st.lists(pieces, max_size=60).map("".join) | st.text(max_size=80)


@given(texts)
@example("».`(`″\n.″«`—(″'«.“«»‘s″‘")
@example('″(”(″B“"««“-B(')
def test_spans_are_in_order_and_inside(text: str) -> None:
    found = quotations(text)
    assert found == quotations(text)
    reach = 0
    for part in found:
        assert 0 <= part.outer_start <= part.start < part.end <= part.outer_end <= len(text)
        if part.kind == "nested":
            assert part.outer_end <= reach
        else:
            assert part.outer_start >= reach
            reach = part.outer_end


@given(texts)
def test_no_marks_no_spans(text: str) -> None:
    bare = "".join(sign for sign in text if sign not in "\"'“”‘’«»‹›„‟‚‛`´″′＂")
    assert quotations(bare) == []


@given(st.lists(texts, max_size=5))
def test_a_text_does_not_depend_on_the_others(many: list[str]) -> None:
    spans = quoted_spans(many)
    together = list(zip(*(column.tolist() for column in spans), strict=True))
    alone = []
    for number, text in enumerate(many):
        alone += [(number, p.start, p.end, p.outer_start, p.outer_end) for p in quotations(text) if p.kind == "speech"]
    assert together == alone


@pytest.mark.parametrize(
    "unit",
    [
        '"', "'", "“", "”", "‘", "’", "«", "''", "“ ", " ”", '" ', ' "', "a\"b", 'a" "b', "'a ", "a' ", "s' a 'b ",
        "“a\n", '"a\n\n', "\n", "\n ", "a\nb ", "“a.", '"a, he said. ', 'a." B, ', "“‘a ", "\"'", "(\"a ", "a.\"B",
        "’’a", "12\" ", "“ \n", "He said:\n“", "A B C D E F G “", ".\"", "\u2028“", "x\n“y\nz”", "....a",
    ],
)  # fmt: skip
def test_hostile_texts_are_read_to_their_end(unit: str) -> None:
    """Were the time to grow with the square of the length, this would take minutes."""
    text = "“" + unit * 20_000
    assert all(0 <= part.outer_start < part.outer_end <= len(text) for part in quotations(text))
