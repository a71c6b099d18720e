"""Strongly connected components of a directed graph (Tarjan), without recursion: a chain of 10,000 services is fine."""

from collections.abc import Iterator, Mapping, Sequence

__all__ = ["components"]


def components(successors: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The components, each after all those that it reaches; every successor must itself be a key."""
    found: list[list[str]] = []
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in successors:
        if root in index:
            continue
        walk: list[tuple[str, Iterator[str]]] = [(root, iter(successors[root]))]
        index[root] = lowest[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while walk:
            node, following = walk[-1]
            for successor in following:
                if successor not in index:
                    index[successor] = lowest[successor] = len(index)
                    stack.append(successor)
                    on_stack.add(successor)
                    walk.append((successor, iter(successors[successor])))
                    break
                if successor in on_stack:
                    lowest[node] = min(lowest[node], index[successor])
            else:
                walk.pop()
                if walk:
                    parent = walk[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == index[node]:
                    found.append(_pop_to(node, stack, on_stack))
    return found


def _pop_to(root: str, stack: list[str], on_stack: set[str]) -> list[str]:
    component: list[str] = []
    while not component or component[-1] != root:
        component.append(stack.pop())
        on_stack.discard(component[-1])
    return component[::-1]
