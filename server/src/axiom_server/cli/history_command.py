"""what happened, event by event, or the state at a time"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import msgspec

from axiom_server.cli.output import print_json
from axiom_server.domain.units import Unit
from axiom_server.errors import UserError
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    parser.add_argument("--at", metavar="TIME", help="the units as they were: 2026-01-31T12:00")
    parser.add_argument("--check", action="store_true", help="verify the chain of every unit")
    parser.add_argument("--json", action="store_true")


def _time(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"--at {text!r}: a time such as 2026-01-31T12:00 was expected") from error
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def run(args: argparse.Namespace) -> int:
    workspace = Workspace.of(Path(args.folder) / "any")
    history = workspace.history
    if args.check:
        print(f"{history.check()} events, every chain is whole")
        return 0
    if args.at is not None:
        moment = _time(args.at)
        states = [history.state_at(unit.id, moment) for unit in history.units()]
        units = [unit for unit in states if unit is not None]
        if args.json:
            print_json(units)
        else:
            for unit in units:
                print(_line(unit))
        return 0
    events = history.events()
    if args.json:
        print_json([msgspec.to_builtins(event) for event in events])
        return 0
    names = {unit.id: unit.intent for unit in history.units()}
    for event in events:
        told = event.payload.get("verdict") or event.payload.get("reason") or ""
        print(f"{event.time[:19]}  {names.get(event.unit, '?'):<20} {event.name:<22} {told}")
    if not events:
        print("nothing has happened here yet")
    return 0


def _line(unit: Unit) -> str:
    accepted = unit.current.candidate if unit.current else "nothing accepted"
    return f"{unit.path}: {unit.intent}: {unit.stage} · {accepted}"
