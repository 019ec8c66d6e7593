from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from analysis import cli

HEADER = "outlet,published,title,text\n"
ROW = "Gazette,2024-03-0{day},Flood {day},The council fought over the flood defences on day {day}. It rained.\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    path = tmp_path / "articles.csv"
    path.write_text(HEADER + "".join(ROW.format(day=day) for day in range(1, 5)), encoding="utf-8")
    return path


def checked(done: subprocess.CompletedProcess[str], ok: bool) -> subprocess.CompletedProcess[str]:
    assert "Traceback" not in done.stderr
    assert (done.returncode == 0) is ok, done.stderr
    return done


def run_alone(*arguments: object, ok: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "analysis.cli", *map(str, arguments)]
    return checked(subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False), ok)


def run(*arguments: object, ok: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which has loaded everything."""
    out, err = io.StringIO(), io.StringIO()
    stop = signal.getsignal(signal.SIGTERM)
    code = 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["analysis", *map(str, arguments)])
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            signal.signal(signal.SIGTERM, stop)
    return checked(subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue()), ok)


def test_help_names_every_verb_with_an_example() -> None:
    listed = run("--help").stdout
    for verb in ("read", "measure", "figures", "report", "concordance", "sample"):
        assert f"\n  {verb} " in listed
        assert "Example" in run(verb, "--help").stdout


def test_version() -> None:
    assert run_alone("--version").stdout.startswith("analysis 0.")


def test_read_summarises_and_writes(articles: Path, tmp_path: Path) -> None:
    done = run_alone("read", articles, "-o", tmp_path / "out.csv")
    assert done.stdout.startswith("Corpus: 4 articles, 1 outlet, 2024-03-01 to 2024-03-04\n")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("article_id,outlet,section,published,")


def test_measure_then_figures_and_report_from_the_tables_alone(articles: Path, tmp_path: Path) -> None:
    run("measure", articles, "-o", tmp_path / "tables", "--term", "flood*")
    articles.unlink()
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "keyness_mail.svg").write_text("", encoding="utf-8")
    done = run("figures", "--from", tmp_path / "tables", "-o", tmp_path / "figures")
    assert f"  keyness_mail is of an earlier run; remove its files from {tmp_path / 'figures'}\n" in done.stderr
    (tmp_path / "figures" / "keyness_mail.svg").unlink()
    assert (tmp_path / "figures" / "terms.csv").is_file()
    assert "not drawn: keyness" in done.stdout
    assert (
        "follow from the data"
        in run("figures", "--from", tmp_path / "tables", "-o", tmp_path / "figures", "--check").stdout
    )
    run("report", "--from", tmp_path / "tables", "-o", tmp_path / "report", "--title", "The <flood>")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "<h1>The &lt;flood&gt;</h1>" in page
    assert "fought over" not in page


def test_the_same_command_again_does_what_is_left(articles: Path, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    done = run("measure", articles, "-o", tables).stdout
    assert re.fullmatch(
        rf"4 articles measured in [\d.]+ s \([\d,]+ articles/s, [\d.]+ MB/s\); 18 tables in {re.escape(str(tables))}\n",
        done,
    )
    done = run("measure", articles, "-o", tables).stdout
    assert done == f"{tables} holds these 4 articles, measured with these settings; nothing was left to do\n"
    done = run("measure", articles, "-o", tables, "--only", "framing, readability").stdout
    assert re.fullmatch(r"0 articles measured .*, 4 were measured before; 6 tables in .*\n", done)
    assert "got 'tone'" in run("measure", articles, "-o", tables, "--only", "tone", ok=False).stderr


def test_figures_by_another_column(articles: Path, tmp_path: Path) -> None:
    lines = articles.read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{'mood' if n == 0 else 'ab'[n % 2]}" for n, line in enumerate(lines)]
    articles.write_text("\n".join(rows) + "\n", encoding="utf-8")
    run("measure", articles, "-o", tmp_path / "tables", "--by", "mood")
    run("figures", "--from", tmp_path / "tables", "-o", tmp_path / "figures")
    assert (tmp_path / "figures" / "tone.csv").read_text(encoding="utf-8").startswith("mood,")
    wrong = run("figures", "--from", tmp_path / "tables", "-o", tmp_path / "figures", "--by", "section", ok=False)
    assert "was measured by 'mood'; measure again with --by section." in wrong.stderr


def test_check_names_what_no_longer_follows(articles: Path, tmp_path: Path) -> None:
    run("figures", articles, "-o", tmp_path / "figures")
    numbers = tmp_path / "figures" / "terms.csv"
    numbers.write_text(numbers.read_text(encoding="utf-8").replace("flood", "fire"), encoding="utf-8")
    done = run("figures", articles, "-o", tmp_path / "figures", "--check", ok=False)
    assert done.returncode == 1
    assert "terms.csv" in done.stderr


def test_report_with_and_without_text(articles: Path, tmp_path: Path) -> None:
    run("report", articles, "-o", tmp_path / "report")
    assert "fought over the flood" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    run("report", articles, "-o", tmp_path / "report", "--no-text")
    assert "fought over the flood" not in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


def test_concordance_shows_lines_and_writes_them(articles: Path, tmp_path: Path) -> None:
    done = run("concordance", articles, "flood defence*", "--window", 3)
    assert "fought over the [flood defences] on day 1" in done.stdout
    assert done.stdout.endswith("4 lines in 4 articles\n")
    run("concordance", articles, "flood", "-o", tmp_path / "lines.xlsx")
    assert (tmp_path / "lines.xlsx").is_file()


def test_one_bad_row_is_set_aside_and_counted_and_strict_fails(articles: Path) -> None:
    with articles.open("a", encoding="utf-8") as file:
        file.write("Gazette,2024-03-05,Too,many,cells,here\n")
    done = run("read", articles)
    assert done.stdout.startswith("Corpus: 4 articles")
    assert "row 6" in done.stderr
    assert "1 file or row set aside" in done.stderr
    assert run("read", articles, "--strict", ok=False).returncode == 1


def test_an_impossible_date_is_named_and_strict_fails(articles: Path) -> None:
    with articles.open("a", encoding="utf-8") as file:
        file.write("Gazette,31/02/2024,Leap,It rained again.\n")
    done = run("read", articles)
    assert "no date: articles.csv, row 6: 'published' is not a date: '31/02/2024'. Use YYYY-MM-DD.\n" in done.stderr
    assert run("read", articles, "--strict", ok=False).returncode == 1


def test_a_binary_file_named_txt_does_not_stop_the_others(articles: Path) -> None:
    (articles.parent / "image.txt").write_bytes(bytes(range(256)) * 50)
    done = run("read", articles.parent)
    assert done.stdout.startswith("Corpus: 4 articles")
    assert "image.txt" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["read", "nowhere.csv"], "nowhere.csv"),
        (["report"], "error: name articles (analysis report articles/) or measured tables (--from TABLES).\n"),
        (
            ["report", "--from", "nowhere"],
            "error: nowhere holds no measured tables (manifest.json is missing); make them with `analysis measure`.\n",
        ),
        (
            ["read", "x.csv", "--column", "body"],
            "error: --column must be THEIRS=OURS, such as body=text; got 'body'.\n",
        ),
    ],
)
def test_errors_are_messages(arguments: list[str], message: str) -> None:
    done = run(*arguments, ok=False)
    assert done.returncode == 1
    assert message in done.stderr


def test_sample_is_copied_to_a_new_folder_only(tmp_path: Path) -> None:
    run("sample", tmp_path / "x")
    assert (tmp_path / "x" / "truth.csv").is_file()
    assert "is not empty; name a new folder." in run("sample", tmp_path / "x", ok=False).stderr
    file = tmp_path / "x" / "truth.csv"
    assert run("sample", file, ok=False).stderr == f"error: {file} is a file; name a new folder.\n"


def test_a_terminal_cannot_be_steered_by_an_article(articles: Path) -> None:
    with articles.open("a", encoding="utf-8") as file:
        file.write("Gazette,2024-03-06,Esc,The \x1b]0;owned\x07 flood rose.\n")
    assert "\x1b" not in run_alone("concordance", articles, "flood").stdout
