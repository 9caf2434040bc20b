"""evidence for code from anywhere, or the accepted code of every intent again"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import msgspec

from axiom_server.cli.output import Ticker, console, print_json, print_result, say
from axiom_server.errors import UserError
from axiom_server.studio.callees import accepted_callees
from axiom_server.studio.reverifying import Reverified, accepted_units, reverify
from axiom_server.studio.verifying import prepare, verify
from axiom_server.studio.workspace import Workspace, read_text
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra import Plan, Result, verifiers


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--intent", metavar="NAME")
    parser.add_argument("--code", metavar="CODE", help="the file that holds the function")
    plan_arguments(parser)
    parser.add_argument("--require", choices=["proved"], help="exit 0 only if all is proved")
    parser.add_argument("--json", action="store_true")


def plan_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that shape a verification, shared with `generate`."""
    parser.add_argument("--tier", type=int, choices=range(4), default=3, help="highest to run")
    parser.add_argument("--only", default="", metavar="VERIFIER,…")
    parser.add_argument("--timeout", type=float, metavar="S", help="seconds for one verification")


def check_seconds(option: str, seconds: float) -> None:
    """Refuse what is no length of time: nothing, less than nothing, nan, for ever."""
    if not 0 < seconds < math.inf:
        raise UserError(f"{option} {seconds:g}: a number of seconds above 0 was expected")


def plan_of(args: argparse.Namespace, workspace: Workspace) -> Plan:
    """The plan that the options and the workspace's settings ask for."""
    if args.timeout is not None:
        check_seconds("--timeout", args.timeout)
    only = tuple(name.strip() for name in args.only.split(",") if name.strip())
    have = [one.name for one in verifiers()]
    for name in only:
        if name not in have:
            raise UserError(f"--only {name}: no such verifier. There are: {', '.join(have)}")
    return Plan(tier=args.tier, only=only, seconds=args.timeout or workspace.settings.seconds)


def exit_code(result: Result, require: str | None) -> int:
    """0 when the gate is passed (`--require proved`: when all is proved), 3 when a tool broke."""
    if require == "proved":
        return 0 if result.verdict is Verdict.PROVED and not result.gate else 1
    if not result.gate:
        return 0
    return 3 if result.verdict is Verdict.FAILED else 1


def run(args: argparse.Namespace) -> int:
    if args.code is None:
        return _again(args)
    if len(args.files) != 1:
        raise UserError("--code wants exactly one intent file: axiom verify FILE --code CODE")
    path = Path(args.files[0])
    workspace = Workspace.of(path)
    file = workspace.open(path)
    contract = file.contract(args.intent)
    # A byte-order mark is the file's, not the code's: Python passes over it, too.
    code = read_text(Path(args.code)).removeprefix("\ufeff")
    prepare(say)
    with Ticker(f"verifying {contract.name}") as ticker:
        callees = accepted_callees(workspace, file, contract)
        plan = plan_of(args, workspace)
        result = verify(contract, code, plan, ticker.hear, callees=callees)
    if args.json:
        print_json(result)
    else:
        print_result(result, console())
    return exit_code(result, args.require)


def _again(args: argparse.Namespace) -> int:
    start = Path(args.files[0]) if args.files else Path.cwd() / "any"
    workspace = Workspace.of(start)
    chosen = accepted_units(workspace, [Path(name) for name in args.files], args.intent)
    if chosen:
        prepare(say)
    results: list[Reverified] = []
    worst = 0
    shown = console()
    for unit in chosen:
        with Ticker(f"verifying {unit.intent}") as ticker:
            found = reverify(workspace, unit, plan_of(args, workspace), ticker.hear)
        results.append(found)
        worst = max(worst, 1 if found.drifted else 0, exit_code(found.result, args.require))
        if not args.json:
            if found.drifted:
                shown.print(f"{found.target}: edited by hand since it was accepted")
            print_result(found.result, shown)
    if args.json:
        print_json(msgspec.to_builtins(results))
    elif not chosen:
        shown.print("nothing is accepted yet: there is nothing to verify")
    return worst
