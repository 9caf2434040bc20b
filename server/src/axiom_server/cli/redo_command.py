"""restore the accept that was undone last"""

from __future__ import annotations

import argparse
from pathlib import Path

from axiom_server.cli.output import print_change
from axiom_server.studio.accepting import latest_unit, plan_redo, write
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    workspace = Workspace.of(Path(args.folder) / "any")
    change = plan_redo(workspace, latest_unit(workspace, undone=True))
    write(workspace, change)
    print_change(change, as_json=args.json)
    return 0
