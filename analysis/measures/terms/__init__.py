"""Words: how often, where, with which others, for whom and since when."""

from ._counts import article_terms, term_counts
from .collocations import collocations
from .concordance import concordance
from .dispersion import dispersion
from .diversity import lexical_diversity
from .frequency import term_frequency, tfidf
from .keyness import keyness
from .trends import trends

__all__ = [
    "article_terms",
    "collocations",
    "concordance",
    "dispersion",
    "keyness",
    "lexical_diversity",
    "term_counts",
    "term_frequency",
    "tfidf",
    "trends",
]
