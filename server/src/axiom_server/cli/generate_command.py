"""candidates with evidence, best first; only those that pass the gate are shown"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import msgspec

from axiom_server.cli.output import Ticker, console, print_json, print_result, say
from axiom_server.cli.verify_command import check_seconds, plan_arguments, plan_of
from axiom_server.errors import AxiomError, UserError
from axiom_server.generation.engine import Rejected, Verified
from axiom_server.models.backend import Delta, Failed
from axiom_server.studio.accepting import check_unedited, plan_accept, write
from axiom_server.studio.generating import Wish, generate_for
from axiom_server.studio.results import Generation, result_of
from axiom_server.studio.verifying import prepare
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--intent", metavar="NAME")
    parser.add_argument("--model", default="", metavar="M", help="a backend: axiom models")
    parser.add_argument("--candidates", type=int, default=0, metavar="K")
    parser.add_argument("--budget", type=float, default=60.0, metavar="S", help="seconds in all")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--accept", action="store_true", help="accept the best one")
    plan_arguments(parser)
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    if args.candidates < 0 or args.candidates > 100:
        raise UserError(f"--candidates {args.candidates}: a number from 1 to 100 was expected")
    check_seconds("--budget", args.budget)
    path = Path(args.file)
    workspace = Workspace.of(path)
    file = workspace.open(path)
    wish = Wish(
        intent=args.intent,
        model=args.model,
        candidates=args.candidates,
        seed=args.seed,
        plan=plan_of(args, workspace),
        timeout=args.budget,
    )
    name = file.contract(args.intent).name
    prepare(say)
    with Ticker(f"generating {name}") as ticker:

        def hear(notice: object) -> None:
            if not isinstance(notice, Delta | Verified | Rejected | Failed):
                ticker.hear(notice)  # type: ignore[arg-type]  # The rest is a verification's.

        generation = asyncio.run(generate_for(workspace, file, wish, hear))
    refusal: AxiomError | None = None
    if args.accept and generation.candidates:
        try:
            change = plan_accept(workspace, file, name, generation.candidates[0].id)
            check_unedited(change, file)
            write(workspace, change)
        except AxiomError as error:
            refusal = error  # The candidates are kept and shown all the same.
        else:
            best = msgspec.structs.replace(generation.candidates[0], accepted=True)
            generation = msgspec.structs.replace(
                generation, candidates=(best, *generation.candidates[1:])
            )
    if args.json:
        print_json(generation)
    else:
        _print(generation, workspace, path)
    if refusal is not None:
        raise refusal
    return 0 if generation.candidates else 1


def _print(generation: Generation, workspace: Workspace, path: Path) -> None:
    shown = console()
    for number, candidate in enumerate(generation.candidates):
        shown.print(f"candidate {candidate.id} · {candidate.origin}", style="bold")
        if number == 0:
            for line in candidate.code.rstrip().splitlines():
                shown.print(f"    {line}")
        print_result(result_of(generation.intent, candidate), shown)
        if candidate.accepted:
            shown.print(f"accepted: {workspace.target(path)}")
    for rejected in generation.rejected:
        shown.print(f"rejected {rejected.digest}: {rejected.reason}", style="dim")
    if not generation.candidates:
        reason = generation.failure or "no candidate passed the gate"
        shown.print(f"{generation.intent}: {reason}", style="red")
