"""what works on this machine and what is missing"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from axiom_server.cli.output import print_json
from axiom_server.models.catalogue import backend_names
from axiom_server.models.settings import settings_file
from axiom_server.studio.keys import key_file
from axiom_verifiers import solvers
from axiom_verifiers.orchestra import verifiers
from axiom_verifiers.sandbox import artefact


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; `help` says what to do when it is not well."""

    name: str
    well: bool
    found: str
    help: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def _python() -> Point:
    return Point(
        name="python",
        well=sys.version_info >= (3, 11),
        found=platform.python_version(),
        help="AXIOM needs Python 3.11 or newer",
    )


def _solvers() -> Point:
    missing = solvers.missing()
    have = ", ".join(f"{name} {version}" for name, version in solvers.versions().items())
    said = f"missing: {', '.join(missing)}" if missing else have
    return Point(
        name="solvers",
        well=not missing,
        found=said,
        help="install them: pip install z3-solver cvc5 bitwuzla; proofs want two",
    )


def _sandbox() -> Point:
    found = artefact.load(lambda line: print(f"  {line}", file=sys.stderr))
    return Point(
        name="sandbox", well=True, found=f"{found.manifest.python}, artefact {found.digest[:12]}"
    )


def _tools() -> Point:
    folder = Path(sys.executable).parent
    lacking = [
        name
        for name in ("ruff", "basedpyright-langserver")
        if not (folder / name).exists() and shutil.which(name) is None
    ]
    return Point(
        name="types and lint",
        well=not lacking,
        found=f"missing: {', '.join(lacking)}" if lacking else "basedpyright, ruff",
        help="install them: pip install basedpyright ruff",
    )


def _cache() -> Point:
    folder = artefact.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return Point(
        name="cache",
        well=os.access(folder, os.W_OK),
        found=str(folder),
        help="give it write permission, or set AXIOM_CACHE to another folder",
    )


def _verifiers() -> Point:
    names = ", ".join(one.name for one in verifiers())
    return Point(name="verifiers", well=bool(names), found=names, help="reinstall axiom-verifiers")


def _models() -> Point:
    found = f"{', '.join(backend_names())}; settings: {settings_file()}"
    return Point(name="models", well=True, found=found)


def _key() -> Point:
    path = key_file()
    found = str(path) if path.exists() else "none in a file (a keyring may hold one)"
    return Point(name="signing key", well=True, found=found, help="axiom key new")


POINTS: tuple[Callable[[], Point], ...] = (
    _python,
    _solvers,
    _sandbox,
    _tools,
    _cache,
    _verifiers,
    _models,
    _key,
)


def run(args: argparse.Namespace) -> int:
    found: list[Point] = []
    for look in POINTS:
        try:
            found.append(look())
        except Exception as error:  # A broken part is what the doctor is asked about.
            name = look.__name__.strip("_")
            found.append(Point(name=name, well=False, found=f"{type(error).__name__}: {error}"))
    if args.json:
        print_json(found)
    else:
        for point in found:
            print(f"{'✓' if point.well else '✗'} {point.name:<16} {point.found}")
            if not point.well and point.help:
                print(f"  {point.help}")
    return 0 if all(point.well for point in found) else 1
