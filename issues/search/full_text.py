"""Full-text search: what of an issue is indexed, and how a typed query becomes a question to that index.

The dictionary `russian` stems Russian words, and English ones as well. Words of the summary are kept unstemmed too:
half a word that is longer than its stem ("calibra", whose stem is "calibr") would match nothing otherwise.
"""

from __future__ import annotations

from django.contrib.postgres.search import CombinedSearchVector, SearchQuery, SearchVector, SearchVectorField
from django.db.models import F, Func, Value
from django.db.models.functions import Replace

STEMMED, PLAIN = "russian", "simple"
WORD_LIMIT = 12  # words of a query that count


def document() -> CombinedSearchVector:
    """The indexed text: key, summary, tags as they are, description."""
    key = Replace(F("key"), Value("-"), Value(" "))
    title = SearchVector(key, "summary", config=STEMMED, weight="A") + SearchVector("summary", config=PLAIN, weight="A")
    tags = Func(F("tags"), function="array_to_tsvector", output_field=SearchVectorField())
    text = SearchVector("description", config=STEMMED, weight="B")
    return CombinedSearchVector(title + text, "||", tags, None)


def query(text: str) -> SearchQuery | None:
    """All words must occur, the last one as the beginning of a word; None when there is no word.

    The dictionary leaves out words such as "the": as the last one it may stand for the beginning of "thermostat", or
    for nothing, which is why the query without a beginning is asked as well.
    """
    words = [_quoted(word) for word in text.split()[:WORD_LIMIT]]
    if not words:
        return None
    last = _raw(f"{words[-1]}:*", STEMMED) | _raw(f"{words[-1]}:*", PLAIN)
    begun = _raw(" & ".join(words[:-1]), STEMMED) & last if words[1:] else last
    return _raw(" & ".join(words), STEMMED) | begun


class Lexeme(SearchQuery):
    """A question for one word exactly as it is indexed, unparsed and unstemmed."""

    template = "%(expressions)s::tsquery"


def tagged(tag: str) -> Lexeme:
    """Finds tags through the text index; words of the text that look the same must be sorted out afterwards."""
    return Lexeme(_quoted(tag))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _raw(text: str, config: str) -> SearchQuery:
    return SearchQuery(text, config=config, search_type="raw")
