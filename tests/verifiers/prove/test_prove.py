"""What `prove` and `refute` say, and how they say it."""

from __future__ import annotations

import pytest

from axiom_verifiers.checks._prove_help import help_for
from axiom_verifiers.checks.prove import Prove, hints_of, obligations_of
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Proof, Report, Verdict
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.solvers.alarms import Alarm
from axiom_verifiers.solvers.answers import Answer, Failure, Invalid, Timeout, Unknown, Valid
from axiom_verifiers.solvers.race import RaceResult

CLAMP = """intent clamp(x: int, lo: int, hi: int) -> int
  requires lo <= hi
  ensures  in_range: lo <= result <= hi
"""
GOOD = """def clamp(x, lo, hi):
    if x < lo:
        return lo
    return hi if x > hi else x
"""


def subject(intent: str, code: str) -> Subject:
    reading = read(intent)
    assert reading.sound, [placed.problem.message for placed in reading.problems]
    return Subject(contract=list(reading.contracts.values())[-1], code=code)


def run(verifier: Prove | Refute, of: Subject) -> tuple[dict[str, ClauseEvidence], Report]:
    found = list(verifier.verify(of, Budget(20)))
    *evidence, report = found
    assert isinstance(report, Report)
    by_clause: dict[str, ClauseEvidence] = {}
    for one in evidence:
        assert isinstance(one, ClauseEvidence)
        by_clause[one.clause] = one
    return by_clause, report


class FaultySolvers:
    """A pool whose solvers do wrong: each question gets the same answers."""

    def __init__(self, *answers: Answer, alarm: bool = False) -> None:
        self.answers = answers
        self.alarm = alarm

    def race(self, script: object, **_: object) -> RaceResult:
        digest = getattr(script, "digest", "")
        alarm = None
        if self.alarm:
            alarm = Alarm(digest=digest, query="", valid="z3", invalid="cvc5", versions={})
        return RaceResult(
            digest=digest, logic="ALL", answers=self.answers, seconds=0.0, alarm=alarm,
            families={"z3": "z3", "cvc5": "cvc5"},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("pool", "reason"),
    [
        (FaultySolvers(Failure("z3", 0.0, "crashed"), Failure("cvc5", 0.0, "no")), "solver failed"),
        (FaultySolvers(Timeout("z3", 0.0)), "timeout"),
        (FaultySolvers(Unknown("z3", 0.0, "incomplete")), "timeout"),
        (FaultySolvers(Invalid("z3", 0.0, {})), "not derivable"),
        (FaultySolvers(Valid("z3", 0.0), Invalid("cvc5", 0.0, {}), alarm=True), "solvers disagree"),
        (FaultySolvers(), "solver failed"),
    ],
)
def test_faulty_solvers_prove_nothing(pool: FaultySolvers, reason: str) -> None:
    found, report = run(Prove(pool), subject(CLAMP, GOOD))  # type: ignore[arg-type]  # a stand-in that misbehaves
    assert report.verdict is not Verdict.FAILED
    assert all(one.verdict is Verdict.UNKNOWN for one in found.values())
    in_range = found["clamp/in_range"].proof
    assert in_range is not None
    assert in_range.reason == reason


def test_proof_lists_what_it_rests_on() -> None:
    of = subject(CLAMP, GOOD)
    found, _ = run(Prove(), of)
    one = found["clamp/in_range"]
    assert one.verdict is Verdict.PROVED
    assert one.method == "deductive"
    assert one.answers["z3"] == one.answers["cvc5"] == "valid"
    derived = obligations_of(of.contract, of.code, hints_of(of, Budget(10)))
    digests = {o.digest for o in derived if o.clause == one.clause}
    assert set(one.obligations) == digests


def test_contradictory_requires_prove_nothing() -> None:
    intent = CLAMP.replace("requires lo <= hi", "requires lo <= hi and hi < lo")
    found, _ = run(Prove(), subject(intent, "def clamp(x, lo, hi):\n    return 7\n"))
    assert {one.verdict for one in found.values()} == {Verdict.UNKNOWN}
    proof = found["clamp/in_range"].proof
    assert proof is not None
    assert proof.reason == "no input ran"


def test_rare_inputs_are_found() -> None:
    """A `requires` that few inputs meet does not stand in the way of a proof."""
    intent = """intent f(a: int, b: int) -> int
  requires a == 7919 * b + 3 and b > 1000
  ensures result % 7919 == 3
"""
    found, _ = run(Prove(), subject(intent, "def f(a, b):\n    return a\n"))
    assert {one.verdict for one in found.values()} == {Verdict.PROVED}


@pytest.mark.parametrize(
    "code",
    [
        "def clamp(x, lo, hi):\n    return (\n",
        "def other(x):\n    return x\n",
        "def clamp(x):\n    return x\n",
        "",
        "\x00\xff",
        "def clamp(x, lo, hi):\n  if x:\n     pass\n    return x\n",
        "import os\ndef clamp(x, lo, hi):\n    os.system('x')\n    return lo\n",
        "raise ValueError\ndef clamp(x, lo, hi):\n    return lo\n",
        "def clamp(x, lo, hi):\n    return lo\nclamp = None\n",
    ],
)
def test_broken_code_is_never_proved(code: str) -> None:
    found, report = run(Prove(), subject(CLAMP, code))
    assert report.verdict is not Verdict.FAILED, report.detail
    assert found
    assert all(one.verdict is Verdict.UNKNOWN for one in found.values())
    _, report = run(Refute(), subject(CLAMP, code))
    assert report.verdict is not Verdict.FAILED, report.detail


def test_undefined_contract_is_its_own_fault() -> None:
    intent = "intent first(xs: list[int]) -> int\n  ensures result == xs[0]\n"
    found, _ = run(Prove(), subject(intent, "def first(xs):\n    return xs[0] if xs else 0\n"))
    proof = found["first/ensures-1"].proof
    assert proof is not None
    assert proof.reason == "contract may be undefined"
    refuted, _ = run(Refute(), subject(intent, "def first(xs):\n    return xs[0] if xs else 0\n"))
    assert not refuted
    intent = """intent f(a: int, b: int) -> int
  requires a // b > 0
  ensures result == a
"""
    _, report = run(Refute(), subject(intent, "def f(a, b):\n    return a\n"))
    assert [finding.rule for finding in report.findings] == ["undefined-clause"]


def test_unmodelled_code_leaves_the_rest_settled() -> None:
    intent = """intent f(n: int, s: str) -> int
  ensures small: result == 1 when n < 10
  ensures other: result >= 0
  ensures implied: n < 10 and s != "" implies result == 1
"""
    code = "def f(n, s):\n    if n < 10:\n        return 1\n    return len(s.expandtabs())\n"
    found, _ = run(Prove(), subject(intent, code))
    assert found["f/small"].verdict is Verdict.PROVED
    assert found["f/implied"].verdict is Verdict.PROVED
    other = found["f/other"]
    assert other.verdict is Verdict.UNKNOWN
    assert other.proof is not None
    assert other.proof.reason == "construct not modelled"
    assert other.proof.where is not None
    assert other.proof.where.startswith("4: ")


@pytest.mark.parametrize(
    ("case", "code"),
    [
        # What is not modelled may change the list, so that the case is due after all.
        ("len(xs) == 1", "    if n < 10:\n        return 1\n    xs.clear()\n    return n.real\n"),
        ("result > 9", "    return 1 if n < 10 else n.real\n"),
        ("10 // n > 1", "    if 0 < n < 6:\n        return 1\n    return n.real\n"),
        ("n < 11", "    return 1 if n < 10 else n.real\n"),
    ],
)
def test_a_case_that_reaches_unmodelled_code_is_not_proved(case: str, code: str) -> None:
    intent = f"""intent f(n: int, xs: list[int]) -> int
  modifies xs
  requires n != 0
  ensures one: {case} implies result == 1
"""
    found, _ = run(Prove(), subject(intent, f"def f(n, xs):\n{code}"))
    assert found["f/one"].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "define",
    [
        "define f(n: int) -> int = f(n) + 1",
        "define f(n: int) -> int decreases n = f(n - 1) + 1",
        "define f(n: int) -> int decreases n = 0 if n < 0 else f(n) + 1",
        "define f(n: int) -> int requires n >= 0 decreases n = f(n - 1)",
        "define f(n: int) -> int requires n >= 0 decreases -n = 0 if n > 9 else f(n + 1) + 1",
        "define g(n: int) -> int decreases n = f(n) + 1\n"
        "define f(n: int) -> int decreases n = g(n)",
        "define f(n: int) -> int = 1 // n if n == 0 else f(0)",
    ],
)
def test_defines_that_mean_nothing_prove_nothing(define: str) -> None:
    """An equation without a solution would prove anything; it is not assumed before it is
    known to have one.
    """
    intent = f"{define}\nintent h(n: int) -> int\n  ensures result == f(n) or result == 3\n"
    reading = read(intent)
    if "h" not in reading.contracts:
        return
    of = Subject(contract=reading.contracts["h"], code="def h(n):\n    return 4\n")
    found, report = run(Prove(), of)
    assert report.verdict is not Verdict.FAILED, report.detail
    assert found["h/ensures-1"].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("define", "code"),
    [
        (
            "define f(n: int) -> int requires n >= 0 = 1 if n == 0 else n * f(n - 1)",
            "    r = 1\n    for i in range(1, n + 1):\n        r *= i\n    return r\n",
        ),
        (
            "define f(n: int) -> int requires n >= 0 decreases n = 0 if n == 0 else 2 + f(n - 1)",
            "    r = 0\n    for i in range(n):\n        r += 2\n    return r\n",
        ),
    ],
)
def test_recursive_defines(define: str, code: str) -> None:
    intent = f"{define}\nintent h(n: int) -> int\n  requires n >= 0\n  ensures result == f(n)\n"
    found, _ = run(Prove(), subject(intent, f"def h(n):\n{code}"))
    assert {one.verdict for one in found.values()} == {Verdict.PROVED}
    wrong = (
        code.replace("range(", "range(1, ") if "1, n" not in code else code.replace("n + 1", "n")
    )
    refuted, _ = run(Refute(), subject(intent, f"def h(n):\n{wrong}"))
    assert "h/ensures-1" in refuted


WITNESSES = {
    "constant in the code": (
        "intent f(n: int) -> int\n  ensures result == n\n",
        "def f(n):\n    if n == 123456:\n        return 0\n    return n\n",
        "f/ensures-1",
        {"n": 123456},
    ),
    "a sum of two": (
        "intent f(a: int, b: int) -> bool\n  ensures result\n",
        "def f(a, b):\n    return 3 * a + 5 * b != 4001 or a < 1000\n",
        "f/ensures-1",
        None,
    ),
    "a text": (
        "intent f(s: str) -> int\n  ensures result == len(s)\n",
        "def f(s):\n    return 0 if s.startswith('xy') and len(s) > 4 else len(s)\n",
        "f/ensures-1",
        None,
    ),
    "a list": (
        "intent f(xs: list[int]) -> int\n  ensures result == len(xs)\n",
        "def f(xs):\n    return 0 if len(xs) > 2 and xs[2] == xs[0] + 77 else len(xs)\n",
        "f/ensures-1",
        None,
    ),
    "an exception": (
        "intent f(xs: list[int]) -> int\n  ensures result == xs[0] when len(xs) > 0\n",
        "def f(xs):\n    return xs[0]\n",
        "f/no-undeclared-exception",
        {"xs": []},
    ),
    "missing raise": (
        "intent f(n: int) -> int\n  ensures result == n\n  raises ValueError when n < 0\n",
        "def f(n):\n    return n\n",
        "f/raises-1",
        {"n": -1},
    ),
    "wrong type": (
        "intent f(n: int) -> int\n  ensures result == n when n != 5\n",
        "def f(n):\n    return n if n != 5 else None\n",
        "f/result-type",
        {"n": 5},
    ),
    "changed parameter": (
        "intent f(xs: list[int]) -> int\n  ensures result >= 0\n",
        "def f(xs):\n    xs.append(1)\n    return len(xs)\n",
        "f/unmodified",
        {"xs": []},
    ),
    "endless": (
        "intent f(n: int) -> int\n  ensures result == 0\n",
        "def f(n):\n    while n == 4711:\n        pass\n    return 0\n",
        "f/terminates",
        {"n": 4711},
    ),
}


@pytest.mark.parametrize("name", WITNESSES)
def test_witness(name: str) -> None:
    intent, code, clause, inputs = WITNESSES[name]
    found, report = run(Refute(), subject(intent, code))
    assert report.verdict is Verdict.REFUTED, report.detail
    witness = found[clause].witness
    assert witness is not None
    assert witness.replayed
    if inputs is not None:
        assert witness.inputs == inputs
    proved, _ = run(Prove(), subject(intent, code))
    assert proved[clause].verdict is Verdict.UNKNOWN


def test_good_code_has_no_witness_and_no_fault_of_ours() -> None:
    found, report = run(Refute(), subject(CLAMP, GOOD))
    assert not found
    assert report.verdict is Verdict.TESTED
    assert "did not replay" not in report.detail


def test_other_clauses_change_no_question_about_a_loop() -> None:
    """Invariants that another clause suggests stay with that clause."""
    lines = ("def f(xs):", "    n = 0", "    for x in xs:", "        if x > 0:",
             "            n += 1", "    return n", "")  # fmt: skip
    code = "\n".join(lines)
    one = "intent f(xs: list[int]) -> int\n  ensures bounded: 0 <= result <= len(xs)\n"
    two = one + "  ensures result == sum(1 for x in xs if x > 0)\n"
    renamed = code.replace(" n =", " count =").replace("n +=", "count +=")
    renamed = renamed.replace("return n", "return count  # So many.")
    questions = [
        run(Prove(), subject(intent, source))[0]["f/bounded"]
        for intent, source in ((one, code), (two, code), (two, renamed))
    ]
    assert all(one.verdict is Verdict.PROVED for one in questions)
    assert len({one.obligations for one in questions}) == 1


def test_help_about_a_call_speaks_of_the_call() -> None:
    intents = """intent half(n: int) -> int
  requires n >= 0
  ensures result <= n

intent f(n: int) -> int
  ensures same: result == n
"""
    contract = read(intents).contracts["f"]
    half = ("half", "def half(n):\n    return n // 2\n")
    code = "def f(n):\n    return half(n) * 2\n"
    found, _ = run(Prove(), Subject(contract, code, callees=(half,)))
    proof = found["f/callee-preconditions"].proof
    assert proof is not None
    assert proof.help == "guard the call, or add a `requires` from which `n >= 0` follows for it"
    said = found["f/same"].proof
    assert said is not None
    assert "loop" not in (said.help or "")


PARTIAL = {
    "a divisor": ("f(a: int) -> int", "a % result == 0", "max(a, 1)", "a"),
    "a key": (
        "f(xs: list[int]) -> dict[int, int]",
        "forall x in xs: result[x] == x",
        "{x: x for x in xs}",
        "{x: x for x in xs if x != 7}",
    ),
    "an index": (
        "f(x: int) -> list[int]",
        "result[1] == x",
        "[0, x] if x != 1000 else [1, 1000]",
        "[0, x] if x != 1000 else [1000]",
    ),
    "after an or": (
        "f(d: dict[str, int]) -> str?",
        "result is None or forall k in d: d[k] <= d[result]",
        "max(d, key=d.get) if d else None",
        "max(d, key=d.get) if len(d) > 1 else ''",
    ),
}


@pytest.mark.parametrize(("head", "clause", "good", "bad"), PARTIAL.values(), ids=PARTIAL)
def test_a_partial_clause_needs_a_value_at_each_exit(
    head: str, clause: str, good: str, bad: str
) -> None:
    """Of code that gives results for which the clause has no value nothing is proved."""
    intent = f"intent {head}\n  ensures {clause}\n"
    parameter = head[2 : head.index(":")]

    def proof_of(expression: str) -> Proof:
        code = f"def f({parameter}):\n    return {expression}\n"
        found, _ = run(Prove(), subject(intent, code))
        proof = found["f/ensures-1"].proof
        assert proof is not None
        assert (found["f/ensures-1"].verdict is Verdict.PROVED) == (proof.status == "valid")
        return proof

    assert proof_of(good).status == "valid"
    open_ = proof_of(bad)
    assert open_.status != "valid"
    # That there is no value the solvers may not find in time either.
    assert open_.reason in ("contract may be undefined", "timeout")


@pytest.mark.parametrize("step", [1, 5])
def test_a_partial_clause_about_what_a_loop_gives(step: int) -> None:
    """The invariants that give it a value are looked for."""
    intent = "intent f(n: int) -> int\n  requires n > 0\n  ensures n % result == 0\n"
    code = f"""def f(n):
    d = 5
    while d > 1 and n % d != 0:
        d -= {step}
    return d
"""
    found, _ = run(Prove(), subject(intent, code))
    assert (found["f/ensures-1"].verdict is Verdict.PROVED) == (step == 1)


PHASES = """intent late(n: int) -> int
  ensures result == 100
"""
TWO_LOOPS = """def late(n):
    for _ in range(n):
        pass
    x, y = 0, 50
    while x < 100:
        if x >= 50:
            y += 1
        x += 1
    return y
"""
COLLATZ = """def late(n):
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    return 100
"""


def test_help_names_the_loop_and_the_locals_of_which_something_is_missing() -> None:
    evidence, _ = run(Prove(), subject(PHASES, TWO_LOOPS))
    proof = evidence["late/ensures-1"].proof
    assert proof is not None
    assert proof.help == (
        "write an `invariant` clause that says what `x` and `y` are at the start of each round of "
        "the loop at line 5"
    )
    evidence, _ = run(Prove(), subject(PHASES, COLLATZ))
    proof = evidence["late/terminates"].proof
    assert proof is not None
    assert proof.help is not None
    assert proof.help.startswith("write a `decreases` clause: an int that each round of the loop")


def test_what_was_not_attempted_is_said_to_need_time_and_nothing_else() -> None:
    of = subject(PHASES, TWO_LOOPS)
    assert help_for("not attempted", None, translate(of.code, of.contract)) == "give more time"
    assert (
        help_for("a reason of which nothing is known", None, translate(of.code, of.contract))
        is None
    )


SUMMED = """intent total(xs: list[int]) -> int
  ensures all_of_them: result == sum(xs)
  ensures one_more: result == sum(xs) + 1
"""
LOOP = """def total(xs):
    t = 0
    for x in xs:
        t += x
    return t
"""


def test_what_a_run_has_broken_is_not_worked_on() -> None:
    budget = Budget(20)
    of = subject(SUMMED, LOOP)
    right, wrong = (clause.id for clause in of.contract.ensures)
    budget.refuted.add(wrong)
    found = {
        one.clause: one for one in Prove().verify(of, budget) if isinstance(one, ClauseEvidence)
    }
    assert found[right].verdict is Verdict.PROVED
    assert found[wrong].verdict is Verdict.UNKNOWN
    assert found[wrong].proof is not None
    assert found[wrong].proof.reason == "not attempted"
    assert not found[wrong].answers
