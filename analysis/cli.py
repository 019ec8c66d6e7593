"""The `analysis` command. Every verb calls the API; nothing heavy is imported before it is needed."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from analysis import __version__
from analysis.errors import AnalysisError, OptionError, choose
from analysis.resources import replacing

if TYPE_CHECKING:
    import pandas as pd

    from analysis.corpus import Corpus
    from analysis.engine.tables import Tables
    from analysis.studies.evidence import Measure
    from analysis.text.fragments import Voice
    from analysis.text.names import Engine

__all__ = ["app", "main"]

#: Problems printed of each kind; the rest is counted.
_SHOWN = 20
#: Rows of a table printed if no number is given; characters of a cell.
_ROWS, _WIDEST = 20, 60
#: Spans of evidence printed.
_MOST_SPANS = 200

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Framing, sentiment, readability and term frequencies over news articles.\n\n"
    "Begin with: analysis sample x; analysis report x",
)

code = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Code by hand: write sheets, read them back, see how far coders agree, make a gold standard.",
)
app.add_typer(code, name="code")

codebooks = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Codebooks: list and show the kit's own, check one of yours on articles.",
)
app.add_typer(codebooks, name="codebook")

Sources = Annotated[list[str], typer.Argument(help="Files, folders or globs of articles.", show_default=False)]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="THEIRS=OURS", help="What a column means, e.g. --column body=text. Repeatable."),
]
DayFirst = Annotated[
    bool | None,
    typer.Option("--dayfirst/--monthfirst", help="How 03/04/2024 is meant; unset, such dates are reported."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if a file, a row or a date could not be read.")]
Codebook = Annotated[str, typer.Option("--codebook", help="A codebook's name or file.")]
Terms = Annotated[
    list[str] | None,
    typer.Option("--term", help="A word or pattern to follow over time, e.g. --term 'flood*'. Repeatable."),
]
By = Annotated[str, typer.Option("--by", help="The column whose groups are compared, e.g. --by leaning.")]
Tidy = Annotated[
    bool,
    typer.Option("--tidy", help="First set captions, boilerplate lines and repeated paragraphs of the texts aside."),
]
Variables = Annotated[
    list[str],
    typer.Option("--variable", metavar="NAME=CODES", help="What is coded, e.g. --variable tone=-1,0,1. Repeatable."),
]
Variable = Annotated[str, typer.Option("--variable", metavar="NAME", help="The column of codes.")]
Codes = Annotated[Path, typer.Argument(help="A table of codes: unit, coder, and a column for each variable.")]
Groups = Annotated[str | None, typer.Option("--by", help="A column whose groups are told apart, e.g. --by outlet.")]
TableFile = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Write the table: .csv, .tsv, .xlsx, .jsonl or .parquet; else it is printed."),
]
Limit = Annotated[int, typer.Option(help="Rows that are printed; a file has all.", min=1)]
From = Annotated[Path | None, typer.Option("--from", help="Measured tables to use in place of articles.")]


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"analysis {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


@app.command(epilog="Example: analysis read articles/ -o corpus.parquet")
def read(
    sources: Sources,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the articles: .parquet, .jsonl, .csv, .tsv or .xlsx.")
    ] = None,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Read articles and say what is wrong with them."""
    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    typer.echo(repr(corpus)[1:-1])
    quality = corpus.quality()
    for problem, ids in quality.groupby("problem")["article_id"]:
        names = ", ".join(ids.drop_duplicates().head(3))
        typer.echo(f"  {str(problem).replace('_', ' ')}: {ids.nunique():,} (such as {names})")
    others = corpus.notes[corpus.notes["kind"] != "date"]
    for path, row, message in others[["path", "row", "message"]].head(_SHOWN).itertuples(index=False):
        typer.echo(f"  note: {_where(path, row, str(message))}")
    if len(others) > _SHOWN:
        typer.echo(f"  and {len(others) - _SHOWN:,} more notes (Corpus.notes)")
    if output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {write_table(corpus.articles, output)}")
    _finish(corpus, strict)


@app.command(epilog="Example: analysis measure articles/ -o tables --workers 2")
def measure(
    sources: Sources,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the tables.")],
    codebook: Codebook = "generic",
    term: Terms = None,
    by: By = "outlet",
    tidy: Tidy = False,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURES",
            help="Some of readability,sentiment,framing,terms,keyness,diversity,quality: the others are left out.",
        ),
    ] = None,
    sentences: Annotated[
        str, typer.Option(metavar="news|textstat", help="Whose sentences readability counts: the kit's, or textstat's.")
    ] = "news",
    ngrams: Annotated[int, typer.Option(help="Also count runs of so many words.", min=1)] = 1,
    min_articles: Annotated[
        int, typer.Option(help="Leave words that fewer articles have out of the frequencies.", min=1)
    ] = 1,
    workers: Annotated[int, typer.Option(help="Processes that measure.", min=1)] = 1,
    dask: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers measure.")] = None,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Measure every article; write tables that hold no text. The same command again goes on where it was."""
    from analysis.engine.run import begun

    try:
        with begun(1 if dask else workers):
            from analysis.engine.tables import measure as measure_articles

            tables = measure_articles(
                sources,
                output,
                codebook=codebook,
                terms=term,
                by=by,
                tidy=tidy,
                only=None if only is None else [name.strip() for name in only.split(",")],
                sentences=cast("Literal['news', 'textstat']", sentences),
                ngrams=ngrams,
                min_articles=min_articles,
                workers=workers,
                dask=dask,
                columns=_renamed(column),
                dayfirst=dayfirst,
                progress=True,
            )
    except KeyboardInterrupt:
        typer.echo("stopped; run the same command again: it goes on where it was", err=True)
        raise typer.Exit(130) from None
    typer.echo(_summary(tables, output))
    _finish(tables, strict)


@app.command(
    epilog="Examples: analysis figures articles/ -o figures · analysis figures --from tables · analysis figures --check"
)
def figures(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or globs of articles; the sample if not given.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the figures.")] = Path("figures"),
    tables: From = None,
    check: Annotated[
        bool, typer.Option("--check", help="Draw nothing: exit with 1 and name what no longer follows from the data.")
    ] = False,
    codebook: Codebook = "generic",
    term: Terms = None,
    by: By = "outlet",
    tidy: Tidy = False,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Draw the figures: each as PNG, SVG, CSV of its numbers and alternative text."""
    from analysis.output import figures as drawing
    from analysis.output.gallery import MOST_HEARD, gallery, left_over, who_is_quoted
    from analysis.resources import sample_folder

    if check and not output.is_dir():
        raise OptionError(f"there is no folder {output}; run this where the figures are, or name it with -o.")
    settings: dict[str, Any] = {"codebook": codebook, "terms": term, "by": by, "tidy": tidy}
    with tempfile.TemporaryDirectory() as folder:
        measured = _tables(sources, tables, column, dayfirst, Path(folder) / "tables", **settings)
        heard = None
        if tables is None and measured.manifest["n_articles"] <= MOST_HEARD:
            heard = who_is_quoted(_corpus(sources or [str(sample_folder())], column, dayfirst, tidy), by)
        drawn = gallery(measured, speakers=heard)
        if check:
            changed = drawing.check(output, drawn.figures.values())
            for line in changed:
                typer.echo(line, err=True)
            if changed:
                typer.echo(f"{len(changed)} changed; draw them again with `analysis figures`.", err=True)
                raise typer.Exit(1)
            typer.echo(f"{len(drawn.figures)} figures in {output} follow from the data")
        else:
            for figure in _bar(drawn.figures.values(), "Drawing"):
                figure.save(output)
            typer.echo(f"{len(drawn.figures)} figures in {output}")
        for name, why in drawn.not_drawn.items():
            typer.echo(f"  not drawn: {name} ({why})")
        for name in [] if check else left_over(output, drawn):
            typer.echo(f"  {name} is of an earlier run; remove its files from {output}", err=True)
        if tables is None:
            _finish(measured, strict)


@app.command(epilog="Examples: analysis report articles/ -o report · analysis report --from tables --title 'The flood'")
def report(
    sources: Annotated[list[str] | None, typer.Argument(help="Files, folders or globs of articles.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder of the report.")] = Path("report"),
    tables: From = None,
    title: Annotated[str | None, typer.Option(help="Heading of the report.")] = None,
    no_text: Annotated[bool, typer.Option("--no-text", help="Leave every sentence of the articles out.")] = False,
    codebook: Codebook = "generic",
    term: Terms = None,
    by: By = "outlet",
    tidy: Tidy = False,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Read, measure, draw and write a report that opens from disk."""
    from analysis.output.report import write_report

    if not sources and tables is None:
        raise OptionError("name articles (analysis report articles/) or measured tables (--from TABLES).")
    settings: dict[str, Any] = {"codebook": codebook, "terms": term, "by": by}
    corpus = None
    if sources and tables is None and not no_text:  # sentences are quoted from it
        corpus = _corpus(sources, column, dayfirst, tidy)
    measured = _tables(
        sources, tables, column, dayfirst, output / "tables", corpus=corpus, tidy=tidy and corpus is None, **settings
    )
    page = write_report(measured, output, corpus=corpus, codebook=codebook, manifest=measured.manifest, title=title)
    typer.echo(f"wrote {page}")
    if tables is None:
        _finish(measured, strict)


@app.command(
    epilog="Examples: analysis concordance articles/ 'tide gate*' --window 6 --limit 100 · analysis concordance "
    "articles/ 'flood*' -o lines.csv"
)
def concordance(
    source: Annotated[str, typer.Argument(help="A file, folder or glob of articles.")],
    pattern: Annotated[str, typer.Argument(help="A word or phrase; * stands for any letters.")],
    window: Annotated[int, typer.Option(help="Words on each side.", min=0)] = 8,
    limit: Annotated[int | None, typer.Option(help="Show the first lines only; count the others.", min=1)] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the lines: .csv, .xlsx, …")] = None,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Show a word or phrase in its context, line by line. Articles are read piece by piece, so there may be many."""
    from analysis.measures.terms.lines import Lines
    from analysis.output.stream import spooled, write_blocks

    _check(output)
    lines = Lines(
        [source], pattern, window=window, limit=limit, columns=_renamed(column), dayfirst=dayfirst, progress=True
    )
    if output is not None:
        path, written = write_blocks(spooled(lines, lines.named), output)
        typer.echo(f"wrote {written:,} line{'s' * (written != 1)} to {path}")
    else:
        written = 0
        for block in spooled(lines, lines.named):
            written += len(block)
            for row in block.itertuples():
                left, right = _one_line(row.left)[-48:], _one_line(row.right)[:48]
                typer.echo(f"{_one_line(row.outlet)[:18]:18s} {left:>48s} [{_one_line(row.keyword)}] {right}")
    if lines.n_lines > written:
        typer.echo(f"and {lines.n_lines - written:,} more, left out by --limit {limit}")
    articles = f"{lines.n_found:,} article{'s' * (lines.n_found != 1)}"
    typer.echo(f"{lines.n_lines:,} line{'s' * (lines.n_lines != 1)} in {articles}")
    _problems(*lines.problems(), strict)


@app.command(
    epilog="Examples: analysis explain a.txt · analysis explain articles/ --article a1 --measure framing -o a.html "
    "· analysis explain a.txt --voice narration"
)
def explain(
    source: Annotated[str, typer.Argument(help="A file, folder or glob of articles.")],
    article: Annotated[
        str | None, typer.Option(metavar="ID", help="The article_id, where there are several articles.")
    ] = None,
    measure: Annotated[str, typer.Option(help="sentiment, readability, framing or terms.")] = "sentiment",
    score: Annotated[str | None, typer.Option(help="A column of the measure's table, e.g. compound_mean.")] = None,
    lexicon: Annotated[str, typer.Option(help="vader, or a CSV file with the columns term and weight.")] = "vader",
    codebook: Codebook = "generic",
    term: Annotated[
        list[str] | None, typer.Option("--term", help="A word or pattern, for --measure terms. Repeatable.")
    ] = None,
    voice: Annotated[
        str,
        typer.Option(metavar="all|narration|quoted", help="Whose words: all, the article's own, or those it quotes."),
    ] = "all",
    mask: Annotated[
        str | None, typer.Option(metavar="names", help="Of sentiment and framing: no word of a name counts.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the article with its spans coloured: .html; or the spans: .csv, …"),
    ] = None,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Show which words made an article's score, with the weight of each and the rule that gave it."""
    from analysis.studies.evidence import explain as evidence_of

    is_page = output is not None and output.suffix.lower() == ".html"
    _check(None if is_page else output)
    corpus = _corpus([source], column, dayfirst)
    chosen = article or (str(corpus.articles.index[0]) if len(corpus) == 1 else None)
    if chosen is None:
        names = ", ".join(map(str, corpus.articles.index[:3]))
        such_as = f" Name one with --article, such as {names}." if len(corpus) else ""
        raise OptionError(f"{source} has {len(corpus):,} articles.{such_as}")
    evidence = evidence_of(
        corpus,
        chosen,
        measure=cast("Measure", measure),
        score=score,
        lexicon=lexicon,
        codebook=codebook,
        terms=term,
        voice=cast("Voice", voice),
        mask=cast("Literal['names'] | None", mask),
    )
    if output is not None and is_page:
        with replacing(output) as part:
            part.write_text(evidence.to_html(), encoding="utf-8", errors="replace", newline="\n")
        typer.echo(f"wrote {output}")
    elif output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {len(evidence.spans):,} spans to {write_table(evidence.spans, output)}")
    else:
        _show_spans(evidence.spans)
    for name, total in [*evidence.total.items(), *evidence.counts.items()]:
        typer.echo(f"{_one_line(name)}: {total:,.6g}")
    typer.echo("\n".join(map(_one_line, evidence.formula.splitlines())))
    for name, value in evidence.score.items():
        typer.echo(f"{_one_line(name)} = {value:.6g}")
    _finish(corpus, strict)


def _show_spans(spans: pd.DataFrame) -> None:
    """Print where each span begins, its text, what it adds to what, and why; the weightiest where there are many."""
    shown = spans.loc[spans["weight"].abs().nlargest(_MOST_SPANS).index.sort_values()]
    wide = shown["quantity"].nunique() > 1
    for row in shown.itertuples():
        quantity = f"{_one_line(row.quantity)[:24]:24s} " if wide else ""
        text = _one_line(row.text)
        text = text if len(text) <= 24 else f"{text[:23]}…"
        typer.echo(f"{row.start:>7,} {text:24s} {row.weight:>+9.3f}  {quantity}{_one_line(row.rule)}")
    if len(shown) < len(spans):
        typer.echo(f"and {len(spans) - len(shown):,} more that weigh as much or less; -o spans.csv writes all")


@code.command(
    "write",
    epilog="Example: analysis code write articles/ -n 100 --coder Ann --coder Ben --variable tone=-1,0,1 -o coding",
)
def code_write(
    sources: Sources,
    n: Annotated[int, typer.Option("-n", help="Units to draw.", min=1)],
    coder: Annotated[list[str], typer.Option("--coder", help="Who codes. Repeatable.")],
    variable: Variables,
    output: Annotated[Path, typer.Option("-o", "--output", help="New folder for the sheets and sample.parquet.")],
    unit: Annotated[str, typer.Option(metavar="article|sentence|title", help="What is coded.")] = "article",
    by: Annotated[list[str] | None, typer.Option("--by", help="A column to draw within. Repeatable.")] = None,
    overlap: Annotated[float, typer.Option(help="Share of the units that all coders code, 0 to 1.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    kind: Annotated[str, typer.Option("--format", metavar="xlsx|csv", help="Of the sheets.")] = "xlsx",
    tidy: Tidy = False,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Draw units to be coded and write a sheet for each coder, without outlet, date or score."""
    from analysis.inference.coding import coding_sample
    from analysis.output.coding import write_coding_sheet
    from analysis.output.sheets import write_table

    codes = _variables(variable)
    corpus = _corpus(sources, column, dayfirst, tidy)
    drawn = coding_sample(
        corpus,
        n=n,
        coders=coder,
        unit=cast("Literal['article', 'sentence', 'title']", unit),
        by=by,
        overlap=overlap,
        seed=seed,
    )
    files = {name: output / f"coding-{re.sub('[^a-zA-Z0-9-]', '_', name)}.{kind}" for name in coder}
    if len({str(path).lower() for path in files.values()}) < len(coder):
        raise OptionError("two names of --coder give one name of a file; write them with other letters or digits.")
    there = [file for file in [*files.values(), output / "sample.parquet"] if file.exists()]
    if there:  # it may be filled in, and no second run gives that back
        raise OptionError(f"{there[0]} is there already, and may hold coding; name a new folder with -o.")
    for name, file in files.items():
        path = write_coding_sheet(drawn, file, variables=codes, coder=name)
        typer.echo(f"wrote {path}")
    typer.echo(f"wrote {write_table(drawn, output / 'sample.parquet')}: keep it, the sheets are checked against it")
    _finish(corpus, strict)


@code.command(
    "read",
    epilog="Example: analysis code read coding/*.xlsx --sample coding/sample.parquet --variable tone=-1,0,1 "
    "-o codes.csv",
)
def code_read(
    sheets: Annotated[list[Path], typer.Argument(help="The sheets that came back.")],
    sample_file: Annotated[Path, typer.Option("--sample", help="The sample.parquet that was written with them.")],
    variable: Variables,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the codes: .csv, .xlsx, .parquet …")],
) -> None:
    """Read sheets back; every mistake is named with its file and row."""
    from analysis.output.sheets import write_table
    from analysis.reading.coded import read_codes, read_coding_sheets

    _check(output)
    codes = read_coding_sheets(list(sheets), sample=read_codes(sample_file), variables=_variables(variable))
    who = ", ".join(map(_one_line, sorted(codes["coder"].unique())))
    typer.echo(f"wrote {write_table(codes, output)}: {codes['unit'].nunique():,} units coded by {who}")


@code.command("agreement", epilog="Example: analysis code agreement codes.csv --variable tone --scale ordinal")
def code_agreement(
    codes: Codes,
    variable: Variable,
    scale: Annotated[str, typer.Option(metavar="nominal|ordinal|interval|ratio")] = "nominal",
    cluster: Annotated[str | None, typer.Option(help="A column whose units are resampled together.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the units coded differently: .csv, .xlsx …")
    ] = None,
) -> None:
    """Print how far coders agree: alpha, percent agreement, kappa, of all and of each pair."""
    from analysis.inference.reliability import disagreements, reliability
    from analysis.reading.coded import read_codes

    _check(output)
    table = read_codes(codes)
    found = reliability(table, variable=variable, scale=cast("Any", scale), cluster=cluster)
    for row in found.itertuples():
        typer.echo(f"{_one_line(row.coders)[:32]:32s} {row.statistic:10s} {_interval(row)}  n {row.n_units:,}")
    disputed = disagreements(table, variable=variable)
    typer.echo(f"{len(disputed):,} of {table['unit'].nunique():,} units were coded differently")
    if output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {write_table(disputed, output)}")


@code.command("gold", epilog="Example: analysis code gold codes.csv --variable tone -o gold.csv --lock gold.lock.json")
def code_gold(
    codes: Codes,
    variable: Variable,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the gold standard: .csv, .xlsx, .parquet.")],
    ties: Annotated[str, typer.Option(metavar="missing|median", help="Where no code has a majority.")] = "missing",
    lock: Annotated[Path | None, typer.Option(help="Write its hash, so that a later change is noticed: .json.")] = None,
) -> None:
    """Let a majority of coders say what is true of each unit."""
    from analysis.inference.reliability import adjudicate
    from analysis.output.sheets import write_table
    from analysis.reading.coded import lock_gold, read_codes

    _check(output)
    gold = adjudicate(read_codes(codes), variable=variable, ties=cast("Any", ties))
    how = ", ".join(f"{n:,} {name}" for name, n in gold["how"].value_counts().items())
    typer.echo(f"wrote {write_table(gold, output)}: {len(gold):,} units, {how}")
    if lock is not None:
        typer.echo(f"wrote {lock_gold(read_codes(output), lock)}: commit it before you look at a score")


@app.command(
    epilog="Example: analysis validate tables gold.csv --table sentiment --score compound_mean --variable tone "
    "--cut -0.05 --cut 0.05"
)
def validate(
    scores: Annotated[Path, typer.Argument(help="Measured tables (a folder), or a table with a row for each unit.")],
    gold: Annotated[Path, typer.Argument(help="The gold standard: .csv, .xlsx, .parquet.")],
    score: Annotated[str, typer.Option(help="The column of the scores.")],
    variable: Variable,
    table: Annotated[str, typer.Option(help="Which table of the folder.")] = "sentiment",
    frame: Annotated[str | None, typer.Option(help="Of the table framing: which frame.")] = None,
    cut: Annotated[
        list[float] | None, typer.Option("--cut", help="A score at which the next class begins. Repeatable, rising.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option("--label", help="The classes from low to high; the gold's codes if not given.")
    ] = None,
    scale: Annotated[str, typer.Option(metavar="nominal|ordinal|interval|ratio", help="Of alpha.")] = "nominal",
    positive: Annotated[str | None, typer.Option(help="The code that is looked for.")] = None,
    inclusion: Annotated[str | None, typer.Option(help="A column with each unit's chance to be drawn.")] = None,
    lock: Annotated[Path | None, typer.Option(help="What `code gold --lock` wrote: changed gold is refused.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the figures: .csv, .xlsx …")] = None,
) -> None:
    """Hold a measure to a gold standard: accuracy, F1, AUC, correlation, alpha, with intervals by article."""
    from analysis.engine.tables import open_tables
    from analysis.inference.validation import validate as hold_to
    from analysis.reading.coded import read_codes

    _check(output)
    measured = open_tables(scores)[table] if scores.is_dir() else read_codes(scores)
    if frame is not None:
        measured = measured[measured["frame"] == frame]
    found = hold_to(
        measured,
        read_codes(gold),
        score=score,
        variable=variable,
        cuts=cut,
        labels=label and _codes(label),
        positive=positive if positive is None else _codes([positive])[0],
        scale=cast("Any", scale),
        inclusion=inclusion,
        lock=lock,
    )
    typer.echo("\n".join(map(_one_line, str(found).splitlines())))
    if output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {write_table(found.scores, output)}")


def _variables(pairs: list[str]) -> dict[str, list[str | int | float]]:
    """Return what --variable says."""
    found: dict[str, list[str | int | float]] = {}
    for pair in pairs:
        name, sign, listed = pair.partition("=")
        codes = [one.strip() for one in listed.split(",")]
        if not (name and sign and all(codes)):
            raise OptionError(f"--variable must be NAME=CODE,CODE, such as tone=-1,0,1; got {pair!r}.")
        found[name] = _codes(codes)
    return found


def _codes(written: list[str]) -> list[str | int | float]:
    """Return codes that are all numbers as such."""
    if not all(re.fullmatch(r"[+-]?\d+(\.\d+)?", one) for one in written):
        return list(written)
    return [float(one) if "." in one else int(one) for one in written]


def _interval(row: Any) -> str:
    shown = [" –  " if value != value else f"{value:.3f}" for value in (row.value, row.low, row.high)]
    return f"{shown[0]:>6s} ({shown[1]} to {shown[2]})"


@app.command(epilog="Examples: analysis voice articles/ · analysis voice articles/ -o voice.csv")
def voice(
    sources: Sources,
    output: TableFile = None,
    limit: Limit = _ROWS,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Count how many words of each article are quoted speech."""
    import analysis

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    table = analysis.voice(corpus).reset_index()
    table.insert(1, "outlet", corpus.articles["outlet"].array)
    _give(table, output, limit)
    _finish(corpus, strict)


@app.command(epilog="Examples: analysis quotes articles/ · analysis quotes articles/ -o quotes.xlsx")
def quotes(
    sources: Sources,
    output: TableFile = None,
    limit: Limit = _ROWS,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """List who says what: every quotation with its speaker, the verb, and how sure the speaker is."""
    import analysis

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    shown = ["article_id", "kind", "speaker", "cue", "certainty", "text"]
    _give(analysis.quotes(corpus), output, limit, shown)
    _finish(corpus, strict)


@app.command(epilog="Examples: analysis speakers articles/ · analysis speakers articles/ --by outlet -o speakers.csv")
def speakers(
    sources: Sources,
    by: Groups = None,
    output: TableFile = None,
    limit: Limit = _ROWS,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Count who is quoted how much, by how many, and in what tone."""
    import analysis

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    _give(analysis.speakers(corpus, by=by), output, limit)
    _finish(corpus, strict)


@app.command(epilog="Examples: analysis names articles/ · analysis names articles/ --engine spacy -o names.csv")
def names(
    sources: Sources,
    engine: Annotated[
        str, typer.Option(metavar="rules|spacy", help="By rule, or by an English spaCy pipeline that is installed.")
    ] = "rules",
    output: TableFile = None,
    limit: Limit = _ROWS,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """List the people, organisations and places that each article names."""
    import analysis

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    _give(analysis.names(corpus, engine=cast("Engine", engine)), output, limit)
    _finish(corpus, strict)


@app.command(
    epilog="Examples: analysis portrayal articles/ --name 'Ana Ruiz' --name migrants · analysis portrayal articles/ "
    "--name migrants --by outlet · analysis portrayal articles/ --name migrants --unit label -o labels.csv"
)
def portrayal(
    sources: Sources,
    name: Annotated[
        list[str], typer.Option("--name", help="A person, an organisation, or words for a group. Repeatable.")
    ],
    voice: Annotated[
        str,
        typer.Option(metavar="narration|quoted|all", help="Whose words: the articles' own, those they quote, or all."),
    ] = "narration",
    by: Groups = None,
    unit: Annotated[
        str, typer.Option(metavar="actor|label|sentence", help="A row for each name, each label or each sentence.")
    ] = "actor",
    roles: Annotated[
        str | None, typer.Option(metavar="spacy", help="Also who acts and who is acted on, by a parser of spaCy's.")
    ] = None,
    output: TableFile = None,
    limit: Limit = _ROWS,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Show how people or groups are portrayed: mentions, labels, tone, and whether they act."""
    import analysis

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    table = analysis.portrayal(
        corpus,
        names=name,
        voice=cast("Voice", voice),
        by=by,
        unit=cast("Literal['actor', 'label', 'sentence']", unit),
        roles=cast("Literal['spacy'] | None", roles),
    )
    _give(table, output, limit)
    _finish(corpus, strict)


@app.command(
    epilog="Examples: analysis contrast articles/ --topic 'flood*' -o flood.html · analysis contrast articles/ --where "
    "topic=education --by leaning --codebook policy -o education.html"
)
def contrast(
    sources: Sources,
    output: Annotated[Path, typer.Option("-o", "--output", help="The page: .html.")],
    topic: Annotated[
        list[str] | None,
        typer.Option(help="A word or pattern that stands in the title, or twice in the text. Repeatable: any of them."),
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only such articles. Repeatable.")
    ] = None,
    by: By = "outlet",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="An actor whose labels are compared. Repeatable.")
    ] = None,
    codebook: Codebook = "generic",
    tidy: Tidy = False,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Show side by side how outlets tell of the same topic: words, labels, frames, voice and tone, on one page."""
    import analysis

    if output.suffix.lower() != ".html":
        raise OptionError(f"the page is written as .html; got {output}.")
    corpus = _corpus(sources, column, dayfirst, tidy)
    wanted: dict[str, list[str]] = {}
    for pair in where or []:
        left, sign, right = pair.partition("=")
        if not sign or not left or not right:
            raise OptionError(f"`--where` must be COLUMN=VALUE, e.g. --where topic=education; got {pair!r}.")
        wanted.setdefault(left, []).append(right)
    english = corpus.articles["language"].fillna("en") == "en"  # the measures are made for it
    found = analysis.contrast(
        corpus.where(english, **wanted), topic=topic or None, by=by, names=name, codebook=codebook
    )
    typer.echo(_one_line(repr(found)[1:-1]))
    for line in found.findings():
        typer.echo(f"  {_one_line(line)}")
    typer.echo(f"wrote {found.write(output)}")
    _finish(corpus, strict)


def _give(table: pd.DataFrame, output: Path | None, limit: int, columns: list[str] | None = None) -> None:
    """Write a table, or print its first rows: some of its columns, those without any value left out."""
    if output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {len(table):,} row{'s' * (len(table) != 1)} to {write_table(table, output)}")
        return
    shown = table[columns or list(table.columns)].head(limit)
    shown = shown.loc[:, shown.notna().any() | shown.columns.isin(["speaker", "cue"])] if len(shown) else shown
    cells = {str(name): [_cell(value) for value in shown[name]] for name in shown.columns}
    widths = {name: max(map(len, [name, *values])) for name, values in cells.items()}
    numeric = {str(name) for name in shown.columns if shown[name].dtype.kind in "if"}
    for row in [list(cells), *zip(*cells.values(), strict=True)]:
        parts = [
            cell.rjust(width) if name in numeric else cell.ljust(width)
            for cell, (name, width) in zip(row, widths.items(), strict=True)
        ]
        typer.echo("  ".join(parts).rstrip())
    if len(table) > limit:
        typer.echo(f"and {len(table) - limit:,} more rows; -o table.csv writes all")


def _cell(value: Any) -> str:
    """Write a value on one line of at most so many characters."""
    if value is None or value != value or str(value) == "<NA>":
        return ""
    text = f"{value:.3f}" if isinstance(value, float) else _one_line(value)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


@app.command(epilog="Examples: analysis stories articles/ · analysis stories articles/ --days 3 -o stories.csv")
def stories(
    sources: Sources,
    days: Annotated[float, typer.Option(help="Days within which a story is copied.", min=0)] = 7,
    overlap: Annotated[float, typer.Option(help="Least share of words in common, 0 to 1.")] = 0.45,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write all articles: .csv, .xlsx, …")] = None,
    limit: Annotated[int, typer.Option(help="Show so many rows.", min=1)] = 50,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Find the articles that print the same text: who was first, which agency, how much was changed."""
    from analysis.inference.stories import stories as find_stories

    _check(output)
    corpus = _corpus(sources, column, dayfirst)
    found = find_stories(corpus, days=days, overlap=overlap)
    several = found[found["n_articles"] > 1]
    n = several["story"].nunique()
    typer.echo(
        f"{_many(len(found), 'article')}, {_many(found['story'].nunique(), 'story', 'stories')}; "
        f"{n:,} of them in several articles, "
        f"{several.loc[several['n_outlets'] > 1, 'story'].nunique():,} in several outlets; "
        f"{_many(found['wire'].notna().sum(), 'article')} of agencies"
    )
    shown = several.join(corpus.articles["outlet"]).sort_values(["story", "first"], ascending=[True, False])
    listed = shown.reset_index()[["story", "article_id", "outlet", "days_after_first", "wire", "share_own"]]
    _give(found.reset_index() if output is not None else listed, output, limit)
    _finish(corpus, strict)


@app.command(
    epilog="Examples: analysis compare articles/ · analysis compare articles/ --measure framing --value conflict "
    "--against rest · analysis compare articles/ --covariate n_words --figure figures"
)
def compare(
    sources: Sources,
    measure: Annotated[str, typer.Option(help="sentiment, readability or framing.")] = "sentiment",
    value: Annotated[
        str | None, typer.Option(help="A column of the measure, e.g. compound_mean; with framing a frame's name.")
    ] = None,
    by: By = "outlet",
    group: Annotated[
        list[str] | None, typer.Option("--group", help="A group to compare; all if not given. Repeatable.")
    ] = None,
    statistic: Annotated[str, typer.Option(metavar="mean|median", help="What is compared.")] = "mean",
    against: Annotated[
        str, typer.Option(metavar="pairs|rest", help="Each two groups, or each with the rest.")
    ] = "pairs",
    reference: Annotated[str | None, typer.Option(help="A group to compare all others with.")] = None,
    covariate: Annotated[
        list[str] | None,
        typer.Option("--covariate", help="A column to adjust for: published, n_words, … Repeatable."),
    ] = None,
    correction: Annotated[
        str, typer.Option(metavar="holm|fdr_bh|bonferroni|none", help="For many comparisons.")
    ] = "holm",
    codebook: Codebook = "generic",
    figure: Annotated[Path | None, typer.Option(help="Folder for a forest plot.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the table: .csv, .xlsx, …")] = None,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Compare outlets: differences with intervals, copies of one story counted as one."""
    import analysis

    _check(output)
    choose("measure", measure, ["sentiment", "readability", "framing"])
    corpus = _corpus(sources, column, dayfirst)
    known = corpus.where(corpus.articles["language"].fillna("en").eq("en"))
    if measure == "framing":
        table = analysis.framing(known, codebook=codebook)
        choose("value", value, sorted(table["frame"].unique()))
        scores, score = table[table["frame"] == value].set_index("article_id"), "per_1000_words"
    else:
        scores = analysis.sentiment(known) if measure == "sentiment" else analysis.readability(known)
        score = value or ("compound_mean" if measure == "sentiment" else "flesch_kincaid_grade")
    about = known.articles.drop(columns=[name for name in known.articles if name in scores or name == "text"])
    found = analysis.compare(
        scores.join(about).join(analysis.stories(known)["story"]),
        value=score,
        by=by,
        statistic=cast("Any", statistic),
        against=cast("Any", against),
        reference=reference,
        groups=group,
        covariates=covariate or [],
        correction=cast("Any", correction),
    )
    for row in found.itertuples():
        typer.echo(
            f"{_one_line(row.group)[:24]:24s} {_one_line(row.other)[:24]:24s} {row.difference:>+9.3f} "
            f"({row.low:+.3f} to {row.high:+.3f})  n {row.n}/{row.n_other}, effective "
            f"{row.n_effective:.0f}/{row.n_effective_other:.0f}  g {row.hedges_g:+.2f}  p {row.p_adjusted:.3f}"
        )
    for note in dict.fromkeys(note for line in found["note"] for note in line.split("; ") if note):
        typer.echo(f"  {_one_line(note)}")
    if figure is not None:
        for path in analysis.figures.plot_comparison(found).save(figure):
            typer.echo(f"wrote {path}")
    if output is not None:
        from analysis.output.sheets import write_table

        typer.echo(f"wrote {write_table(found, output)}")
    _finish(corpus, strict)


@codebooks.command("list", epilog="Example: analysis codebook list")
def codebook_list() -> None:
    """List the kit's own codebooks."""
    from analysis.measures.codebook import packaged, read_codebook

    for name in packaged():
        book = read_codebook(name)
        cues = sum(len(frame.cues) for frame in book.frames)
        frames = ", ".join(frame.name for frame in book.frames)
        typer.echo(f"{name} {book.version}: {cues:,} cues; {frames}")


@codebooks.command("show", epilog="Example: analysis codebook show policy > mine.yaml")
def codebook_show(name: Annotated[str, typer.Argument(help="A codebook's name or file.")]) -> None:
    """Print a codebook as a YAML file to read, or to begin one of your own from."""
    from analysis.measures.codebook import read_codebook

    typer.echo(read_codebook(name).to_yaml(), nl=False)


@codebooks.command(
    "check",
    epilog="Examples: analysis codebook check mine.yaml · analysis codebook check mine.yaml articles/ --examples 5",
)
def codebook_check(
    file: Annotated[str, typer.Argument(help="A codebook's name or file.")],
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or globs of articles to try it on.")
    ] = None,
    most: Annotated[int, typer.Option(help="Of how many frequent cues of each frame to show lines.", min=0)] = 10,
    examples: Annotated[int, typer.Option(help="How many lines of each.", min=0)] = 3,
    column: Columns = None,
    dayfirst: DayFirst = None,
    strict: Strict = False,
) -> None:
    """Say what a codebook's cues find, which never match or match one outlet only, and which say the same."""
    from analysis.measures.codebook import read_codebook
    from analysis.studies.codebook_check import check_codebook

    book = read_codebook(file)  # what is wrong with it is told before articles are read
    corpus = _corpus(sources, column, dayfirst) if sources else None
    typer.echo(str(check_codebook(book, corpus, most=most, examples=examples)))
    if corpus is not None:
        _finish(corpus, strict)


@app.command(epilog="Example: analysis sample x; analysis report x")
def sample(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Copy the sample corpus: original articles of a fictional town, in every format."""
    import shutil

    from analysis.resources import sample_folder

    if folder.exists() and not folder.is_dir():
        raise OptionError(f"{folder} is a file; name a new folder.")
    if folder.exists() and any(folder.iterdir()):
        raise OptionError(f"{folder} is not empty; name a new folder.")
    try:
        shutil.copytree(sample_folder(), folder, dirs_exist_ok=True)
    except BaseException as error:  # a part of the sample would be taken for all of it
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, shutil.Error):  # many errors in one: the first says it
            raise OSError(f"the sample: {error.args[0][0][2]}") from error
        raise
    typer.echo(f"copied the sample to {folder}; go on with: analysis report {folder}")


def _corpus(sources: list[str], columns: list[str] | None, dayfirst: bool | None, tidy: bool = False) -> Corpus:
    from analysis.reading import read as read_articles

    corpus = read_articles(sources, columns=_renamed(columns), dayfirst=dayfirst)
    return corpus.tidied() if tidy else corpus


def _renamed(columns: list[str] | None) -> dict[str, str] | None:
    pairs = [pair.partition("=") for pair in columns or []]
    for theirs, sign, ours in pairs:
        if not (theirs and sign and ours):
            raise OptionError(f"--column must be THEIRS=OURS, such as body=text; got {theirs + sign + ours!r}.")
    return {theirs: ours for theirs, _, ours in pairs} or None


def _check(output: Path | None) -> None:
    """Refuse an ending that cannot be written before hours of reading, not after."""
    if output is not None:
        from analysis.output.sheets import check_ending

        check_ending(output)


def _tables(
    sources: list[str] | None,
    tables: Path | None,
    columns: list[str] | None,
    dayfirst: bool | None,
    out: Path,
    *,
    corpus: Corpus | None = None,
    **settings: Any,
) -> Tables:
    """Open the tables that are named, or measure the articles, or the sample, into a folder."""
    from analysis.engine.tables import measure as measure_articles
    from analysis.engine.tables import open_tables
    from analysis.resources import sample_folder

    if tables is not None:
        if sources:
            raise OptionError("give articles or --from TABLES, not both.")
        opened = open_tables(tables)
        measured_by = opened.manifest["settings"]["by"]
        if settings["by"] not in ("outlet", measured_by):
            raise OptionError(f"{tables} was measured by {measured_by!r}; measure again with --by {settings['by']}.")
        return opened
    if corpus is not None:
        return measure_articles(corpus, out, progress=True, **settings)
    return measure_articles(
        sources or [str(sample_folder())], out, columns=_renamed(columns), dayfirst=dayfirst, progress=True, **settings
    )


def _summary(tables: Tables, output: Path) -> str:
    """Say what a run of `measure` did."""
    n, work = tables.manifest["n_articles"], tables.work
    articles = f"{n:,} article{'s' * (n != 1)}"
    if work is None or work.unchanged:
        return f"{output} holds these {articles}, measured with these settings; nothing was left to do"
    seconds = max(work.seconds, 1e-3)
    done = f"{work.n_articles:,} article{'s' * (work.n_articles != 1)} measured in {work.seconds:,.1f} s"
    speed = f"{work.n_articles / seconds:,.0f} articles/s, {work.n_bytes / seconds / 1e6:,.1f} MB/s"
    kept = f", {n - work.n_articles:,} were measured before" if work.kept else ""
    return f"{done} ({speed}){kept}; {len(tables)} tables in {output}"


def _finish(corpus: Corpus | Tables, strict: bool) -> None:
    """Say what could not be read as meant; with --strict that is a failure."""
    foreign = int(corpus.articles["language"].fillna("en").ne("en").sum())
    _problems(corpus.set_aside, corpus.notes, strict, foreign)


def _problems(aside: pd.DataFrame, notes: pd.DataFrame, strict: bool, foreign: int = 0) -> None:
    lost = aside[aside["kind"].isin(["file", "row", "article"])]
    undated = notes[notes["kind"] == "date"]
    _say(lost["path"], lost["row"], lost["reason"], "set aside")
    _say(undated["path"], undated["row"], undated["message"], "no date")
    if len(lost):
        typer.echo(f"{len(lost):,} file{'s' * (len(lost) != 1)} or row{'s' * (len(lost) != 1)} set aside", err=True)
    if foreign:
        are = "articles are" if foreign != 1 else "article is"
        typer.echo(f"{foreign:,} {are} not in English: scored, and left out of figures", err=True)
    if strict and (len(lost) or len(undated)):
        raise typer.Exit(1)


def _say(paths: pd.Series, rows: pd.Series, reasons: pd.Series, what: str) -> None:
    """Print the first of some problems, each with its file and row."""
    for path, row, reason in zip(paths.head(_SHOWN), rows.head(_SHOWN), reasons.head(_SHOWN), strict=True):
        typer.echo(f"{what}: {_where(path, row, str(reason))}", err=True)
    if len(paths) > _SHOWN:
        typer.echo(f"{what}: and {len(paths) - _SHOWN:,} more", err=True)


def _where(path: object, row: object, message: str) -> str:
    nothing = ("<NA>", "None", "nan")
    if str(path) in nothing or message.startswith(str(path)):
        return _one_line(_as_options(message))
    message = _as_options(message)
    return _one_line(f"{path}: {message}" if str(row) in nothing else f"{path}, row {row}: {message}")


def _bar(items: Any, what: str) -> Any:
    from tqdm import tqdm

    return tqdm(items, desc=what, disable=None, leave=False)


def _many(n: int, one: str, more: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else more or one + 's'}"


def _one_line(text: object) -> str:
    """Return text that cannot steer a terminal: white space collapsed, control characters shown as ·."""
    joined = " ".join(str(text).split()) if text == text and text is not None else ""
    return "".join(character if character.isprintable() else "·" for character in joined)


def _as_options(message: str) -> str:
    """Say it in the words of the command line where a message speaks of the function's parameters."""
    message = re.sub(r"columns=\{'([^']*)': '([^']*)'\}", r"--column '\1=\2'", message)
    message = message.replace("Leave them out with groups=[…]", "Name the others, each with --group")
    return message.replace("`columns` names", "--column names").replace(
        "say dayfirst=True or False", "say --dayfirst or --monthfirst"
    )


def main() -> None:
    """Run the command; an error is a message and exit code 1, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that has no letter for a character gets a "?"
            stream.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that workers end first, as with Ctrl+C
    try:
        app()
    except AnalysisError as error:
        typer.echo(f"error: {_as_options(str(error))}", err=True)
        sys.exit(1)
    except BrokenPipeError:  # `analysis … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:  # of writing; what cannot be read is an InputError
        what = f" {error.filename}" if error.filename else ""
        typer.echo(f"error: cannot write{what}: {error.strerror or error}. Name another place with -o.", err=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("ANALYSIS_DEBUG"):
            raise
        typer.echo(
            f"error: {type(error).__name__}: {error}. This is a fault of the kit; set ANALYSIS_DEBUG=1 to see where.",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
