"""Many SLIs become few queries, and each expression still asks for exactly what was written."""

from fractions import Fraction

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.adapters.measure.prometheus.queries import SLOT, Wanted, expressions, queries
from watchbill.slo.model import Prometheus

texts = st.text(st.sampled_from("ab|.\\\"'{}()$ é"), max_size=6)


def _two(service: str, region: str = "eu") -> Prometheus:
    selector = f'service="{service}",region="{region}"'
    return Prometheus(
        "http://p",
        total=f"sum(rate(http_total{{{selector}}}[$window]))",
        bad=f'sum(rate(http_total{{{selector},code=~"5.."}}[$window]))',
    )


def test_expressions_that_differ_in_labels_are_one_query() -> None:
    """A thousand services on one metric are two shapes, asked in pieces of 400 values."""
    wanted = [one for n in range(1000) for one in expressions(f"s{n}", _two(f"svc-{n}"))]
    made = queries(wanted)

    assert len(made) == 6
    assert sorted(one.sli for query in made for one in query.wanted) == sorted(one.sli for one in wanted)
    assert all(query.labels == ("service",) for query in made)
    assert made[0].text.startswith('sum by (service) (increase(http_total{code=~"5..", region="eu", service=~"svc')


def test_what_cannot_be_grouped_is_marked() -> None:
    """Any other shape keeps its own text, under a label that says whose it is; the same text is asked once."""
    odd = [Wanted(name, "total", "sum(increase(a[1m])) + 1") for name in "xy"] + [Wanted("z", "total", "max(b)")]
    [query] = queries(odd)

    assert query.text.count("label_replace((") == 2
    assert [[one.sli for one in members] for members in query.waiting.values()] == [["x", "y"], ["z"]]
    assert list(query.waiting) == [((SLOT, "0"),), ((SLOT, "1"),)]


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8, unique=True))
def test_any_label_values_make_valid_queries(pairs: list[tuple[str, str]]) -> None:
    """Quotes, backslashes and signs of patterns in values are escaped; every expression waits for its own labels."""
    wanted = []
    for number, (service, region) in enumerate(pairs):
        selector = ", ".join(f"{name}={_quoted(value)}" for name, value in (("service", service), ("region", region)))
        wanted.append(Wanted(f"s{number}", "total", f"sum(increase(http_total{{{selector}}}[1m]))"))
    made = queries(wanted)

    for query in made:
        promql_parser.parse(query.text)
    assert sorted(one.sli for query in made for one in query.wanted) == sorted(one.sli for one in wanted)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_rate_over_the_window_is_asked_as_increase() -> None:
    """Events are counted and not events a second; a string that says rate( and a rate over another range stay as they are."""
    source = Prometheus("u", total='sum(rate(x{a="rate(b)"}[$window]))', bad="sum(rate(y[5m]))")
    bad, total = (one.text for one in expressions("s", source))

    assert total == 'sum(increase(x{a="rate(b)"}[1m]))'
    assert bad == "sum(rate(y[5m]))"


@pytest.mark.parametrize(
    ("threshold", "matcher"),
    [(Fraction(3, 10), 'le=~"0\\\\.3"'), (Fraction(1), 'le=~"1|1\\\\.0"'), (Fraction(5, 2), 'le=~"2\\\\.5"')],
)
def test_a_bucket_is_found_however_its_bound_is_written(threshold: Fraction, matcher: str) -> None:
    """Client libraries write 1 and 1.0 for the same bound."""
    good, total = expressions("s", Prometheus("u", histogram='lat{job="a",}', threshold=threshold))

    assert good.text == f'sum(increase(lat_bucket{{job="a", {matcher}}}[1m]))'
    assert total.text == 'sum(increase(lat_count{job="a",}[1m]))'


def test_a_native_histogram_is_asked_by_its_fraction() -> None:
    """Without buckets the server interpolates; both expressions are valid PromQL."""
    source = Prometheus("u", histogram="lat", threshold=Fraction(3, 10), native=True)
    good, total = (one.text for one in expressions("s", source))

    assert good == "histogram_fraction(0, 0.3, sum(increase(lat{}[1m]))) * histogram_count(sum(increase(lat{}[1m])))"
    for text in (good, total):
        promql_parser.parse(text)
