"""The core interpreter: recorded states, endless loops as proofs, limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.deciding import deciding
from axiom_verifiers.core.flow import changed_parameters, loops
from axiom_verifiers.core.interpreter import Endless, Failed, Finished, Limits, Stopped, run
from axiom_verifiers.core.program import While
from axiom_verifiers.frontends.python import translate

Contracts = Callable[[str], Contract]

# The code, the argument, and the values that come back in a loop that never ends (None: it ends).
ENDLESS = [
    ("while n != 1:\n        n = n // 2 if n % 2 == 0 else 3 * n + 1", 27, None),
    ("while n != 1:\n        n = n // 2 if n % 2 == 0 else 3 * n + 1", 0, {"n": 0}),
    ("c = 0\n    while n > 0:\n        c += 1", 3, {"n": 3}),
    ("c = 0\n    while n > 0:\n        c += n\n        n = -(-n)", 3, {"n": 3}),
    ("c = 0\n    while n > 0:\n        c += 1\n        if c > 50:\n            break", 3, None),
    ("c = 0\n    while n > 0:\n        c += 1\n        n = n // (9 - c)", 3, None),
    ("xs = [0]\n    while n > 0:\n        xs.append(n)\n        xs[n]", 3, None),
    ("while True:\n        for i in range(n):\n            n = n", 3, {}),
    ("a, b = n, 1\n    while a != b:\n        a, b = b, a", 3, {"a": 3, "b": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "n", "repeated"), ENDLESS)
def test_endless_loops(
    body: str, n: int, repeated: dict[str, Value] | None, contract_of: Contracts
) -> None:
    code = f"def f(n):\n    {body}\n    return n\n"
    end = run(translate(code, contract_of("f(n: int) -> int")), (n,)).end
    if repeated is None:
        assert isinstance(end, Finished | Failed)
    else:
        assert isinstance(end, Endless)
        assert {name: end.repeated[name] for name in repeated} == repeated
        assert end.first < end.again


def test_a_growing_state_is_no_proof(contract_of: Contracts) -> None:
    code = "def f(n):\n    while n > 0:\n        n += 1\n    return n\n"
    program = translate(code, contract_of("f(n: int) -> int"))
    end = run(program, (1,), limits=Limits(steps=500)).end
    assert isinstance(end, Stopped)
    assert end.reason == "step limit"


def test_states_at_heads(contract_of: Contracts) -> None:
    code = "def f(xs):\n    t = 0\n    for x in xs:\n        t += x\n    return t\n"
    program = translate(code, contract_of("f(xs: list[int]) -> int"))
    made = run(program, ([4, 5],))
    assert made.end == Finished(9, {"xs": [4, 5]})
    states = made.heads["f", 1]
    assert [(s["#i1"], s["t"], s.get("x")) for s in states] == [(0, 0, None), (1, 4, 4), (2, 9, 5)]
    assert all(s["#s1"] == [4, 5] for s in states)


def test_parameters_changed_in_place(contract_of: Contracts) -> None:
    head = "f(xs: list[int], ys: list[int]) -> None modifies xs"
    code = "def f(xs, ys):\n    xs.append(1)\n    ys = ys + [2]\n    ys.append(3)\n"
    program = translate(code, contract_of(head))
    assert changed_parameters(program.functions[0]) == ("xs",)
    given = [0], [9]
    assert run(program, given).end == Finished(None, {"xs": [0, 1], "ys": [9]})
    assert given == ([0], [9]), "arguments are not changed"


def test_unmodelled_stops_a_run(contract_of: Contracts) -> None:
    code = "def f(n):\n    if n > 3:\n        return id('n')\n    return n\n"
    program = translate(code, contract_of("f(n: int) -> int"))
    assert run(program, (1,)).end == Finished(1, {"n": 1})
    end = run(program, (4,)).end
    assert isinstance(end, Stopped)
    assert (end.place.line, end.reason) == (3, "call of id")


def test_calls_of_other_intents(contract_of: Contracts) -> None:
    import msgspec

    callee = contract_of("g(n: int) -> int")
    contract = msgspec.structs.replace(contract_of("f(n: int) -> int"), callees=(callee,))
    program = translate("def f(n):\n    return g(n) + 1\n", contract)
    assert isinstance(run(program, (1,)).end, Stopped)

    def doubled(args: tuple[Value, ...]) -> Finished:
        return Finished(args[0] * 2, {})

    assert run(program, (4,), callees={"g": doubled}).end == Finished(9, {"n": 4})


def test_deciding_variables(contract_of: Contracts) -> None:
    code = (
        "def f(n, m):\n    c = d = 0\n    while n > 0:\n        c += d\n        d += 1\n"
        "        if d > m:\n            n -= 1\n    return c\n"
    )
    program = translate(code, contract_of("f(n: int, m: int) -> int"))
    (loop,) = loops(program.functions[0])
    assert isinstance(loop, While)
    assert deciding(loop) == {"n", "m", "d"}
