"""Faults: whatever a worker does, nothing but a solver's `unsat` to this question is `Valid`."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers import pool as pools
from axiom_verifiers.solvers import race as races
from axiom_verifiers.solvers.alarms import alarms_folder
from axiom_verifiers.solvers.answers import Answer, Failure, Invalid, Timeout, Unknown, Valid
from axiom_verifiers.solvers.drivers import BITWUZLA, CVC5, Z3, Driver
from axiom_verifiers.solvers.pool import SolverPool

X, Y = t.var("x", s.INT), t.var("y", s.INT)
TRUE = Problem(goal=t.le(X, t.maximum(X, Y)), want=(X, Y))
FALSE = Problem(goal=t.lt(X, t.maximum(X, Y)), want=(X, Y))


def scripted(scenario: str) -> Driver:
    script = str(Path(__file__).with_name("scripted.py"))
    return Driver(
        name=f"scripted-{scenario}",
        solver="scripted",
        command=(sys.executable, "-I", script, scenario),
        resources=1,
    )


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ("dies-at-once", Failure),
        ("missing", Failure),
        ("not-ready-but-unsat", Failure),
        ("says-invalid", Invalid),
        ("garbled-model", Invalid),
        ("says-unknown", Unknown),
        ("says-error-and-unsat", Failure),
        ("says-nonsense", Failure),
        ("says-a-list", Failure),
        ("answers-another-question", Failure),
        ("prints-garbage", Failure),
        ("half-an-answer", Failure),
        ("crashes", Failure),
        ("exits", Failure),
        ("hangs", Timeout),
        ("closes-its-output", Failure),
        ("exhausts-memory", Failure),
    ],
)
def test_a_fault_proves_nothing(scenario: str, expected: type[Answer], pool: SolverPool) -> None:
    seconds = 0.3 if expected is Timeout else 60
    result = pool.race(TRUE, seconds=seconds, portfolio=[scripted(scenario)])
    assert not result.valid
    assert type(result.answer) is expected, result
    assert result.by_solver == {"scripted": str(expected.__struct_config__.tag)}
    # The same fault beside a solver that works does not hide that one's answer.
    result = pool.race(TRUE, seconds=60, portfolio=[scripted(scenario), Z3], agree=True)
    if expected is Invalid:
        assert result.alarm is None  # Invalid came first: nobody else was asked.
        assert not result.valid
    else:
        assert result.valid
        assert not result.agreed


def test_a_worker_that_never_starts(pool: SolverPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_START_SECONDS", 0.2)
    result = pool.race(TRUE, seconds=60, portfolio=[scripted("never-ready")])
    assert isinstance(result.answer, Failure)
    assert result.seconds < 20


def test_a_worker_that_never_reads(pool: SolverPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_SEND_SECONDS", 0.2)
    facts = tuple(t.lt(t.var(f"a long name {n}", s.INT), X) for n in range(4000))
    problem = Problem(hypotheses=facts, goal=t.lt(X, Y))
    result = pool.race(problem, seconds=60, portfolio=[scripted("never-reads")])
    assert isinstance(result.answer, Failure)
    assert result.seconds < 20


def test_what_is_missing_is_not_tried_each_time(pool: SolverPool) -> None:
    for _ in range(2):
        result = pool.race(TRUE, seconds=60, portfolio=[scripted("missing"), Z3])
        assert result.by_solver == {"scripted": "failure", "z3": "valid"}
    assert result.answers[0].seconds == 0.0


@pytest.mark.parametrize(
    ("problem", "drivers"),
    [(FALSE, [scripted("says-valid"), Z3]), (TRUE, [CVC5, scripted("says-invalid")])],
    ids=["wrongly-valid", "wrongly-invalid"],
)
def test_solvers_that_disagree_raise_an_alarm(
    problem: Problem, drivers: list[Driver], pool: SolverPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(races, "_HEAD_START", 60.0)  # The first answers first, however slowly.
    monkeypatch.setattr(races, "_AGREE_LEAST", 60.0)
    monkeypatch.setattr(races, "_AGREE_MOST", 60.0)
    result = pool.race(problem, seconds=60, portfolio=drivers, agree=True)
    assert result.alarm is not None
    assert not result.valid
    assert not result.agreed
    assert isinstance(result.answer, Unknown)
    assert result.answer.reason == "solvers disagree"
    kept = alarms_folder() / f"{result.digest}.smt2"
    assert result.alarm.query in kept.read_text()


def test_one_solver_is_not_two(pool: SolverPool) -> None:
    """Two configurations of one solver do not agree with each other."""
    again = Driver(name="z3-again", solver="z3", command=Z3.command, resources=Z3.resources)
    result = pool.race(TRUE, seconds=60, portfolio=[Z3, again], agree=True)
    assert result.valid
    assert not result.agreed
    assert result.valid_by == ("z3",)


def test_agreement_takes_two_solvers(pool: SolverPool) -> None:
    heard: list[Answer] = []
    result = pool.race(TRUE, seconds=60, agree=True, on_answer=heard.append)
    assert result.agreed
    assert set(result.by_solver.items()) == {("z3", "valid"), ("cvc5", "valid")}
    assert tuple(heard) == result.answers
    assert set(result.versions) == {"z3", "cvc5"}


def test_the_second_solver_is_given_a_bounded_time(pool: SolverPool) -> None:
    result = pool.race(TRUE, seconds=30, portfolio=[Z3, scripted("hangs")], agree=True)
    assert result.valid
    assert not result.agreed
    assert result.seconds < 20
    assert result.by_solver == {"z3": "valid", "scripted": "timeout"}


def test_the_next_solver_joins_a_slow_one(pool: SolverPool) -> None:
    result = pool.race(TRUE, seconds=20, portfolio=[scripted("hangs"), Z3])
    assert result.valid
    assert result.seconds < 15


def test_a_model_comes_with_an_invalid(pool: SolverPool) -> None:
    for driver in (Z3, CVC5):
        result = pool.race(FALSE, seconds=60, portfolio=[driver])
        assert isinstance(result.answer, Invalid)
        assert set(result.answer.model) == {"x", "y"}


def test_text_that_is_refused(pool: SolverPool) -> None:
    """A broken text is a failure, also where a solver would go on after an error."""
    script = TRUE.script()
    for broken in ("(assert (foo))", "(assert x.1)", "(declare-const x.1 Int)", "(assert"):
        for driver in (Z3, CVC5):
            text = script.text + broken + "\n"
            bad = type(script)(**{**_fields(script), "text": text})
            result = pool.race(bad, seconds=60, portfolio=[driver])
            assert isinstance(result.answer, Failure), (driver.name, broken, result)


def _fields(script: object) -> dict[str, object]:
    return {name: getattr(script, name) for name in script.__struct_fields__}  # type: ignore[attr-defined]


def test_no_driver_takes_it(pool: SolverPool) -> None:
    result = pool.race(TRUE, seconds=60, portfolio=[])
    assert isinstance(result.answer, Failure)


def test_bitwuzla_depends_on_time(pool: SolverPool) -> None:
    v = t.var("v", s.bitvector(8))
    problem = Problem(goal=t.bv("bvule", t.bv("bvand", v, t.bits(7, 8)), t.bits(7, 8)))
    alone = pool.race(problem, seconds=60, portfolio=[BITWUZLA])
    assert alone.valid
    assert alone.depends_on_time
    assert not pool.race(problem, seconds=60, agree=True).depends_on_time


CUBES = t.add(*(t.mul(v, v, v) for v in (X, Y, t.var("z", s.INT))))
HARD = Problem(goal=t.ne(CUBES, t.integer(42)))


def test_the_stop_signal_ends_a_race(pool: SolverPool) -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    result = pool.race(HARD, seconds=60, stop=stop)
    assert result.cancelled
    assert time.monotonic() - started < 20
    assert pool.race(TRUE, seconds=60).valid


def test_the_resource_limit_comes_before_the_clock(pool: SolverPool) -> None:
    for driver in (Z3, CVC5):
        small = type(driver)(**{**_fields(driver), "resources": 1000})
        result = pool.race(HARD, seconds=60, portfolio=[small])
        assert isinstance(result.answer, Timeout), result
        assert result.answer.resource
        # The limit does not linger: z3 keeps such options for the whole process.
        endless = type(driver)(**{**_fields(driver), "resources": None})
        answer = pool.race(HARD, seconds=0.4, portfolio=[endless]).answer
        assert isinstance(answer, Timeout)
        assert answer.seconds > 0.3


def test_the_clock_ends_what_has_no_resource_limit(pool: SolverPool) -> None:
    for driver in (Z3, CVC5):
        endless = type(driver)(**{**_fields(driver), "resources": None})
        result = pool.race(HARD, seconds=0.3, portfolio=[endless])
        assert isinstance(result.answer, Timeout), result
        assert not result.answer.resource
        assert result.seconds < 20


def test_real_memory_limits(tmp_path: Path) -> None:
    """A real solver under a small memory limit fails; it proves nothing."""
    a, b = (t.var(name, s.bitvector(64)) for name in "ab")
    big = Problem(goal=t.eq(t.bv("bvmul", a, b), t.bv("bvmul", b, t.bv("bvadd", a, t.bits(1, 64)))))
    hard = Problem(
        goal=t.ne(t.bv("bvmul", a, t.bv("bvmul", b, b)), t.bits(0x9E3779B97F4A7C15, 64)),
        hypotheses=(t.bv("bvult", t.bits(1 << 40, 64), a), t.bv("bvult", a, b)),
    )
    with SolverPool(megabytes=400, warm=()) as small:
        for problem in (big, hard):
            for driver in (Z3, CVC5, BITWUZLA):
                result = small.race(problem, seconds=1, portfolio=[driver])
                assert not result.valid, result


def test_valid_only_of_what_follows(pool: SolverPool) -> None:
    for driver in (Z3, CVC5):
        assert isinstance(pool.race(TRUE, seconds=60, portfolio=[driver]).answer, Valid)
        assert isinstance(pool.race(FALSE, seconds=60, portfolio=[driver]).answer, Invalid)


def test_what_was_answered_before_is_not_asked_again() -> None:
    with SolverPool(warm=()) as pool:
        first = pool.race(TRUE, seconds=60, portfolio=[Z3])
    with SolverPool(warm=()) as pool:
        both = pool.race(TRUE, seconds=60, portfolio=[Z3, CVC5], agree=True, earlier=first)
        assert both.agreed
        assert both.answers[0] is first.answers[0]
        assert len(pool.workers) == 1
