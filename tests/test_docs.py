"""What README.md and docs/ say is what the kit does: tables, lists, code blocks and commands are compared with it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import analysis
from analysis.cli import app
from analysis.errors import CodebookError
from analysis.measures import codebook as codebooks
from analysis.reading.columns import SYNONYMS
from analysis.reading.dates import parse_date
from analysis.reading.files import FORMATS
from analysis.reading.quality import PROBLEMS
from tests.benchmarks.framing_gold import auc
from tests.shared import shared

ROOT = Path(__file__).parent.parent
PAGES = {path.name: path.read_text("utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]}

# ---- reading the pages -----------------------------------------------------------------------------------------------


class Column(NamedTuple):
    name: str
    kind: str
    missing: str


class Section(NamedTuple):
    by_article: bool
    columns: list[Column]


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.M | re.S)


def rows(text: str, *headings: str) -> list[list[str]]:
    """Return the cells of the table that has these headings."""
    table = re.search(rf"^\| {re.escape(' | '.join(headings))} \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)
    assert table, f"there is no table with the headings {headings}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def code(cell: str) -> str:
    """Return what stands in code quotes in a cell."""
    found = re.match(r"`([^`]+)`", cell)
    assert found, f"no code in {cell!r}"
    return found[1]


def sections() -> dict[str, Section]:
    """Read docs/tables.md: each call that heads a list of columns, with the list."""
    found = {}
    for part in re.split(r"^### ", PAGES["tables.md"], flags=re.M)[1:]:
        call = re.match(r"`(.+)`\n", part)
        if call:
            text = part.split("\n## ")[0]
            index = re.search(r"Index:\s(`article_id`|row\snumbers)", text)
            assert index, f"{call[1]}: the page does not tell its index"
            listed = rows(text, "column", "type", "missing", "meaning")
            columns = [Column(name.strip("`"), kind, missing) for name, kind, missing, _ in listed]
            found[call[1]] = Section(index[1] == "`article_id`", columns)
    return found


SECTIONS = sections()
EXAMPLE = re.compile(r"^ *Examples\n *-{8}\n *>>> ", re.M)

# ---- corpora ---------------------------------------------------------------------------------------------------------


def sample(folder: Path) -> None:
    shutil.copytree(ROOT / "data" / "sample", folder)


def hostile(folder: Path) -> None:
    """Write articles without words, sentences, titles, outlets or dates, and files that are none."""
    folder.mkdir()
    said = "The flood was a flood, and the council said on Friday that the flood will come again. "
    articles: list[dict[str, Any]] = [
        {"outlet": "Daily Beacon", "date": "2025-01-01", "title": "Nothing", "text": ""},
        {"outlet": "Daily Beacon", "date": "2025-01-02", "text": "   "},
        {"outlet": "Herald - Opinion", "title": "!!!", "text": "* * *"},
        {"outlet": "Herald", "date": "2025-03-01", "title": "Word", "text": "Shh"},
        {"outlet": "Empty Times", "date": "2025-03-02", "title": "Void", "text": ""},
        *({"outlet": "Daily Beacon", "date": "2025-03-03", "title": f"No. {n}", "text": said * 9} for n in range(9)),
        *({"date": "2025-06-03", "text": said} for _ in range(3)),
        {"outlet": "Herald", "date": "31/02/2025", "text": said * 3},
    ]
    lines = [json.dumps(article) for article in articles]
    (folder / "articles.jsonl").write_text("\n".join([*lines, "[]"]), encoding="utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG....")
    text = "By Ann Lee\n\nThe café was closed, and nobody said why.\n\nFollow us on X"
    (folder / "odd.txt").write_bytes(text.encode("cp1252"))


def one_word(folder: Path) -> None:
    """Write articles of one and the same word."""
    folder.mkdir()
    texts = [
        {"outlet": outlet, "language": "en", "text": "flood " * 9}
        for outlet in ("Daily Beacon", "Herald")
        for _ in range(9)
    ]
    (folder / "articles.json").write_text(json.dumps(texts), encoding="utf-8")


CORPORA: dict[str, Callable[[Path], None]] = {make.__name__: make for make in (sample, hostile, one_word)}


def assert_as_told(table: pd.DataFrame, section: Section) -> None:
    """Compare index, columns, their order and their types; "…" in the list stands for any further columns."""
    told = [(column.name, column.kind) for column in section.columns if column.name != "…"]
    given = [(str(name), str(kind)) for name, kind in table.dtypes.items()]
    assert (given[: len(told)] if len(told) < len(section.columns) else given) == told
    assert table.index.name == ("article_id" if section.by_article else None)
    assert section.by_article or isinstance(table.index, pd.RangeIndex)


def run(page: str, blocks: list[str], names: dict[str, Any]) -> None:
    """Run blocks of a page; the articles lie in `articles/`, as the pages say."""
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"{page}, block {number}", "exec"), names)  # noqa: S102 - the project's own pages


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    """Give for each corpus what the calls of docs/tables.md return, and the tables as they come back from disk."""
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for name, make in CORPORA.items():
        folder = tmp_path_factory.mktemp(name)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            make(Path("articles"))
            Path("mine.csv").write_text(blocks("tables.md", "csv")[0], encoding="utf-8")
            names: dict[str, Any] = {}
            run("tables.md", blocks("tables.md", "python"), names)
            names["tables"] = analysis.open_tables("tables")
            found[name] = {call: eval(call, names) for call in SECTIONS}  # noqa: S307 - the project's own page
            found[name] |= {f"tables.{table}": names["tables"][table] for table in names["tables"]}
    return found


Results = dict[str, dict[str, pd.DataFrame]]

# ---- docs/tables.md --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", SECTIONS)
@pytest.mark.parametrize("corpus", CORPORA)
def test_index_columns_order_and_types_are_those_of_the_page(corpus: str, call: str, results: Results):
    table, columns = results[corpus][call], SECTIONS[call].columns
    assert_as_told(table, SECTIONS[call])
    never = [column.name for column in columns if column.missing == "never"]
    assert [name for name in never if table[name].isna().any()] == []


def test_tables_without_rows_have_the_same_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text(blocks("tables.md", "csv")[0], encoding="utf-8")
    nothing = analysis.read(pd.DataFrame({"outlet": ["A"], "text": ["Rain fell."]})).where(outlet="B")
    steps = [line for line in blocks("tables.md", "python")[0].splitlines() if "read(" not in line]
    names: dict[str, Any] = {"corpus": nothing}
    needs_articles = ("measure(", "coding_sample(", "write_coding_sheet(")
    run("tables.md", ["\n".join(line for line in steps if not any(name in line for name in needs_articles))], names)
    refused = [
        call for call in SECTIONS if re.match(r"analysis\.(keyness|coding_sample|read_coding_sheets)|tables\.", call)
    ]
    assert len(refused) == 5
    for call in SECTIONS.keys() - set(refused):
        table = eval(call, names)  # noqa: S307 - the project's own page
        assert len(table) == 0 or "dispersion(" in call or "(codes" in call or "(scored" in call or "validity(" in call
        assert_as_told(table, SECTIONS[call])


def test_whatever_may_be_missing_is_missing_in_some_corpus(results: Results):
    told = {(call, name) for call, (_, columns) in SECTIONS.items() for name, _, why in columns if why != "never"}
    shown = {
        (call, name)
        for tables in results.values()
        for call in SECTIONS
        for name in tables[call].columns[tables[call].isna().any()]
    }
    assert {(call, name) for call, name in told if name != "…"} - shown == set()


@pytest.mark.parametrize("corpus", CORPORA)
def test_tables_on_disk_have_the_columns_that_the_page_names(corpus: str, results: Results):
    listed = {code(name): columns for name, columns, _ in rows(PAGES["tables.md"], "table", "columns", "articles")}
    assert set(listed) == {name.removeprefix("tables.") for name in results[corpus] if name.startswith("tables.")}
    for name, cell in listed.items():
        hit = re.fullmatch(r"(?:`(\w+)`, then )?`(.+?)`(?: without `(\w+)`)?", cell)
        assert hit, cell
        before, call, without = hit.groups()
        same = results[corpus][call].drop(columns=without or [])
        table = results[corpus][f"tables.{name}"]
        assert table.columns.tolist() == [*([before] if before else []), *same.columns], name
        assert table.dtypes[same.columns].tolist() == same.dtypes.tolist(), name
        assert table.index.name == same.index.name, name


def test_every_public_function_that_returns_a_table_is_on_the_page():
    for name in analysis.__all__:
        function = getattr(analysis, name)
        if getattr(function, "__annotations__", {}).get("return") == "pd.DataFrame":
            assert any(call.startswith(f"analysis.{name}(") for call in SECTIONS), name


def test_the_keys_of_the_manifest_are_on_the_page():
    listed = [code(key) for key, _ in rows(PAGES["tables.md"], "key", "meaning")]
    corpus = analysis.read(pd.DataFrame({"text": ["Rain fell."]}))
    assert listed == list(analysis.measure(corpus).manifest)


# ---- docs/saved-articles.md ------------------------------------------------------------------------------------------


def test_the_formats_synonyms_and_problems_are_those_of_the_page():
    page = PAGES["saved-articles.md"]
    assert [code(ending) for ending, _ in rows(page, "ending", "read as")] == list(FORMATS)
    names = {code(ours): tuple(theirs.split(", ")) for ours, theirs in rows(page, "column", "names")}
    assert names == SYNONYMS
    assert [code(problem) for problem, _ in rows(page, "problem", "when")] == list(PROBLEMS)


@pytest.mark.parametrize(("written", "read"), rows(PAGES["saved-articles.md"], "written", "read"))
def test_dates_are_read_as_the_page_says(written: str, read: str):
    moment, problem = parse_date(code(written))
    if read.startswith("missing"):
        assert moment is pd.NaT
        assert problem
    else:
        assert (moment, problem) == (pd.Timestamp(read), None)


def test_the_saved_articles_of_the_page_are_read_alike(tmp_path: Path):
    saved, front_matter, sidecar = blocks("saved-articles.md", "text")
    body = "The kettles in the canteen hold forty cups each."
    (tmp_path / "a.txt").write_text(saved, encoding="utf-8")
    (tmp_path / "b.txt").write_text(front_matter, encoding="utf-8")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "tea-break.txt").write_text(body, encoding="utf-8")
    (tmp_path / "metadata.csv").write_text(sidecar, encoding="utf-8")
    corpus = analysis.read(tmp_path)
    articles = corpus.articles.set_index("path")
    assert articles.index.tolist() == ["a.txt", "b.txt", "desk/tea-break.txt"]
    assert set(articles["title"]) == {"They timed it for the tea break"}
    assert set(articles["outlet"]) == {"Slipway Weekly"}
    assert set(articles["authors"]) == {"Bea Sorrell"}
    assert set(articles["published"]) == {pd.Timestamp("2025-03-06")}
    assert articles["edition"].dropna().to_dict() == {"b.txt": "late"}
    assert articles.loc[["b.txt", "desk/tea-break.txt"], "text"].tolist() == [body, body]
    assert articles.loc["a.txt", "text"].endswith("Nobody had ever put biscuits out before.")
    assert corpus.set_aside["text"].tolist() == ["FOLLOW US ON FACEBOOK", "https://example.org/more"]


# ---- docs/codebooks.md -----------------------------------------------------------------------------------------------


def test_the_codebooks_of_the_pages_are_read_or_refused_as_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    good, wrong = blocks("codebooks.md", "yaml")
    Path("flood.yaml").write_text(good, encoding="utf-8")
    assert [frame.name for frame in analysis.read_codebook("flood.yaml").frames] == ["responsibility", "rescue"]
    Path("wrong.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(CodebookError) as refused:
        analysis.read_codebook("wrong.yaml")
    assert f"{refused.value}\n" == blocks("codebooks.md", "text")[0]


@pytest.mark.parametrize(("cue", "finds", "not_found"), rows(PAGES["codebooks.md"], "cue", "finds", "but not"))
def test_cues_find_what_the_page_says(cue: str, finds: str, not_found: str):
    texts = [*finds.split(", "), *filter(None, not_found.split(", "))]
    corpus = analysis.read(pd.DataFrame({"article_id": texts, "text": texts}))
    book = analysis.Codebook.from_dict({"mine": [code(cue)]}, name="mine")
    n_cues = analysis.framing(corpus, codebook=book).set_index("article_id")["n_cues"]
    assert n_cues[n_cues > 0].index.tolist() == finds.split(", ")


def test_keys_frames_and_formats_of_codebooks_are_those_of_the_page():
    page = PAGES["codebooks.md"]
    keys = [(of, code(key)) for key, of, _ in rows(page, "key", "of", "what")]
    assert [key for of, key in keys if of == "codebook"] == list(codebooks._BOOK_KEYS)
    assert [key for of, key in keys if of == "frame"] == list(codebooks._FRAME_KEYS)
    assert [code(ending) for ending, _ in rows(page, "ending", "program")] == list(codebooks._FORMATS)
    frames = ", ".join(f"`{frame.name}`" for frame in analysis.read_codebook("generic").frames)
    assert f"{frames}." in page


# ---- all pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [page for page in PAGES if page != "tables.md" and blocks(page, "python")])
def test_python_blocks_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    sample(Path("articles"))
    Path("mine.csv").write_text(blocks("tables.md", "csv")[0], encoding="utf-8")
    Path("my-frames.yaml").write_text(blocks("README.md", "yaml")[0], encoding="utf-8")
    names: dict[str, Any] = {}
    run(page, blocks(page, "python"), names)
    if said := re.search(r"^corpus +# (\d+ articles.*)$", PAGES[page], re.M):
        assert said[1].removesuffix(" …") in repr(analysis.read("articles/"))


def commands() -> list[tuple[str, bool]]:
    """List the commands in the pages; True for those that stand in a block, which are whole."""
    found = []
    for page in PAGES.values():
        for block in re.findall(r"^```(?:sh|console)?\n(.*?)^```$", page, re.M | re.S):
            found += [(line.strip(), True) for line in re.split(r"[;\n]", block) if line.startswith("analysis ")]
        found += [(line, False) for line in re.findall(r"(?<!`)`(analysis [^`]+)`", page)]
    return found


@pytest.mark.parametrize(("line", "whole"), commands())
def test_commands_exist(line: str, whole: bool):
    _, verb, *arguments = shlex.split(line, comments=True)
    group = typer.main.get_command(app)
    assert verb in group.commands  # type: ignore[attr-defined]
    assert re.search(rf"^  {verb}\b", CliRunner().invoke(app, ["--help"]).output, re.M)
    command = group.commands[verb]  # type: ignore[attr-defined]
    if hasattr(command, "commands") and arguments:  # a verb with verbs of its own
        verb, *arguments = arguments
        command = command.commands[verb]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {argument for argument in arguments if argument.startswith("-")} <= options
    if whole:
        command.make_context(verb, arguments)  # raises on what the command does not take


def slugs(page: str) -> set[str]:
    """Return the anchors that a page's headings get."""
    headings = re.findall(r"^#+ (.+)$", page, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str):
    folder = ROOT if page == "README.md" else ROOT / "docs"
    for target in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            assert (folder / path).exists(), target
            assert not anchor or anchor in slugs((folder / path).read_text("utf-8")), target


@pytest.mark.parametrize("name", analysis.__all__)
def test_public_names_are_explained(name: str):
    thing = getattr(analysis, name)
    if isinstance(thing, type):
        assert vars(thing)["__doc__"], "no docstring of its own"
        made = {
            member: getattr(value, "fget", None) or getattr(value, "__func__", value)
            for member, value in vars(thing).items()
            if not member.startswith("_") and (callable(value) or isinstance(value, (property, classmethod)))
        }
        bare = [member for member, value in made.items() if not EXAMPLE.search(value.__doc__ or "")]
        assert bare == [], "without an example"
    elif callable(thing):
        assert EXAMPLE.search(thing.__doc__)
    assert any(re.search(rf"(?:analysis\.|`){name}\b", page) for page in PAGES.values()), "in no page"


# ---- the codebook against people's coding ----------------------------------------------------------------------------


def test_agreement_with_human_coding_is_as_the_page_says():
    lines = shared("gold/climate-frames/articles.jsonl").read_text("utf-8").splitlines()
    articles = pd.DataFrame([json.loads(line) for line in lines])
    corpus = analysis.read(pd.DataFrame({"article_id": articles["id"].astype(str), "text": articles["text"]}))
    scores = analysis.framing(corpus).set_index(["article_id", "frame"])["per_1000_words"].unstack()
    gold = pd.DataFrame(articles["frames"].tolist(), index=articles["id"].astype(str)).astype(bool).loc[scores.index]
    found = [
        [f"`{frame}`", str(gold[frame].sum()), f"{auc(scores[frame].to_numpy(), gold[frame].to_numpy()):.3f}"[1:]]
        for frame in analysis.framing(corpus)["frame"].unique()
        if frame in gold
    ]
    listed = rows(PAGES["codebooks.md"], "frame", "articles coded with it", "AUC", "95 % interval")
    assert [row[:3] for row in listed] == found
    for _, _, value, interval in listed:
        low, high = interval.split("–")
        assert float(low) < float(value) < float(high)
