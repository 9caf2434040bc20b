"""put a candidate's code into its region of the target file"""

from __future__ import annotations

import argparse
from pathlib import Path

from axiom_server.studio.accepting import plan_accept, write
from axiom_server.studio.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--intent", metavar="NAME")
    parser.add_argument("--candidate", metavar="ID", help="its first characters; else the best")


def run(args: argparse.Namespace) -> int:
    path = Path(args.file)
    workspace = Workspace.of(path)
    change = plan_accept(workspace, workspace.open(path), args.intent, args.candidate)
    write(workspace, change)
    print(f"{change.target}: {change.title.lower()}")
    return 0
