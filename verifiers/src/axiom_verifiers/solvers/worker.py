"""The process around one solver library. Run by path, not imported: `python -I worker.py z3 MB`.

It imports nothing of ours, so that it starts quickly. It reads one JSON object per line from
its standard input and answers each with one line; the first line it writes says that it is
ready, or why not. It dies with its parent: by the end of its input when idle, by a signal on
its lifeline (a pipe whose other end only the parent holds) while a library keeps the
interpreter's lock, and in any case when its processor time runs out.
"""

# z3 and bitwuzla have no type information, cvc5's is partial.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportAttributeAccessIssue=false
# pyright: reportMissingModuleSource=false
from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

Request = dict[str, Any]
Reply = dict[str, Any]


def _reply(status: str, reason: str = "", **more: object) -> Reply:
    return {"status": status, "reason": reason, **more}


# What a first try with the settings of a logic may take; the time is only the backstop.
_FIRST_RESOURCES = 1_000_000
_FIRST_SECONDS = 1.0


class Z3:
    """z3 through its SMT-LIB front end, a fresh context per request."""

    def __init__(self, megabytes: int) -> None:
        import z3

        self.z3 = z3
        self.version: str = z3.get_version_string()
        self.megabytes = megabytes

    def solve(self, request: Request) -> Reply:
        """With the settings of the problem's logic; where general ones are asked for as well, with
        those after a short first try.
        """
        if request.get("general", request["logic"]) == request["logic"]:
            return self.solved(request)
        short = {**request, "seconds": min(request["seconds"], _FIRST_SECONDS)}
        if request["rlimit"]:
            short["rlimit"] = min(request["rlimit"], _FIRST_RESOURCES)
        reply = self.solved(short)
        if reply["status"] in ("sat", "unsat"):
            return reply
        return self.solved({**request, "logic": request["general"]})

    def solved(self, request: Request) -> Reply:
        z3 = self.z3
        # Options given as text are global in z3: those of the last request must go.
        z3.Z3_global_param_reset_all()
        z3.Z3_global_param_set("memory_max_size", str(self.megabytes * 3 // 4))
        z3.Z3_global_param_set("timeout", str(int(request["seconds"] * 1000)))
        if request["rlimit"]:
            z3.Z3_global_param_set("rlimit", str(request["rlimit"]))
        for name, value in request["options"]:
            z3.Z3_global_param_set(name, value)
        context = z3.Context()

        def run(text: str) -> str:
            return z3.Z3_eval_smtlib2_string(context.ref(), text)

        try:
            said = run(f"(set-logic {request['logic']})\n{request['text']}")
            if "(error" in said:
                return _reply("error", said.strip())
            status = run("(check-sat)").strip()
            if status == "unknown":
                why = run("(get-info :reason-unknown)").strip()
                return _z3_unknown(why, run("(get-info :rlimit)"), request["rlimit"])
            if status != "sat" or not request["want"]:
                return _reply(status)
            return self.values(run, request["want"])
        except z3.Z3Exception as error:
            text = error.value if isinstance(error.value, str) else error.value.decode()
            return _reply("error", text.strip())

    def sift(self, request: Request) -> Reply:
        """Houdini's algorithm within one process: see `sifting.py` for what is asked."""

        def start(group: Request) -> _Z3Group:
            return _Z3Group(self.z3, group, request)

        return _sifting()(request, start).run()

    def values(self, run: Callable[[str], str], want: list[str]) -> Reply:
        """`sat` with the values that can be had: without them it is still `sat`."""
        try:
            return _reply("sat", values=run(f"(get-value ({' '.join(want)}))"))
        except self.z3.Z3Exception as error:
            return _reply("sat", f"no values: {error}")


def _z3_unknown(why: str, spent: str, limit: int) -> Reply:
    """z3 says `canceled` for time and for resources alike; what was spent tells them apart."""
    reason = why.removeprefix("(:reason-unknown ").removesuffix(")").strip('"')
    if "memout" in reason or "memory" in reason:
        return _reply("error", "out of memory")
    if reason in ("timeout", "canceled") or "resource limit" in reason:
        digits = "".join(character for character in spent if character.isdigit())
        over = bool(limit) and digits != "" and int(digits) >= limit
        return _reply("resource" if over or "resource" in reason else "timeout")
    return _reply("unknown", reason)


class _Z3Group:
    """The assertions of one place, about which a solver is asked again and again."""

    ways, exact = 3, 1

    def __init__(self, z3: Any, group: Request, request: Request) -> None:
        self.z3 = z3
        self.request = request
        self.context = z3.Context()
        self.stated = z3.parse_smt2_string(group["text"], ctx=self.context)
        self.quick: Any = None

    def solver(self, made: Any, *, models: bool) -> Any:
        made.set("auto_config", models)
        made.set("mbqi", models)
        made.set("rlimit", self.request["rlimit"])
        made.set("timeout", int(self.request["each"] * 1000))
        made.add(self.stated)
        return made

    def core(self, literals: list[str], others: list[str], way: int) -> list[str] | None:
        """Which of these cannot hold together with the assertions; None when they may. The
        `others` may be taken to be false. First under assumptions, by triggers alone, which is
        quick and tells what was needed; then as facts, of which more can be made, and all
        count as needed; then with models too.
        """
        z3 = self.z3
        assumed = [z3.Bool(literal, ctx=self.context) for literal in literals]
        if way == 0:
            if self.quick is None:
                self.quick = self.solver(z3.SimpleSolver(ctx=self.context), models=False)
            if self.quick.check(*assumed) != z3.unsat:
                return None
            return [str(part) for part in self.quick.unsat_core()]
        solver = self.solver(z3.Solver(ctx=self.context), models=way == 2)
        solver.add(*assumed)
        solver.add(*(z3.Not(z3.Bool(literal, ctx=self.context)) for literal in others))
        return literals if solver.check() == z3.unsat else None


class Cvc5:
    """cvc5 through its parser, a fresh solver per request."""

    def __init__(self, megabytes: int) -> None:
        import cvc5

        self.cvc5 = cvc5
        self.version: str = cvc5.__version__

    def _run(self, solver: Any, manager: Any, language: Any, text: str) -> list[str]:
        """The output of each command; RuntimeError from what cvc5 refuses."""
        parser = self.cvc5.InputParser(solver, manager)
        parser.setStringInput(language, text, "query")
        said: list[str] = []
        while True:
            command = parser.nextCommand()
            if command.isNull():
                return said
            answer = str(command.invoke(solver, manager)).strip()
            if answer.startswith("(error"):
                raise RuntimeError(answer)
            said.append(answer)

    def _solver(self, request: Request) -> tuple[Any, Any]:
        terms = self.cvc5.TermManager()
        solver = self.cvc5.Solver(terms)
        if request["rlimit"]:
            solver.setOption("rlimit-per", str(request["rlimit"]))
        solver.setOption("tlimit-per", str(int(request["seconds"] * 1000)))
        for name, value in request["options"]:
            solver.setOption(name, value)
        return solver, self.cvc5.SymbolManager(terms)

    def solve(self, request: Request) -> Reply:
        language = self.cvc5.InputLanguage.SMT_LIB_2_6
        try:
            solver, manager = self._solver(request)
            solver.setOption("produce-models", "true" if request["want"] else "false")
            text = f"(set-logic {request['logic']})\n{request['text']}"
            self._run(solver, manager, language, text)
            (status,) = self._run(solver, manager, language, "(check-sat)")
            if status.startswith("unknown"):
                return _cvc5_unknown(status)
            if status != "sat" or not request["want"]:
                return _reply(status)
            ask = f"(get-value ({' '.join(request['want'])}))"
            return self._values(solver, manager, ask)
        except RuntimeError as error:
            return _reply("error", str(error))

    def status(self, request: Request, text: str) -> str:
        """What `check-sat` says of a whole text."""
        solver, manager = self._solver(request)
        language = self.cvc5.InputLanguage.SMT_LIB_2_6
        self._run(solver, manager, language, text)
        (status,) = self._run(solver, manager, language, "(check-sat)")
        return status

    def sift(self, request: Request) -> Reply:
        """Houdini's algorithm within one process: see `sifting.py` for what is asked."""

        def start(group: Request) -> _Cvc5Group:
            return _Cvc5Group(self, group, request)

        try:
            return _sifting()(request, start).run()
        except RuntimeError as error:
            return _reply("error", str(error))

    def _values(self, solver: Any, manager: Any, ask: str) -> Reply:
        """`sat` with the values that can be had: without them it is still `sat`."""
        try:
            (values,) = self._run(solver, manager, self.cvc5.InputLanguage.SMT_LIB_2_6, ask)
        except RuntimeError as error:
            return _reply("sat", f"no values: {error}")
        return _reply("sat", values=values)

    def prove(self, request: Request) -> Reply:
        """`unsat` with its proof, in the format that the request names."""
        try:
            solver, manager = self._solver(request)
            solver.setOption("produce-proofs", "true")
            language = self.cvc5.InputLanguage.SMT_LIB_2_6
            text = f"(set-logic {request['logic']})\n{request['text']}"
            self._run(solver, manager, language, text)
            (status,) = self._run(solver, manager, language, "(check-sat)")
            if status != "unsat":
                return _cvc5_unknown(status) if status.startswith("unknown") else _reply(status)
            (proof,) = self._run(solver, manager, language, "(get-proof)")
        except RuntimeError as error:
            return _reply("error", str(error))
        return _reply("unsat", values=proof)

    def sygus(self, request: Request) -> Reply:
        """Answers with what `check-synth` prints: definitions, `fail` or `infeasible`."""
        try:
            solver, manager = self._solver(request)
            solver.setOption("sygus", "true")
            language = self.cvc5.InputLanguage.SYGUS_2_1
            said = self._run(solver, manager, language, request["text"])
        except RuntimeError as error:
            return _reply("error", str(error))
        return _reply("synthesised", values="\n".join(part for part in said if part))


class _Cvc5Group:
    """The assertions of one place, of which a new solver is made for each question."""

    ways, exact = 1, 0

    def __init__(self, library: Cvc5, group: Request, request: Request) -> None:
        self.library = library
        self.request = {**request, "seconds": request["each"]}
        self.text = f"(set-logic {group['logic']})\n{group['text']}"

    def core(self, literals: list[str], others: list[str], way: int) -> list[str] | None:
        """All of these, when they cannot hold together with the assertions; None when they may.
        The `others` may be taken to be false.
        """
        stated = [f"(assert {literal})\n" for literal in literals]
        stated += [f"(assert (not {literal}))\n" for literal in others]
        status = self.library.status(self.request, self.text + "".join(stated))
        return literals if status == "unsat" and way < self.ways else None


def _sifting() -> Callable[..., Any]:
    """The class of `worker_sifting.py`, which stands beside this file, on no path."""
    path = os.path.join(os.path.dirname(__file__), "worker_sifting.py")  # noqa: PTH118, PTH120 - pathlib is slow to import.
    spec = importlib.util.spec_from_file_location("worker_sifting", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Sifting


def _cvc5_unknown(status: str) -> Reply:
    reason = status.removeprefix("unknown").strip(" ()").lower()
    match reason:
        case "resourceout":
            return _reply("resource")
        case "timeout":
            return _reply("timeout")
        case "memout":
            return _reply("error", "out of memory")
        case _:
            return _reply("unknown", reason)


class Bitwuzla:
    """Bitwuzla through its parser, which only parses: its own answers go to the standard
    output, so the questions are asked through the library.
    """

    def __init__(self, megabytes: int) -> None:
        import bitwuzla

        self.bitwuzla = bitwuzla
        version = bitwuzla.version
        self.version: str = version() if callable(version) else version

    def solve(self, request: Request) -> Reply:
        bitwuzla = self.bitwuzla
        try:
            options = bitwuzla.Options()
            options.set(bitwuzla.Option.PRODUCE_MODELS, bool(request["want"]))
            options.set(bitwuzla.Option.TIME_LIMIT_PER, int(request["seconds"] * 1000))
            for name, value in request["options"]:
                options.set(bitwuzla.Option[name], int(value) if value.isdigit() else value)
            parser = bitwuzla.Parser(bitwuzla.TermManager(), options)
            started = time.monotonic()
            parser.parse(f"(set-logic {request['logic']})\n{request['text']}", True, False)
            solver = parser.bitwuzla()
            status = solver.check_sat()
            if status == bitwuzla.Result.UNKNOWN:
                late = time.monotonic() - started >= request["seconds"] * 0.9
                return _reply("timeout" if late else "unknown", "" if late else "gave up")
            if status != bitwuzla.Result.SAT or not request["want"]:
                return _reply(str(status))
            pairs = [
                f"({text} {solver.get_value(parser.parse_term(text))})" for text in request["want"]
            ]
            return _reply("sat", values=f"({' '.join(pairs)})")
        except bitwuzla.BitwuzlaException as error:
            return _reply("error", str(error))


LIBRARIES: dict[str, Callable[[int], Z3 | Cvc5 | Bitwuzla]] = {
    "z3": Z3,
    "cvc5": Cvc5,
    "bitwuzla": Bitwuzla,
}


def _confine(megabytes: int, lifeline: int) -> None:
    """Lower priority, bounded memory, and death with the parent."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    size = megabytes * 1024 * 1024
    with contextlib.suppress(ValueError, OSError):  # Not every system can bound this.
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    if hasattr(fcntl, "F_SETOWN") and hasattr(os, "O_ASYNC"):
        # The kernel sends SIGIO, which ends the process, when the other end is closed.
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)


def _allow_processor(seconds: float) -> None:
    """Bounds this request's processor time far above its limit, whatever else fails."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + 3 * seconds + 10)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _kilobytes() -> int:
    """This process's resident memory now.

    Its peak will not do: a child begins with the peak of the process that started it, so every
    worker of a large process would look worn out. Where the system does not tell, 0.
    """
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib is slow to import.
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize() // 1024


def main(arguments: list[str]) -> int:
    name, megabytes, lifeline = arguments[0], int(arguments[1]), int(arguments[2])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)

    def say(reply: Reply) -> None:
        answers.write(json.dumps(reply) + "\n")
        answers.flush()

    _confine(megabytes, lifeline)
    try:
        library = LIBRARIES[name](megabytes)
        trivial: Request = {"logic": "QF_BV", "text": "(assert true)\n", "want": [],
                            "options": [], "rlimit": 0, "seconds": 10.0}  # fmt: skip
        library.solve(trivial)  # What is loaded when first used is loaded now.
    except (ImportError, OSError, AttributeError, MemoryError) as error:
        say({"ready": False, "reason": f"{name} cannot be loaded: {error}"})
        return 1
    say({"ready": True, "version": library.version})
    for line in sys.stdin:
        request: Request = json.loads(line)
        _allow_processor(request["seconds"])
        started = time.monotonic()
        try:
            method = getattr(library, request["op"])
            reply = method(request)
        except MemoryError:
            reply = _reply("error", "out of memory")
        except Exception as error:
            reply = _reply("error", f"{type(error).__name__}: {error}")
        reply["id"] = request["id"]
        reply["seconds"] = time.monotonic() - started
        reply["kilobytes"] = _kilobytes()
        say(reply)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
