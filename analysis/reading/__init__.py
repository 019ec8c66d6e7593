"""From files to rows of the articles table.

`read.read` is `analysis.read`; `read.iter_batches` does the same in batches. One module reads one family of formats
(`saved`, `pages`, `documents`, `archives`, `sheets`, `records`), or the exports of one database (`nexis`, `factiva`,
`europresse`, `proquest`, which `exports` tells apart); `texts` picks the one for a file that is no table. `articles`
makes their rows into the articles table with the help of
`columns`, `dates`, `encodings`, `bylines`, `outlets` and `languages`; `quality` says what is wrong with which article.
"""

from analysis.reading.read import ReadOptions, iter_batches, read

__all__ = ["ReadOptions", "iter_batches", "read"]
