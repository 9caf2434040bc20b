"""the model backends that are installed"""

from __future__ import annotations

import argparse

from axiom_server.models.catalogue import backend_names


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(args: argparse.Namespace) -> int:
    del args
    for name in backend_names():
        print(name)
    return 0
