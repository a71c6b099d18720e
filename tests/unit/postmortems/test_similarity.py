"""Texts about the same thing find each other; clusters are the same whatever the day."""

from tests.unit.postmortems.conftest import postmortem

from watchbill.postmortems.rules.similarity import Corpus, Statement, clusters, tokens
from watchbill.postmortems.rules.words import terms, words_of

TEXTS = {
    "pool": "checkout: the database connection pool was exhausted by a slow query without an index",
    "pool2": "search: connection pools exhausted, slow queries on the database held them",
    "cert": "the TLS certificate of the status page expired",
}


def test_what_is_alike_is_found_with_its_reasons() -> None:
    """The nearest first, with the words that both hold; what has nothing in common is left out."""
    (found,) = Corpus(TEXTS).like("pool")

    assert found.key == "pool2"
    assert {"pool", "connect", "exhaust"} & set(found.shared)
    assert Corpus(TEXTS).like("cert") == ()


def test_words_are_stemmed_and_fillers_dropped() -> None:
    """`queries` is `query`, `the` is nothing, numbers are nobody's subject."""
    assert tokens("The queries of 2026 were exhausting connections") == [
        *tokens("queries"),
        *tokens("exhausted connection"),
    ]


def test_a_cause_that_several_name_is_recurring() -> None:
    """Twice in one place is no cluster; the order of clusters is that of how often."""
    said = [
        Statement("pm_1", "No index on the new column"),
        Statement("pm_2", "certificate expired unnoticed"),
        Statement("pm_3", "the new column had no index"),
        Statement("pm_2", "expired certificate, nobody was told"),
        Statement("pm_4", "missing index on a new column"),
    ]

    (found,) = clusters(said)

    assert found.sources == ("pm_1", "pm_3", "pm_4")
    assert clusters(said) == clusters(list(said))
    assert clusters([]) == ()
    assert clusters([Statement("a", "the"), Statement("b", "of")]) == ()


def test_a_query_is_words_and_phrases() -> None:
    """Signs without a letter are dropped, and nobody asks for an hour of work."""
    assert terms('"connection pool" exhausted -- "') == ("connection pool", "exhausted")
    assert len(terms("word " * 100)) == 12


def test_everything_that_is_said_can_be_searched() -> None:
    """Also the chain, and what people remember."""
    found = words_of(
        postmortem(judged={"root_cause": "no guard", "contributing_factors": ("Trigger: a deploy",)}), (), ()
    )

    assert found.body.splitlines() == ["no guard", "Trigger: a deploy"]
