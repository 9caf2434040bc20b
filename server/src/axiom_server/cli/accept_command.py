"""put a candidate's code into its region of the target file"""

from __future__ import annotations

import argparse
from pathlib import Path

from axiom_server.cli.output import print_change
from axiom_server.studio.accepting import check_unedited, plan_accept, write
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--intent", metavar="NAME")
    parser.add_argument("--candidate", metavar="ID", help="its first characters; else the best")
    parser.add_argument(
        "--overwrite", action="store_true", help="even over a hand edit in the region"
    )
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    path = Path(args.file)
    workspace = Workspace.of(path)
    file = workspace.open(path)
    change = plan_accept(workspace, file, args.intent, args.candidate)
    if not args.overwrite:
        check_unedited(change, file)
    write(workspace, change)
    print_change(change, as_json=args.json)
    return 0
