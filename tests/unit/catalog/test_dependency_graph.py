"""The dependency graph: both ways, with cycles, blast radius and what is reached."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.catalog.model import Dependency, Service
from watchbill.catalog.rules.graph import Graph


def _service(name: str, *, calls: str = "", called_by: str = "", aliases: str = "") -> Service:
    """A trailing ! makes a dependency hard."""

    def read(words: str) -> tuple[Dependency, ...]:
        return tuple(Dependency(word.rstrip("!"), hard=word.endswith("!")) for word in words.split())

    return Service(name, upstream=read(calls), downstream=read(called_by), aliases=tuple(aliases.split()))


SHOP = Graph(
    [
        _service("web", calls="checkout! search"),
        _service("checkout", calls="payments!"),
        _service("payments", calls="bank!", called_by="checkout"),
        _service("search", aliases="find"),
        _service("report", calls="find"),
    ]
)


def test_edges_are_seen_from_both_ends() -> None:
    """Whoever wrote an edge down, both services have it, and it says who did."""
    [edge] = SHOP.downstream("payments")

    assert (edge.caller, edge.callee, edge.hard, edge.by_caller, edge.by_callee) == (
        "checkout",
        "payments",
        True,
        True,
        True,
    )
    assert SHOP.upstream("checkout") == [edge]


def test_names_outside_of_the_catalog_are_nodes() -> None:
    """The bank is not ours and is on the map."""
    assert "bank" in SHOP.nodes
    assert "bank" not in SHOP.services


def test_aliases_mean_their_service() -> None:
    """Calling `find` is calling search."""
    assert [edge.callee for edge in SHOP.upstream("report")] == ["search"]
    assert "find" not in SHOP.nodes


def test_blast_radius_counts_hops_and_knows_hard_ways() -> None:
    """If the bank fails: payments, then checkout, then the web, all of them over hard dependencies."""
    assert [(one.service, one.hops, one.hard) for one in SHOP.blast_radius("bank")] == [
        ("payments", 1, True),
        ("checkout", 2, True),
        ("web", 3, True),
    ]
    assert [(one.service, one.hops, one.hard) for one in SHOP.blast_radius("search")] == [
        ("report", 1, False),
        ("web", 1, False),
    ]


def test_reached_are_all_that_a_service_calls() -> None:
    """Directly and through others, without itself."""
    assert SHOP.reached_from("web") == ["bank", "checkout", "payments", "search"]


def test_a_graph_without_cycles_shows_none() -> None:
    """The shop is a tree, nearly."""
    assert SHOP.cycles() == []


def test_each_knot_shows_one_shortest_cycle() -> None:
    """From its first service by name; two knots, two cycles."""
    graph = Graph(
        [
            _service("a", calls="b x"),
            _service("b", calls="c a"),
            _service("c", calls="a"),
            _service("x", calls="y"),
            _service("y", calls="x"),
        ]
    )

    assert graph.cycles() == [["a", "b"], ["x", "y"]]


def test_a_stored_self_dependency_is_no_cycle() -> None:
    """Validation refuses it; one that is there all the same does no harm."""
    graph = Graph([_service("a", calls="a")])

    assert graph.cycles() == []
    assert graph.upstream("a") == []


NAMES = [f"s{number}" for number in range(8)]
EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda edge: edge[0] != edge[1]))


@settings(max_examples=200)
@given(edges=EDGES)
def test_blast_sizes_agree_with_walking(edges: set[tuple[str, str]]) -> None:
    """The one pass over all nodes gives what walking from each of them gives; cycles show exactly where one can return."""
    graph = Graph(
        [_service(name, calls=" ".join(callee for caller, callee in edges if caller == name)) for name in NAMES]
    )

    sizes = graph.blast_sizes()

    assert {name: len(graph.blast_radius(name)) for name in NAMES} == dict(sizes)
    returning = {edge.callee for edge in graph.edges if edge.caller in graph.reached_from(edge.callee)}
    cycles = graph.cycles()
    assert {name for cycle in cycles for name in cycle} <= returning
    assert bool(cycles) == bool(returning)
    for cycle in cycles:
        assert all(pair in edges for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True))


def test_ten_thousand_services_in_a_row_are_quick() -> None:
    """No recursion, no quadratic walk: a chain of 10,000 takes well under a second."""
    services = [_service(f"s{number:05d}", calls=f"s{number + 1:05d}") for number in range(10_000)]
    began = time.process_time()

    graph = Graph(services)

    assert graph.cycles() == []
    assert graph.blast_sizes()["s09999"] == 9_999
    assert time.process_time() - began < 1
