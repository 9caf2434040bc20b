"""The answer cache: believed only where this person's key made the entry."""

from __future__ import annotations

import multiprocessing
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.solvers.answers import Invalid, Timeout
from axiom_verifiers.solvers.cache import AnswerCache, local_key
from axiom_verifiers.solvers.drivers import BITWUZLA, CVC5, Z3
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import resource_limits

X, Y = t.var("x", s.INT), t.var("y", s.INT)
TRUE = Problem(goal=t.le(X, t.maximum(X, Y)), want=(X,))
FALSE = Problem(goal=t.lt(X, Y), want=(X, Y))
VALID = {"status": "unsat", "reason": "", "values": None, "seconds": 0.25}


@pytest.fixture
def cache(tmp_path: Path) -> AnswerCache:
    return AnswerCache(tmp_path / "answers", b"k" * 32)


@pytest.fixture
def cached_pool(cache: AnswerCache) -> Iterator[SolverPool]:
    with SolverPool(cache=cache) as pool:
        yield pool


def entries(cache: AnswerCache) -> list[Path]:
    return sorted(cache.folder.glob("??/*"))


def test_an_answer_is_remembered(cached_pool: SolverPool) -> None:
    first = cached_pool.race(TRUE, seconds=60, agree=True)
    assert first.agreed
    assert first.cached == ()
    second = cached_pool.race(TRUE, seconds=60, agree=True)
    assert second.agreed
    assert set(second.cached) == {"z3", "cvc5"}
    assert set(second.versions) == {"z3", "cvc5"}
    # Other names, same text: the same question.
    renamed = Problem(goal=t.le(Y, t.maximum(Y, X)), want=(Y,))
    assert cached_pool.race(renamed, seconds=60, agree=True).cached == second.cached


def test_models_come_back_under_the_names_of_who_asks(cached_pool: SolverPool) -> None:
    cached_pool.race(FALSE, seconds=60, portfolio=[Z3])
    a, b = t.var("a", s.INT), t.var("b", s.INT)
    result = cached_pool.race(Problem(goal=t.lt(a, b), want=(a, b)), seconds=60, portfolio=[Z3])
    assert result.cached == ("z3",)
    assert isinstance(result.answer, Invalid)
    assert set(result.answer.model) == {"a", "b"}


def test_other_values_are_another_question(cached_pool: SolverPool) -> None:
    cached_pool.race(FALSE, seconds=60, portfolio=[Z3])
    other = msgspec.structs.replace(FALSE, want=(X,))
    assert cached_pool.race(other, seconds=60, portfolio=[Z3]).cached == ()


def test_only_what_would_be_answered_again_is_kept(cache: AnswerCache) -> None:
    script = TRUE.script()
    for status in ("timeout", "error", "cancelled", "nonsense"):
        cache.put(script, Z3, 1000, {**VALID, "status": status})
    cache.put(script, BITWUZLA, 0, {**VALID, "status": "unknown"})
    assert entries(cache) == []
    cache.put(script, Z3, 1000, {**VALID, "status": "resource"})
    assert cache.get(script, Z3, (1000,)) is not None
    assert cache.get(script, Z3, (2000,)) is None  # More resources may settle it,
    assert cache.get(script, Z3, (500, 1000)) is not None  # fewer will not.
    cache.put(script, Z3, 1000, VALID)
    assert cache.get(script, Z3, (2000,)) == VALID


def test_a_resource_limit_is_remembered(cached_pool: SolverPool) -> None:
    cubes = t.add(*(t.mul(v, v, v) for v in (X, Y, t.var("z", s.INT))))
    problem = Problem(goal=t.ne(cubes, t.integer(42)))
    small = msgspec.structs.replace(CVC5, resources=500)
    assert cached_pool.race(problem, seconds=60, portfolio=[small]).cached == ()
    again = cached_pool.race(problem, seconds=60, portfolio=[small])
    assert again.cached == ("cvc5",)
    assert again.answer == Timeout("cvc5", again.answer.seconds, resource=True)


def test_nearly_the_same_time_is_the_same_question() -> None:
    assert resource_limits(Z3, 7.9) == resource_limits(Z3, 4.0)
    assert resource_limits(Z3, 8.0)[0] == resource_limits(Z3, 4.0)[1]
    assert resource_limits(Z3, 0.001)[0] > 0
    assert resource_limits(BITWUZLA, 5.0) == (0,)


def test_any_changed_byte_is_noticed(cache: AnswerCache) -> None:
    script = TRUE.script()
    cache.put(script, Z3, 1, {**VALID, "status": "sat", "values": "((x.1 0))"})
    (path,) = entries(cache)
    whole = path.read_bytes()
    assert cache.get(script, Z3, (1,)) is not None
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert cache.get(script, Z3, (1,)) is None
    path.write_bytes(whole[:-5])
    assert cache.get(script, Z3, (1,)) is None
    path.write_bytes(b"")
    assert cache.get(script, Z3, (1,)) is None
    path.write_bytes(whole)
    assert cache.get(script, Z3, (1,)) is not None


def test_an_entry_of_another_question_is_not_believed(cache: AnswerCache) -> None:
    true, false = TRUE.script(), FALSE.script()
    cache.put(true, Z3, 1, VALID)
    (proof,) = entries(cache)
    cache.put(false, Z3, 1, {**VALID, "status": "sat", "values": "((x.1 0) (x.2 0))"})
    (other,) = [path for path in entries(cache) if path != proof]
    other.write_bytes(proof.read_bytes())
    assert cache.get(false, Z3, (1,)) is None


def test_an_entry_by_another_key_is_not_believed(cache: AnswerCache) -> None:
    script = FALSE.script()
    AnswerCache(cache.folder, b"f" * 32).put(script, Z3, 1, VALID)
    assert len(entries(cache)) == 1
    assert cache.get(script, Z3, (1,)) is None


def test_another_version_or_option_is_another_question(
    cache: AnswerCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = TRUE.script()
    cache.put(script, Z3, 1, VALID)
    assert cache.get(script, msgspec.structs.replace(Z3, options=()), (1,)) is None
    monkeypatch.setattr("axiom_verifiers.solvers.cache.version_of", lambda driver: "0.0")
    assert cache.get(script, Z3, (1,)) is None


def test_drivers_without_a_version_are_not_remembered(cache: AnswerCache) -> None:
    nameless = msgspec.structs.replace(Z3, package=None)
    cache.put(TRUE.script(), nameless, 1, VALID)
    assert entries(cache) == []


def test_the_folder_stays_within_its_bound(tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path / "answers", b"k" * 32, most_bytes=4000)
    scripts = [Problem(goal=t.lt(X, t.integer(number))).script() for number in range(60)]
    for age, script in enumerate(scripts):
        cache.put(script, Z3, 1, VALID)
        for path in entries(cache):
            if path.stat().st_mtime > 10_000:
                os.utime(path, (age, age))
    cache.prune()
    assert sum(path.stat().st_size for path in entries(cache)) <= 4000
    assert cache.get(scripts[-1], Z3, (1,)) is not None
    assert cache.get(scripts[0], Z3, (1,)) is None


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("in the way")
    cache = AnswerCache(tmp_path / "answers", b"k" * 32)
    cache.put(TRUE.script(), Z3, 1, VALID)
    assert cache.get(TRUE.script(), Z3, (1,)) is None
    assert local_key(tmp_path / "answers" / "key") is None


def test_the_key_is_private(tmp_path: Path) -> None:
    path = tmp_path / "state" / "answers.key"
    key = local_key(path)
    assert key is not None
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert local_key(path) == key
    path.chmod(0o644)
    # Others could have read it: entries made with it may be anyone's.
    assert local_key(path) != key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"short")
    renewed = local_key(path)
    assert renewed is not None
    assert len(renewed) == 32
    (tmp_path / "elsewhere").write_bytes(b"e" * 32)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert local_key(path) != b"e" * 32


def _make_key(path: Path) -> bytes | None:
    return local_key(path)


def test_processes_agree_on_the_key(tmp_path: Path) -> None:
    path = tmp_path / "answers.key"
    with multiprocessing.get_context("spawn").Pool(2) as workers:
        keys = workers.map(_make_key, [path] * 12)
    assert set(keys) == {local_key(path)}
    assert None not in keys
    assert [entry.name for entry in tmp_path.iterdir()] == ["answers.key"]


def test_the_personal_cache_is_in_the_persons_folders(tmp_path: Path) -> None:
    cache = AnswerCache.personal()
    assert cache is not None
    cache.put(TRUE.script(), Z3, 1, VALID)
    assert cache.folder == tmp_path / "cache" / "answers"
    assert (tmp_path / "state" / "answers.key").exists()
    again = AnswerCache.personal()
    assert again is not None
    assert again.get(TRUE.script(), Z3, (1,)) == VALID
