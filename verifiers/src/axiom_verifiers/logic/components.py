"""Strongly connected components, in the order in which things can be declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node")


def components(edges: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """Groups of nodes that reach each other, each group after those it points to.

    Tarjan's algorithm (SIAM Journal on Computing 1, 1972), without recursion. Edges to nodes
    that are no keys are ignored. The order depends on the order of `edges` alone.
    """
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    path: list[Node] = []
    on_path: set[Node] = set()
    groups: list[list[Node]] = []
    for root in edges:
        if root in index:
            continue
        work: list[tuple[Node, int]] = [(root, 0)]
        while work:
            node, position = work.pop()
            if position == 0:
                index[node] = low[node] = len(index)
                path.append(node)
                on_path.add(node)
            targets = edges[node]
            while position < len(targets):
                target = targets[position]
                position += 1
                if target not in edges:
                    continue
                if target not in index:
                    work += ((node, position), (target, 0))
                    break
                if target in on_path:
                    low[node] = min(low[node], low[target])
            else:
                if low[node] == index[node]:
                    group: list[Node] = []
                    while True:
                        member = path.pop()
                        on_path.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    groups.append(group[::-1])
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
    return groups
