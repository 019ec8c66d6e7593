"""Coding sheets that come back from coders, and the lock on a gold standard."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import InputError, OptionError
from analysis.reading.cells import as_it_was, no_formula
from analysis.reading.encodings import decode
from analysis.reading.files import MAX_BYTES
from analysis.resources import replacing

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "checked_variables",
    "hash_of_gold",
    "lock_gold",
    "read_codes",
    "read_coding_sheets",
    "record_look",
    "told_apart",
]

Path_ = str | os.PathLike[str]
Code = str | int | float
Variables = Mapping[str, Sequence[Code]]

#: Columns of a sheet that are no variables.
FIXED = ("coder", "unit", "text")
_ABOUT = ("article_id", "sentence", "stratum", "inclusion")


def checked_variables(variables: Variables) -> dict[str, list[Code]]:
    """Return variables and their codes.

    Raises
    ------
    OptionError
        If there is none, a name is taken by the sheet, or codes are missing, doubled or neither numbers nor words.
    """
    if not variables:
        raise OptionError("`variables` names nothing to code. Use {'tone': [-1, 0, 1]}.")
    problems = []
    for name, codes in variables.items():
        taken = {*FIXED, *_ABOUT, "codes"}
        odd = not isinstance(name, str) or not name.strip() or name != name.strip() or no_formula(name) != name
        if odd or name in taken or re.fullmatch(r"text_\d+", name):
            problems.append(f"`variables`: {name!r} cannot be the name of one. Name it otherwise.")
        elif isinstance(codes, str) or not codes:
            problems.append(f"`variables`: {name!r} needs a list of codes; got {codes!r}. Use [-1, 0, 1].")
        elif len({_same(code) for code in codes}) < len(codes) or not all(map(_is_code, codes)):
            problems.append(f"`variables`: {name!r} has codes that repeat or are no word or number: {list(codes)!r}.")
    if problems:
        raise OptionError("\n".join(problems))
    return {name: list(codes) for name, codes in variables.items()}


def _is_code(code: object) -> bool:
    return isinstance(code, (int, float, str)) and not isinstance(code, bool) and _same(code) not in ("", "nan")


def _same(value: object) -> str:
    """Return what a code and a cell share: 1, 1.0, "1" and "'1 " are one, and capitals do not matter."""
    text = str(value).strip().lstrip("'").replace("−", "-").casefold()
    try:
        return repr(float(text))
    except ValueError:
        return text


def read_coding_sheets(paths: Path_ | Sequence[Path_], *, sample: pd.DataFrame, variables: Variables) -> pd.DataFrame:
    """Read coding sheets back and check them against what was given out.

    Parameters
    ----------
    paths
        `.xlsx` or `.csv` files, of one coder or several each, or a folder or glob of them.
    sample
        What was to be coded, as `coding_sample` gave it.
    variables
        Each variable and its codes, as they were written.

    Returns
    -------
    DataFrame
        One row for each unit and coder, by unit in the order of the sample, then by coder: `unit, coder`; `article_id,
        sentence, stratum, inclusion` and `text` of the sample; a column for each variable, float64 if its codes are
        numbers, else str. An empty cell is NaN: not coded.

    Raises
    ------
    InputError
        With every mistake of every file, each with file and row: an unknown code, unit or coder; a unit that is
        missing or doubled; a changed text; a missing column.
    OptionError
        If `variables` are not well formed, `sample` is another table, or a sheet shows two units or coders alike.

    Examples
    --------
    >>> import pandas as pd, analysis, pathlib, tempfile
    >>> corpus = analysis.read(pd.DataFrame({"text": ["Rain fell.", "It was dry."]}))
    >>> drawn = analysis.coding_sample(corpus, n=2, coders=["Ann"], seed=1)
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "ann.csv"
    >>> _ = analysis.write_coding_sheet(drawn, path, variables={"wet": ["yes", "no"]})
    >>> _ = path.write_text(path.read_text("utf-8-sig").replace("fell.,", "fell.,maybe"), encoding="utf-8")
    >>> analysis.read_coding_sheets(path, sample=drawn, variables={"wet": ["yes", "no"]})
    Traceback (most recent call last):
    analysis.errors.InputError: ann.csv, row 3: 'wet' has the unknown code 'maybe'. Use yes, no.
    """
    import pandas as pd

    codes = {name: {_same(code): code for code in listed} for name, listed in checked_variables(variables).items()}
    check_sample(sample)
    given = {str(row.unit): row for row in sample.itertuples()}
    due = {(unit, coder) for unit, row in given.items() for coder in str(row.coders).split("; ")}
    coders = {coder for _, coder in due}
    unit_of, coder_of = told_apart("unit", given), told_apart("coder", coders)
    problems: list[str] = []
    first_seen: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], dict[str, Code]] = {}
    seen_coders: dict[str, str] = {}
    for path in _files(paths):
        for number, row in _rows(path, list(codes), problems):
            where = f"{path.name}, row {number}"
            unit = unit_of.get(_words(row["unit"]), row["unit"].strip())
            coder = coder_of.get(_words(row["coder"]), row["coder"].strip())
            if coder not in coders:
                problems.append(f"{where}: the coder {coder!r} is not in the sample. Use {_listed(sorted(coders))}.")
            if unit not in given:
                problems.append(f"{where}: the unit {unit!r} is not in the sample. Restore it, or take the row out.")
            if unit not in given or coder not in coders:
                continue
            if (unit, coder) not in due:
                problems.append(f"{where}: unit {unit} was not given to {coder!r}. Take the row out.")
                continue
            if (unit, coder) in first_seen:
                problems.append(
                    f"{where}: unit {unit} of {coder!r} stands in {first_seen[unit, coder]} too. Keep one of them."
                )
                continue
            first_seen[unit, coder] = where
            seen_coders.setdefault(coder, path.name)
            if _words(row["text"]) != _words(no_formula(str(given[unit].text))):
                problems.append(f"{where}: the text of unit {unit} was changed. Restore it from the sheet given out.")
            said = found[unit, coder] = {}
            for name, known in codes.items():
                cell = row[name]
                if not cell.strip():
                    continue
                if _same(cell) in known:
                    said[name] = known[_same(cell)]
                else:
                    problems.append(
                        f"{where}: {name!r} has the unknown code {cell.strip()!r}. Use {_listed(known.values())}."
                    )
    for unit, coder in sorted(due - first_seen.keys()):
        if coder in seen_coders:
            problems.append(f"{seen_coders[coder]}: unit {unit} of {coder!r} is missing. Restore its row.")
    problems += [
        f"no sheet has the coder {coder!r}. Name the file of {coder!r} too."
        for coder in sorted(coders - set(seen_coders))
    ]
    if problems:
        raise InputError("\n".join(problems))
    order = [(unit, coder) for unit in given for coder in sorted(str(given[unit].coders).split("; "))]
    units = pd.Index([unit for unit, _ in order])
    about = sample.set_index("unit").loc[units, [*_ABOUT, "text"]].reset_index(drop=True)
    table = pd.DataFrame({"unit": units, "coder": [coder for _, coder in order]}).astype("str").join(about)
    for name, known in codes.items():
        numeric = all(not isinstance(code, str) for code in known.values())
        column = [found[key].get(name) for key in order]
        table[name] = pd.Series(column, dtype="float64" if numeric else "str")
    return table


def _listed(codes: Iterable[object]) -> str:
    return ", ".join(f"{code:g}" if isinstance(code, float) else str(code) for code in codes)


def check_sample(sample: pd.DataFrame) -> None:
    """Raise `OptionError` unless a table has the columns of a sample to be coded."""
    missing = [name for name in ("unit", *_ABOUT, "text", "coders") if name not in sample.columns]
    if missing:
        raise OptionError(
            f"`sample` has no column {', '.join(map(repr, missing))}; it has {', '.join(map(str, sample.columns))}. "
            "Give what coding_sample drew: the sample.parquet that was written with the sheets."
        )


def told_apart(what: str, names: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Return units or coders by what a sheet that comes back shows of each.

    Raises
    ------
    OptionError
        If a sheet shows two of them alike.
    """
    of: dict[tuple[str, ...], str] = {}
    problems = []
    for name in sorted(names):
        first = of.setdefault(_words(no_formula(name)), name)
        if first != name:
            problems.append(f"`sample`: a sheet shows {first!r} and {name!r} alike, each a {what}. Name one otherwise.")
    if problems:
        raise OptionError("\n".join(problems))
    return of


def _words(cell: str) -> tuple[str, ...]:
    """Return a cell without what spreadsheets do to white space and to apostrophes in front."""
    return tuple(cell.lstrip("'").split())


def _files(paths: Path_ | Sequence[Path_]) -> list[Path]:
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    found: list[Path] = []
    for one in map(Path, given):
        if one.is_dir():
            here = sorted(path for path in one.iterdir() if path.suffix.lower() in (".xlsx", ".csv"))
        elif one.is_file():
            here = [one]
        else:
            here = sorted(one.parent.glob(one.name)) if any(mark in one.name for mark in "*?[") else []
        if not here:
            raise InputError(f"{one}: there is no coding sheet. Name .xlsx or .csv files.")
        found += here
    return list(dict.fromkeys(path for path in found if not path.name.startswith((".", "~$"))))


def _rows(path: Path, variables: list[str], problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row that is not empty, with its number; long texts made one again."""
    rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _delimited(path)
    header = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in [*FIXED, *variables] if name not in header]
    if missing:
        problems.append(
            f"{path.name}: has no column {', '.join(map(repr, missing))}; it has {', '.join(filter(None, header))}. "
            "Restore the heading."
        )
        return
    at = {name: header.index(name) for name in [*FIXED, *variables]}
    further = [place for place, name in enumerate(header) if re.fullmatch(r"text_\d+", name)]
    for number, row in enumerate(rows[1:], 2):
        cells = [*row, *[""] * (len(header) - len(row))]
        if any(cell.strip() for cell in cells):
            named = {name: cells[place] for name, place in at.items()}
            named["text"] += "".join(as_it_was(cells[place]) for place in further)
            yield number, named


def _delimited(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else decode(raw)[0]
    head = text.partition("\n")[0]
    limit = csv.field_size_limit(MAX_BYTES)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count)))
    except csv.Error as error:
        raise InputError(f"{path.name}: cannot be read as CSV ({error}). Save it again as .xlsx.") from None
    finally:
        csv.field_size_limit(limit)


def _workbook(path: Path) -> list[list[str]]:
    import openpyxl

    data = io.BytesIO(path.read_bytes())
    try:
        with zipfile.ZipFile(data) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_BYTES:
                raise InputError(f"{path.name}: unpacks to more than {MAX_BYTES >> 30} GB. Save it as .csv.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and drop-downs, which are not read
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
    except InputError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise InputError(f"{path.name}: is not an .xlsx workbook that can be read: {error}. Save it again.") from None
    try:
        sheet = book["coding"] if "coding" in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()
        return [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.replace("_x000D_", "") if isinstance(value, str) else str(value)


def read_codes(path: Path_) -> pd.DataFrame:
    """Read a table of codes or gold from .csv, .xlsx or .parquet; names stay words, codes may be numbers.

    Names, texts and codes are what they were before `write_table` put an apostrophe in front.
    Only an empty cell is no code: `NA`, `None` or `null` are codes, and names, like others.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read.
    """
    import pandas as pd

    file = Path(path)
    words = dict.fromkeys(("unit", "coder", "article_id", "stratum", "text", "how"), "str")
    try:
        if file.suffix.lower() == ".parquet":
            return pd.read_parquet(file)
        if file.suffix.lower() == ".xlsx":
            table = pd.read_excel(file, dtype=words, keep_default_na=False, na_values=[""])
        else:
            table = pd.read_csv(file, dtype=words, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file. Name a table of codes.") from None
    except Exception as error:  # pandas, openpyxl and pyarrow raise whatever they do
        raise InputError(f"{file.name}: cannot be read as a table: {error}. Save it as .csv.") from None
    for name in table.select_dtypes(["object", "str"]).columns:
        table[name] = table[name].map(lambda cell: as_it_was(cell) if isinstance(cell, str) else cell)
    return table.rename(columns=lambda name: as_it_was(str(name)))


# --- The lock ---------------------------------------------------------------------------------------------------------


def hash_of_gold(gold: pd.DataFrame) -> str:
    """Return SHA-256 of a gold standard: its columns and rows, whatever their order.

    Examples
    --------
    >>> import pandas as pd
    >>> gold = pd.DataFrame({"unit": ["a", "b"], "tone": [1, 0]})
    >>> hash_of_gold(gold) == hash_of_gold(gold.iloc[::-1]), hash_of_gold(gold) == hash_of_gold(gold.replace(0, 1))
    (True, False)
    """
    flat = gold.reset_index() if gold.index.name else gold
    names = sorted(map(str, flat.columns))
    columns = flat.set_axis(list(map(str, flat.columns)), axis=1)[names]
    rows = sorted(
        json.dumps([_plain(cell) for cell in row], ensure_ascii=True) for row in columns.itertuples(index=False)
    )
    return hashlib.sha256("\n".join([json.dumps(names), *rows]).encode()).hexdigest()


def _plain(cell: object) -> object:
    """Return a cell so that a file read back gives the same: whole numbers without a point, all missing values one."""
    import pandas as pd

    if cell is None or cell is pd.NA or cell != cell:
        return None
    return _same(cell) if isinstance(cell, (int, float)) or hasattr(cell, "dtype") else str(cell)


def lock_gold(gold: pd.DataFrame, path: Path_) -> Path:
    """Write the hash of a gold standard to a file, before anyone has seen a score against it.

    `validate(…, lock=path)` then refuses a gold standard that was changed, and records each measure that it is asked
    about, so that trying until it fits leaves its trace. Commit the file.

    Parameters
    ----------
    gold
        The finished codes, as they will be given to `validate`.
    path
        A new file (`.json`).

    Raises
    ------
    InputError
        If the file is there already with another gold standard's hash.

    Examples
    --------
    >>> import pandas as pd, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "gold.lock.json"
    >>> _ = lock_gold(pd.DataFrame({"unit": ["a"], "tone": [1]}), path)
    >>> lock_gold(pd.DataFrame({"unit": ["a"], "tone": [0]}), path)
    Traceback (most recent call last):
    analysis.errors.InputError: gold.lock.json locks another gold standard. Name a new file, and say why in the text.
    """
    target, digest = Path(path), hash_of_gold(gold)
    if target.exists():
        if _lock(target)["sha256"] != digest:
            raise InputError(f"{target.name} locks another gold standard. Name a new file, and say why in the text.")
        return target
    return _write(target, {"sha256": digest, "n_units": len(gold), "looks": []})


def record_look(gold: pd.DataFrame, path: Path_, look: Mapping[str, object]) -> int:
    """Check a gold standard against its lock and record what was scored on it; return how many were by now.

    The same look is recorded once.

    Raises
    ------
    InputError
        If the gold standard is not the one that was locked, or the file is no lock.
    """
    target = Path(path)
    if not target.is_file():
        raise InputError(f"{target}: there is no such lock. Write it with analysis.lock_gold, before scoring.")
    lock = _lock(target)
    if lock["sha256"] != hash_of_gold(gold):
        raise InputError(
            f"{target.name}: the gold standard was changed after it was locked. Restore it, or lock the new one "
            "and say what was seen before."
        )
    if dict(look) not in lock["looks"]:
        lock["looks"].append(dict(look))
        _write(target, lock)
    return len(lock["looks"])


def _lock(path: Path) -> dict[str, Any]:
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(lock, dict) and isinstance(lock["sha256"], str) and isinstance(lock["looks"], list):
            return lock
    except (ValueError, KeyError):
        pass
    raise InputError(f"{path.name}: is no lock of a gold standard. Write it with analysis.lock_gold.")


def _write(path: Path, lock: dict[str, Any]) -> Path:
    with replacing(path) as part:
        part.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    return path
