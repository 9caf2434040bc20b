"""The race: several solvers on one problem, one after the other and then side by side.

The likeliest solver begins; the next joins when it has said nothing for a moment, and at once
when it has given up. The first `Valid` or `Invalid` decides. With `agree`, another solver then
gets a few times the winner's time to confirm a `Valid`. Nothing but a solver's own `unsat`,
read without any error, ever becomes `Valid`.
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from axiom_verifiers.errors import WorkerError
from axiom_verifiers.logic.problem import Problem, Script
from axiom_verifiers.solvers.alarms import Alarm
from axiom_verifiers.solvers.answers import Answer, Failure, Invalid, Timeout, Unknown, Valid
from axiom_verifiers.solvers.drivers import Driver, portfolio, version_of
from axiom_verifiers.solvers.pool import SolverPool, Task
from axiom_verifiers.solvers.process import Message
from axiom_verifiers.solvers.replies import read_reply
from axiom_verifiers.solvers.stopping import Stop

_HEAD_START = 0.05  # Seconds before the next solver joins.
_AGREE_FACTOR = 5.0  # How many times the winner's time the second one gets,
_AGREE_LEAST = 0.5  # at least this many seconds,
_AGREE_MOST = 20.0  # and at most this many.
# The share of this that it may spend in resources: it gives up earlier on a machine that is free.
_AGREE_EFFORT = 0.5
_GRACE = 0.25  # Seconds past its own limit before a solver is killed.
_POLL = 0.02  # Seconds between looks at the stop signal.


class RaceResult(msgspec.Struct, frozen=True, kw_only=True):
    """Every answer in order of arrival. `answer` is what they amount to.

    `alarm` is set when two solvers contradict each other: the result is then no verdict.
    `cached` are the names of those whose answer was remembered. `timed` are the names of the
    drivers whose answer depends on the clock, because they have no resource limit.
    `cancelled` when the stop signal ended it.
    """

    digest: str
    logic: str
    answers: tuple[Answer, ...]
    seconds: float
    versions: dict[str, str] = {}
    alarm: Alarm | None = None
    cancelled: bool = False
    cached: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()
    families: dict[str, str] = {}

    @property
    def answer(self) -> Answer:
        """The answer of the race as a whole; never `Valid` when there is an alarm."""
        if self.alarm is not None:
            return Unknown("race", self.seconds, "solvers disagree")
        for kind in (Valid, Invalid):
            for answer in self.answers:
                if isinstance(answer, kind):
                    return answer
        if self.cancelled:
            return Unknown("race", self.seconds, "cancelled")
        for kind in (Timeout, Unknown, Failure):
            for answer in self.answers:
                if isinstance(answer, kind):
                    return answer
        return Failure("race", self.seconds, "no solver takes this problem")

    @property
    def valid(self) -> bool:
        return isinstance(self.answer, Valid)

    @property
    def agreed(self) -> bool:
        """Whether two different solvers answered `Valid` and none the contrary."""
        return self.valid and len(self.valid_by) > 1

    @property
    def valid_by(self) -> tuple[str, ...]:
        """The solvers (not configurations) that answered `Valid`, the first one first."""
        found = (self.families.get(a.solver, a.solver) for a in self.answers if _is_valid(a))
        return tuple(dict.fromkeys(found))

    @property
    def depends_on_time(self) -> bool:
        """Whether only solvers without resource limits stand behind a `Valid`."""
        found = [answer.solver for answer in self.answers if _is_valid(answer)]
        return bool(found) and all(name in self.timed for name in found)

    @property
    def by_solver(self) -> dict[str, str]:
        """`{"z3": "valid", …}`: the best answer of each solver's configurations."""
        best: dict[str, Answer] = {}
        for answer in self.answers:
            family = self.families.get(answer.solver, answer.solver)
            if family not in best or _rank(answer) < _rank(best[family]):
                best[family] = answer
        return {family: word(answer) for family, answer in best.items()}


def _is_valid(answer: Answer) -> bool:
    return isinstance(answer, Valid)


_RANKS: tuple[type[Answer], ...] = (Valid, Invalid, Timeout, Unknown, Failure)


def _rank(answer: Answer) -> int:
    return _RANKS.index(type(answer))


def word(answer: Answer) -> str:
    """The answer's name: `valid`, `invalid`, `timeout`, `unknown`, `failure`."""
    return str(type(answer).__struct_config__.tag)


class _Runner(msgspec.Struct):
    driver: Driver
    task: Task
    effort: float  # The seconds that its resource limit stands for.
    deadline: float | None = None  # Known once the worker has the question.


class _Race:
    """The state of one race. `run` is its only entrance."""

    def __init__(
        self,
        pool: SolverPool,
        script: Script,
        drivers: Sequence[Driver],
        seconds: float,
        *,
        agree: bool,
        earlier: RaceResult | None,
        spare: int,
        on_answer: Callable[[Answer], None] | None,
    ) -> None:
        self.pool = pool
        self.script = script
        self.earlier = earlier
        self.spare = spare
        self.seconds = seconds
        self.agree = agree
        self.on_answer = on_answer
        self.drivers = drivers
        self.waiting = deque(drivers)
        self.running: list[_Runner] = []
        self.answers: list[Answer] = []
        self.cached: list[str] = []
        self.versions: dict[str, str] = {}
        self.families = {driver.name: driver.solver for driver in drivers}
        self.window: float | None = None
        self.cancelled = False
        self.started = time.monotonic()
        self.last_start = 0.0

    def run(self, stop: Stop | None, queue_seconds: float) -> RaceResult:
        try:
            self.recall()
            while not self.is_over():
                if stop is not None and stop.is_set():
                    self.cancelled = True
                    break
                self.start_due(queue_seconds)
                self.wait()
                self.collect()
        finally:
            self.end_all()
        return self.result()

    def resume(self, earlier: RaceResult) -> None:
        """Takes what an earlier race on the same question was told."""
        assert earlier.digest == self.script.digest
        drivers = {driver.name: driver for driver in self.waiting}
        told = [answer for answer in earlier.answers if answer.solver in drivers]
        for answer in told:
            driver = drivers[answer.solver]
            self.waiting.remove(driver)
            self.versions[driver.solver] = earlier.versions.get(driver.solver, "")
            self.note(driver, answer)
        self.cached += [answer.solver for answer in told if answer.solver in earlier.cached]

    def recall(self) -> None:
        """Takes the answers that are known already."""
        if self.earlier is not None:
            self.resume(self.earlier)
        if self.pool.cache is None:
            return
        for driver in list(self.waiting):
            limits = resource_limits(driver, self.effort)
            reply = self.pool.cache.get(self.script, driver, limits)
            if reply is not None:
                self.waiting.remove(driver)
                self.cached.append(driver.name)
                self.versions[driver.solver] = version_of(driver) or ""
                seconds = float(reply.get("seconds") or 0.0)
                self.note(driver, read_reply(driver.name, seconds, reply, self.script))

    @property
    def allowed(self) -> float:
        """The seconds that a solver that starts now is given: it only confirms once there is an
        answer.
        """
        return self.seconds if self.window is None else min(self.seconds, self.window)

    @property
    def effort(self) -> float:
        """The seconds that its resource limit stands for."""
        return self.allowed * (1.0 if self.window is None else _AGREE_EFFORT)

    def note(self, driver: Driver, answer: Answer) -> None:
        self.answers.append(answer)
        if isinstance(answer, Valid) and self.window is None:
            wanted = max(_AGREE_LEAST, _AGREE_FACTOR * answer.seconds)
            self.window = min(_AGREE_MOST, wanted)
            now = time.monotonic()
            for runner in self.running:
                runner.deadline = min(runner.deadline or now + self.window, now + self.window)
        if self.on_answer is not None:
            self.on_answer(answer)

    def is_over(self) -> bool:
        valid = {self.families[a.solver] for a in self.answers if isinstance(a, Valid)}
        if any(isinstance(answer, Invalid) for answer in self.answers):
            return True
        if valid and (not self.agree or len(valid) > 1):
            return True
        if valid:
            self.drop(valid)
        return not self.running and not self.waiting

    def drop(self, valid: set[str]) -> None:
        """Leaves only other solvers than those that have answered `Valid`."""
        self.waiting = deque(driver for driver in self.waiting if driver.solver not in valid)
        for runner in [r for r in self.running if r.driver.solver in valid]:
            self.end(runner)

    def start_due(self, queue_seconds: float) -> None:
        if not self.waiting:
            return
        now = time.monotonic()
        eager = not self.running or self.window is not None
        if not eager and now - self.last_start < _HEAD_START:
            return
        if not self.pool.permit(self.spare if self.running else 0):
            if not self.running and now - self.started > queue_seconds:
                for driver in self.waiting:
                    self.note(driver, Timeout(driver.name, 0.0))
                self.waiting.clear()
            return
        driver = self.waiting.popleft()
        self.last_start = now
        try:
            request = request_of(self.script, driver, self.allowed, self.effort)
            task = self.pool.ask(driver, request)
        except WorkerError as error:
            self.pool.release()
            self.note(driver, Failure(driver.name, 0.0, str(error)))
            return
        self.running.append(_Runner(driver, task, self.effort))

    def wait(self) -> None:
        poll = select.poll()
        for runner in self.running:
            runner.task.register(poll)
        now = time.monotonic()
        ends = [runner.deadline - now for runner in self.running if runner.deadline is not None]
        poll.poll(1000 * max(0.0, min([_POLL, *ends])))

    def collect(self) -> None:
        for runner in list(self.running):
            try:
                reply = runner.task.receive()
            except WorkerError as error:
                self.finish(runner)
                self.note(runner.driver, Failure(runner.driver.name, self.age(runner), str(error)))
                continue
            if reply is not None:
                self.finish(runner)
                self.take(runner, reply)
                continue
            if runner.deadline is None and runner.task.began is not None:
                runner.deadline = runner.task.began + self.allowed + _GRACE
            if runner.deadline is not None and time.monotonic() > runner.deadline:
                self.end(runner)
                self.note(runner.driver, Timeout(runner.driver.name, self.age(runner)))

    def take(self, runner: _Runner, reply: Message) -> None:
        driver = runner.driver
        answer = read_reply(driver.name, self.age(runner), reply, self.script)
        self.versions[driver.solver] = runner.task.version
        if self.pool.cache is not None and not isinstance(answer, Failure):
            limit = resource_limit(driver, runner.effort)
            self.pool.cache.put(self.script, driver, limit, reply)
        self.note(driver, answer)

    def age(self, runner: _Runner) -> float:
        return time.monotonic() - (runner.task.began or runner.task.created)

    def finish(self, runner: _Runner) -> None:
        """Removes a task that is over."""
        self.running.remove(runner)
        self.pool.release()

    def end(self, runner: _Runner) -> None:
        runner.task.cancel()
        self.finish(runner)

    def end_all(self) -> None:
        for runner in list(self.running):
            self.end(runner)

    def result(self) -> RaceResult:
        alarm = None
        valid = [a for a in self.answers if isinstance(a, Valid)]
        invalid = [a for a in self.answers if isinstance(a, Invalid)]
        if valid and invalid:
            alarm = Alarm(
                digest=self.script.digest,
                query=self.script.full,
                valid=valid[0].solver,
                invalid=invalid[0].solver,
                versions=dict(self.versions),
            )
            alarm.keep()
        return RaceResult(
            digest=self.script.digest,
            logic=self.script.logic,
            answers=tuple(self.answers),
            seconds=time.monotonic() - self.started,
            versions=dict(self.versions),
            alarm=alarm,
            cancelled=self.cancelled,
            cached=tuple(self.cached),
            timed=tuple(driver.name for driver in self.drivers if driver.resources is None),
            families=self.families,
        )


def request_of(script: Script, driver: Driver, seconds: float, effort: float) -> Message:
    """What a worker is asked; `effort` are the seconds that the resource limit stands for."""
    return {
        "op": "solve",
        "logic": script.logic,
        "general": driver.logic(script.logic),
        "text": script.text,
        "want": [text for _, text in script.want],
        "options": [list(option) for option in driver.options],
        "rlimit": resource_limit(driver, effort),
        "seconds": seconds,
    }


# Resource limits come in steps, so that a little more or less of a budget asks the same
# question and gets the same answer.
_STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


def resource_limits(driver: Driver, seconds: float) -> tuple[int, ...]:
    """The resource limit for that many seconds, rounded down to a step, and the greater ones;
    a single 0 for a solver that has none.
    """
    if driver.resources is None:
        return (0,)
    least = max((step for step in _STEPS if step <= seconds), default=_STEPS[0])
    return tuple(max(1, int(driver.resources * step)) for step in _STEPS if step >= least)


def resource_limit(driver: Driver, seconds: float) -> int:
    """The resource limit for that many seconds; 0 for a solver that has none."""
    return resource_limits(driver, seconds)[0]


def race(
    pool: SolverPool,
    problem: Problem | Script,
    *,
    seconds: float,
    stop: Stop | None = None,
    agree: bool = False,
    drivers: Sequence[Driver] | None = None,
    queue_seconds: float = 60.0,
    earlier: RaceResult | None = None,
    spare: int = 0,
    on_answer: Callable[[Answer], None] | None = None,
) -> RaceResult:
    """Races the solvers on `problem`.

    Each gets `seconds`, counted from when it has the question; waiting for a free core, at
    most `queue_seconds`, is not counted. `agree` asks for a second solver behind a `Valid`.
    What `earlier`, a race on the same question, was told is not asked again.
    Once one solver is at work, another joins only where `spare` cores stay free beside it.
    `stop` ends it within some 20 ms. `on_answer` hears of each answer as it comes, in this
    thread. Raises nothing for any problem that can be written down.
    """
    script = problem if isinstance(problem, Script) else problem.script()
    chosen = portfolio(script.features) if drivers is None else tuple(drivers)
    chosen = tuple({driver.name: driver for driver in chosen}.values())
    racing = _Race(
        pool,
        script,
        chosen,
        seconds,
        agree=agree,
        earlier=earlier,
        spare=spare,
        on_answer=on_answer,
    )
    return racing.run(stop, queue_seconds)
