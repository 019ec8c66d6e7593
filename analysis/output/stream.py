"""Tables that come in blocks, written as they come: never all of one in memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import pandas as pd

from analysis.output.sheets import _for_people, _plain, check_ending, write_table
from analysis.resources import replacing

__all__ = ["spooled", "write_blocks"]


def spooled(
    blocks: Iterable[pd.DataFrame],
    finish: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    folder: str | os.PathLike[str] | None = None,
) -> Iterator[pd.DataFrame]:
    """Put all blocks aside on the disk, then yield each as `finish` makes it: where only the last tells how.

    The first that is yielded has no rows, so that there are columns in any case.

    Parameters
    ----------
    blocks
        Tables with the same columns.
    finish
        Called once for each, after the last has come.
    folder
        Where the file is that they wait in; it has no name and is gone when this ends. The system's if not given.

    Examples
    --------
    >>> blocks = [pd.DataFrame({"n": [1, 2]}), pd.DataFrame({"n": [3]})]
    >>> [block["n"].tolist() for block in spooled(blocks, lambda block: block * 10)]
    [[], [10, 20], [30]]
    """
    import pyarrow as pa

    with tempfile.TemporaryFile(dir=folder) as file, ExitStack() as stack:
        writer, empty = None, None
        for block in blocks:
            table = pa.Table.from_pandas(block, preserve_index=False)
            if writer is None:
                writer, empty = stack.enter_context(pa.ipc.new_stream(file, table.schema)), block.head(0)
            writer.write_table(table)
        if writer is None or empty is None:
            return
        writer.close()
        file.seek(0)
        yield finish(empty)  # the columns, where there are no rows
        for batch in pa.ipc.open_stream(file):
            yield finish(batch.to_pandas())


def write_blocks(blocks: Iterable[pd.DataFrame], path: str | os.PathLike[str]) -> tuple[Path, int]:
    """Write a table that comes in blocks, as `write_table` writes a whole one; `.xlsx` is held whole.

    Parameters
    ----------
    blocks
        One or more tables with the same columns and an index without a name.
    path
        Written beside its place, then renamed.

    Returns
    -------
    Path, int
        The path, and the rows written.

    Raises
    ------
    OptionError
        If the ending is none of those that `write_table` writes, or the table is larger than an Excel sheet.

    Examples
    --------
    >>> blocks = [pd.DataFrame({"word": ["=1+1"]}), pd.DataFrame({"word": ["rain"]})]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, n = write_blocks(blocks, f"{folder}/x.csv")
    ...     print(n, path.read_text().split())
    2 ['word', "'=1+1", 'rain']
    """
    target = Path(path)
    kind = check_ending(target)
    if kind == ".xlsx":
        table = pd.concat(list(blocks), ignore_index=True)
        return write_table(table, target), len(table)
    with replacing(target) as part, part.open("wb") as file:
        n = _write(blocks, file, kind)
    return target, n


def _write(blocks: Iterable[pd.DataFrame], file: IO[bytes], kind: str) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = 0
    with ExitStack() as stack:
        writer = None
        for number, block in enumerate(blocks):
            n += len(block)
            if kind == ".parquet":
                table = pa.Table.from_pandas(_plain(block), preserve_index=False)
                if writer is None:
                    writer = stack.enter_context(pq.ParquetWriter(file, table.schema))
                writer.write_table(table)
            elif kind == ".jsonl":
                if len(block):  # pandas writes a line end for nothing
                    _plain(block).to_json(file, orient="records", lines=True, force_ascii=False, date_format="iso")
            else:
                _for_people(block).to_csv(
                    file, index=False, header=number == 0, sep="\t" if kind == ".tsv" else ",", lineterminator="\n"
                )
    return n
