from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import analysis
from analysis.errors import InputError, OptionError
from analysis.inference.coding import _allocated
from analysis.output.sheets import write_table
from analysis.reading.coded import hash_of_gold, read_codes

VARIABLES = {"tone": [-1, 0, 1], "about": ["flood", "money"]}


@pytest.fixture(scope="module")
def corpus() -> analysis.Corpus:
    outlets = ["Gazette"] * 12 + ["Herald"] * 6 + [None] * 2
    texts = [f"Rain fell on day {number}. The bridge held {number} times." for number in range(20)]
    texts[3], texts[19] = "=1+1 is a sum. So it is.", "…"
    ids = [f"{str(outlet).lower()}-{number}" for number, outlet in enumerate(outlets)]
    titles = [f"Day {number}" if number % 2 else None for number in range(20)]
    return analysis.read(pd.DataFrame({"article_id": ids, "outlet": outlets, "title": titles, "text": texts}))


def test_strata_chances_and_coders(corpus: analysis.Corpus):
    drawn = analysis.coding_sample(corpus, n=10, coders=["Ann", "Ben"], by="outlet", overlap=0.4, seed=7)
    strata = drawn.groupby("stratum")[["n_stratum", "n_drawn", "inclusion"]].first()
    assert strata.index.tolist() == ["Gazette", "Herald", "not given"]
    assert strata["n_stratum"].tolist() == [12, 6, 1]  # "…" cannot be coded
    assert strata["n_drawn"].tolist() == [6, 3, 1] == drawn["stratum"].value_counts(sort=False).sort_index().tolist()
    assert strata["inclusion"].tolist() == [0.5, 0.5, 1]
    assert (1 / drawn["inclusion"]).sum() == 19  # the weights add up to what was drawn from
    assert drawn["coders"].value_counts().to_dict() == {"Ann; Ben": 4, "Ann": 3, "Ben": 3}
    assert drawn["article_id"].is_unique
    again = analysis.coding_sample(corpus, n=10, coders=["Ann", "Ben"], by="outlet", overlap=0.4, seed=7)
    pd.testing.assert_frame_equal(drawn, again)
    other = analysis.coding_sample(corpus, n=10, coders=["Ann", "Ben"], by="outlet", overlap=0.4, seed=8)
    assert other["article_id"].tolist() != drawn["article_id"].tolist()


def test_the_sample_is_the_same_whatever_the_order_of_the_articles(corpus: analysis.Corpus):
    turned = analysis.Corpus(corpus.articles.iloc[::-1])
    for unit in ("article", "sentence", "title"):
        drawn, again = (
            analysis.coding_sample(one, n=9, coders=["Ann", "Ben"], unit=unit, by="outlet", seed=3)  # type: ignore[arg-type]
            for one in (corpus, turned)
        )
        pd.testing.assert_frame_equal(drawn, again)


def test_strata_whose_names_would_meet_are_kept_apart():
    about = {"outlet": ["A / B", "A"] * 4, "section": ["C", "B / C"] * 4, "text": [f"Day {n}." for n in range(8)]}
    corpus = analysis.read(pd.DataFrame(about))
    drawn = analysis.coding_sample(corpus, n=4, coders=["Ann"], by=["outlet", "section"])
    assert sorted(drawn["stratum"].unique()) == ['"A / B" / "C"', '"A" / "B / C"']
    assert drawn["n_stratum"].tolist() == [4] * 4
    assert drawn["inclusion"].tolist() == [0.5] * 4
    missing = analysis.read(pd.DataFrame({"outlet": ["not given", None] * 4, "text": about["text"]}))
    drawn = analysis.coding_sample(missing, n=4, coders=["Ann"], by="outlet")
    assert sorted(drawn["stratum"].unique()) == ['"not given"', "not given"]
    plain = analysis.coding_sample(corpus, n=4, coders=["Ann"], by="outlet")
    assert sorted(plain["stratum"].unique()) == ["A", "A / B"]


def test_every_unit_has_the_chance_that_is_recorded(corpus: analysis.Corpus):
    times = pd.Series(0, index=corpus.articles.index)
    for seed in range(50):
        drawn = analysis.coding_sample(corpus, n=7, coders=["A"], by="outlet", allocation="equal", seed=seed)
        times.loc[drawn["article_id"]] += 1
    share = times.groupby(corpus.articles["outlet"].fillna("none")).mean() / 50
    assert drawn.groupby("stratum")["n_drawn"].first().tolist() == [3, 3, 1]
    assert share.round(3).tolist() == [0.25, 0.5, 0.5]  # of two, one has no word
    assert times[:12].between(1, 24).all()  # 12.5 expected, less than four standard deviations


def test_sentences_and_titles(corpus: analysis.Corpus):
    sentences = analysis.coding_sample(corpus, n=38, coders=["Ann"], unit="sentence")
    assert sentences["sentence"].value_counts().to_dict() == {0: 19, 1: 19}
    one = sentences.iloc[0]
    assert one["text"] in corpus.articles.loc[one["article_id"], "text"]
    titles = analysis.coding_sample(corpus, n=10, coders=["Ann"], unit="title")
    assert set(titles["text"]) == set(corpus.articles["title"].dropna())


@pytest.mark.parametrize(
    ("n", "sizes", "proportional", "equal"),
    [(10, [80, 20], [8, 2], [5, 5]), (7, [50, 30, 1], [4, 2, 1], [3, 3, 1]), (5, [1, 1, 3], [1, 1, 3], [1, 1, 3])],
)
def test_allocation(n: int, sizes: list[int], proportional: list[int], equal: list[int]):
    import numpy as np

    assert _allocated(n, np.array(sizes), "proportional").tolist() == proportional
    assert _allocated(n, np.array(sizes), "equal").tolist() == equal


def test_options_of_the_sample(corpus: analysis.Corpus):
    for options, message in [
        ({"n": 30}, "`n` must be from 1 to 19, the articles with text; got 30."),
        ({"n": 2, "by": "outlet"}, "`n` must be at least 3, one for each stratum of 'outlet'; got 2."),
        ({"n": 2, "coders": ["A", "A"]}, "`coders` must name at least one coder, and each once; got ['A', 'A']."),
        ({"n": 2, "coders": ["A;B"]}, "`coders`: 'A;B' is empty, has ';' or white space at an end. Rename it."),
        ({"n": 2, "overlap": 20}, "`overlap` must be a share from 0 to 1; got 20. Use 0.2 for a fifth of the units."),
        ({"n": 2, "seed": -1}, "`seed` must be 0 or more; got -1. Use 0."),
    ]:
        with pytest.raises(OptionError) as caught:
            analysis.coding_sample(corpus, **{"coders": ["Ann"], **options})  # type: ignore[arg-type]
        assert str(caught.value) == message


@pytest.fixture
def sheets(corpus: analysis.Corpus, tmp_path: Path) -> tuple[pd.DataFrame, list[Path]]:
    drawn = analysis.coding_sample(corpus, n=19, coders=["Ann", "Ben"], overlap=0.5, seed=1)
    paths = [
        analysis.write_coding_sheet(drawn, tmp_path / f"{coder}.xlsx", variables=VARIABLES, coder=coder)
        for coder in ("Ann", "Ben")
    ]
    return drawn, paths


def fill(path: Path) -> openpyxl.Workbook:
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(book["coding"].iter_rows(min_row=2)):
        row[3].value, row[4].value = number % 3 - 1, ("flood", "Money ")[number % 2]
    return book


def test_sheets_are_blind_and_harmless_and_have_lists_to_choose_from(sheets: tuple[pd.DataFrame, list[Path]]):
    drawn, paths = sheets
    book = openpyxl.load_workbook(paths[0])
    rows = list(book["coding"].iter_rows(values_only=True))
    assert rows[0] == ("coder", "unit", "text", "tone", "about")
    assert len(rows) - 1 == drawn["coders"].str.contains("Ann").sum()
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}  # no formula
    shown = " ".join(str(cell.value) for cell in cells)
    assert not any(word in shown for word in ("Gazette", "gazette", "Herald", "herald", *drawn["article_id"]))
    lists = {str(rule.sqref): rule.formula1 for rule in book["coding"].data_validations.dataValidation}
    assert lists == {f"D2:D{len(rows)}": "codes!$A$2:$A$4", f"E2:E{len(rows)}": "codes!$B$2:$B$3"}
    assert (
        paths[0].read_bytes()
        == analysis.write_coding_sheet(
            drawn, paths[0].with_name("again.xlsx"), variables=VARIABLES, coder="Ann"
        ).read_bytes()
    )


def test_filled_sheets_come_back(sheets: tuple[pd.DataFrame, list[Path]]):
    drawn, paths = sheets
    for path in paths:
        fill(path).save(path)
    codes = analysis.read_coding_sheets(paths, sample=drawn, variables=VARIABLES)
    assert len(codes) == drawn["coders"].str.split("; ").str.len().sum()
    ann = codes[codes["coder"] == "Ann"].reset_index(drop=True)
    assert ann["tone"].tolist()[:4] == [-1, 0, 1, -1]
    assert ann["about"].tolist()[:3] == ["flood", "money", "flood"]
    assert codes["text"].tolist() == drawn.set_index("unit").loc[codes["unit"], "text"].tolist()


def test_every_mistake_is_named_at_once(sheets: tuple[pd.DataFrame, list[Path]]):
    drawn, paths = sheets
    book = fill(paths[0])
    sheet = book["coding"]
    units = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    sheet["D2"] = 2  # an unknown code
    sheet["C3"] = "Rain did not fall."  # a changed text
    for place, cell in enumerate(sheet[5], 1):  # a doubled unit
        sheet.cell(sheet.max_row + (place == 1), place, cell.value)
    sheet["B6"] = "u9999"  # an unknown unit, and with it a missing one
    book.save(paths[0])
    fill(paths[1]).save(paths[1])
    with pytest.raises(InputError) as caught:
        analysis.read_coding_sheets(paths[0].parent, sample=drawn, variables=VARIABLES)
    assert str(caught.value).splitlines() == [
        "Ann.xlsx, row 2: 'tone' has the unknown code '2'. Use -1, 0, 1.",
        f"Ann.xlsx, row 3: the text of unit {units[1]} was changed. Restore it from the sheet given out.",
        "Ann.xlsx, row 6: the unit 'u9999' is not in the sample. Restore it, or take the row out.",
        f"Ann.xlsx, row {len(units) + 2}: unit {units[3]} of 'Ann' stands in Ann.xlsx, row 5 too. Keep one of them.",
        f"Ann.xlsx: unit {units[4]} of 'Ann' is missing. Restore its row.",
    ]


def test_other_mistakes(sheets: tuple[pd.DataFrame, list[Path]], tmp_path: Path):
    drawn, paths = sheets
    lines = ["coder;unit;text;tone;about", "Cy;u0001;x;;", *(f";{unit};x;;" for unit in drawn["unit"][:1])]
    other = tmp_path / "cy.csv"
    other.write_text("\n".join(lines), encoding="cp1252")
    bare = tmp_path / "bare.csv"
    bare.write_text("coder,unit,tone\nAnn,u0001,1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        analysis.read_coding_sheets([paths[1], other, bare], sample=drawn, variables=VARIABLES)
    assert str(caught.value).splitlines() == [
        "cy.csv, row 2: the coder 'Cy' is not in the sample. Use Ann, Ben.",
        "cy.csv, row 3: the coder '' is not in the sample. Use Ann, Ben.",
        "bare.csv: has no column 'text', 'about'; it has coder, unit, tone. Restore the heading.",
        "no sheet has the coder 'Ann'. Name the file of 'Ann' too.",
    ]
    with pytest.raises(InputError) as caught:
        analysis.read_coding_sheets(tmp_path / "none.xlsx", sample=drawn, variables=VARIABLES)
    assert str(caught.value) == f"{tmp_path / 'none.xlsx'}: there is no coding sheet. Name .xlsx or .csv files."


def test_variables_are_checked(sheets: tuple[pd.DataFrame, list[Path]], tmp_path: Path):
    with pytest.raises(OptionError) as caught:
        analysis.write_coding_sheet(
            sheets[0], tmp_path / "x.csv", variables={"text": [1], "=a": [1], "tone": [], "b": [1, 1.0]}
        )
    assert str(caught.value).splitlines() == [
        "`variables`: 'text' cannot be the name of one. Name it otherwise.",
        "`variables`: '=a' cannot be the name of one. Name it otherwise.",
        "`variables`: 'tone' needs a list of codes; got []. Use [-1, 0, 1].",
        "`variables`: 'b' has codes that repeat or are no word or number: [1, 1.0].",
    ]


ODD = ["=1+1", "+A", "-B", "@C", "\tD", "\rE", " =F", "＝G", "'=H", "I\x07J", "K\r=L"]


def odd_sample() -> pd.DataFrame:
    """Return a sample whose coder, units and texts would be formulas."""
    about = {"article_id": "a", "sentence": None, "stratum": "all", "inclusion": 1.0}
    return pd.DataFrame({"unit": ODD, "coders": "=1+1; Ben", "text": ODD}).assign(**about)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_no_cell_of_a_sheet_is_a_formula_and_all_come_back_as_they_were(tmp_path: Path, ending: str):
    sample, variables = odd_sample(), {"x": ["=yes", "'-no"]}
    path = analysis.write_coding_sheet(sample, tmp_path / f"s{ending}", variables=variables)
    if ending == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
    else:
        book = openpyxl.load_workbook(path)
        cells = [str(cell.value or "") for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        for row, shown in zip(book["coding"].iter_rows(min_row=2), ("'=yes", "''-no") * len(ODD), strict=True):
            row[3].value = shown  # as the list gives it
        book.save(path)
    assert [cell for cell in cells if (cell[:1] in "\t\r" and cell) or cell.lstrip()[:1] in [*"=+-@＝"]] == []
    codes = analysis.read_coding_sheets(path, sample=sample, variables=variables)
    assert codes["unit"].tolist() == codes["text"].tolist() == [text for text in ODD for _ in range(2)]
    assert codes["coder"].tolist() == ["=1+1", "Ben"] * len(ODD)
    if ending == ".xlsx":
        assert set(codes["x"]) == {"=yes", "'-no"}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_codes_written_and_read_are_what_they_were(tmp_path: Path, ending: str):
    kept = [text for text in ODD if "\r" not in text and "\x07" not in text]
    codes = pd.DataFrame({"unit": kept, "coder": kept, "text": kept, "=x": ["=y", "-"] * 4})
    pd.testing.assert_frame_equal(read_codes(write_table(codes, tmp_path / f"c{ending}")), codes)


def test_coders_and_units_that_a_sheet_shows_alike_are_refused(tmp_path: Path):
    sample = odd_sample().assign(coders="=Ann; '=Ann")
    message = """`sample`: a sheet shows "'=Ann" and '=Ann' alike, each a coder. Name one otherwise."""
    with pytest.raises(OptionError) as caught:
        analysis.write_coding_sheet(sample, tmp_path / "s.csv", variables={"x": [1]})
    assert str(caught.value) == message
    with pytest.raises(OptionError) as caught:
        analysis.read_coding_sheets(tmp_path / "s.csv", sample=sample, variables={"x": [1]})
    assert str(caught.value) == message
    with pytest.raises(OptionError) as caught:
        analysis.write_coding_sheet(
            odd_sample().iloc[:2].assign(unit=["u1", "'u1"]), tmp_path / "s.csv", variables={"x": [1]}
        )
    assert str(caught.value) == """`sample`: a sheet shows "'u1" and 'u1' alike, each a unit. Name one otherwise."""


def test_long_and_odd_texts_survive_both_formats(tmp_path: Path):
    texts = ["word " * 7_000, "=cmd()\r\nnext\tline", "a\x07b", "“Quoted”, she said\n\nand left", "-1"]
    corpus = analysis.read(pd.DataFrame({"text": texts}))
    drawn = analysis.coding_sample(corpus, n=5, coders=["Ann"])
    texts = ["word " * 7_000, "a" * 32_766 + "=1+1", "b" * 70_000, "'=1", "-" * 65_532 + "\n@", "c" * 32_767]
    whole = drawn.iloc[:1].loc[[0] * 6].assign(text=texts, unit=[f"u{n}" for n in range(6)])
    path = analysis.write_coding_sheet(whole, tmp_path / "long.xlsx", variables={"x": [1]})
    rows = list(openpyxl.load_workbook(path)["coding"].iter_rows(min_row=2, min_col=3, max_col=5, values_only=True))
    assert not [cell for row in rows for cell in row if cell and cell.lstrip()[:1] in [*"=+-@"]]
    assert analysis.read_coding_sheets(path, sample=whole, variables={"x": [1]})["text"].tolist() == texts
    for name in ("a.xlsx", "a.csv"):
        path = analysis.write_coding_sheet(drawn, tmp_path / name, variables={"x": [1]})
        codes = analysis.read_coding_sheets(path, sample=drawn, variables={"x": [1]})
        assert codes["x"].isna().all()
        assert sorted(codes["text"]) == sorted(corpus.articles["text"])


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_only_an_empty_cell_of_a_table_of_codes_is_no_code(tmp_path: Path, ending: str):
    words = ["N/A", "NA", "None", "null", "nan", None]
    codes = pd.DataFrame({"unit": [*words[:5], "u6"], "coder": ["NA"] * 6, "about": words, "tone": [1, 0, None] * 2})
    path = tmp_path / f"codes{ending}"
    codes.to_csv(path, index=False) if ending == ".csv" else codes.to_excel(path, index=False)
    pd.testing.assert_frame_equal(read_codes(path).astype(codes.dtypes), codes)


def test_a_locked_gold_standard_cannot_be_changed(tmp_path: Path):
    gold = pd.DataFrame({"unit": ["u1", "u2"], "tone": [1.0, None]})
    path = analysis.lock_gold(gold, tmp_path / "gold.json")
    before = path.read_bytes()
    same = gold.iloc[::-1][["tone", "unit"]]
    assert analysis.lock_gold(same, path).read_bytes() == before
    gold.to_csv(tmp_path / "gold.csv", index=False)
    assert analysis.lock_gold(pd.read_csv(tmp_path / "gold.csv"), path).read_bytes() == before
    with pytest.raises(InputError) as caught:
        analysis.lock_gold(gold.assign(tone=0), path)
    assert str(caught.value) == "gold.json locks another gold standard. Name a new file, and say why in the text."
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        analysis.lock_gold(gold, tmp_path / "bad.json")
    assert str(caught.value) == "bad.json: is no lock of a gold standard. Write it with analysis.lock_gold."


def test_whole_articles_are_coded_adjudicated_locked_and_validated(corpus: analysis.Corpus, tmp_path: Path):
    drawn = analysis.coding_sample(corpus, n=19, coders=["Ann"], unit="article")
    path = analysis.write_coding_sheet(drawn, tmp_path / "Ann.xlsx", variables=VARIABLES)
    fill(path).save(path)
    codes = analysis.read_coding_sheets(path, sample=drawn, variables=VARIABLES)
    gold = analysis.adjudicate(codes, variable="tone")
    assert gold["sentence"].isna().all()  # an Int64, whose missing value has no truth value
    lock = analysis.lock_gold(gold, tmp_path / "gold.json")
    scores = gold[["article_id"]].assign(compound=range(19))
    gold.to_csv(tmp_path / "gold.csv", index=False)
    for same in (gold, read_codes(tmp_path / "gold.csv")):
        found = analysis.validate(scores, same, score="compound", variable="tone", draws=100, lock=lock)
        assert found.notes[-1] == "First look at this gold standard."
    assert hash_of_gold(gold) != hash_of_gold(gold.assign(sentence=pd.array([0, *[None] * 18], "Int64")))
