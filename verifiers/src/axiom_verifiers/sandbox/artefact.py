"""The Python sandbox's artefact: built once on a machine, kept in the person's cache, checked.

The guest's sources are compiled by componentize-py into one WebAssembly component with CPython
and the standard modules in it, already initialised, and that by wasmtime into machine code.
Both are kept under the digest of their recipe (sources, tool versions, settings), with a
manifest of their own digests; what does not match its manifest is built again.

Python's hash seed is drawn while the component is initialised, so it is fixed for as long as an
artefact lives: every store of it iterates over a set of strings in the same order. componentize-py
offers no way to choose that seed, and its output differs from build to build in other ways too,
so two machines have different artefacts; `Artefact.digest` says which one was used.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from importlib import metadata
from pathlib import Path

import msgspec
import platformdirs

from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.sandbox import runtime

Progress = Callable[[str], None]

_GUEST = Path(__file__).parent / "guest"
_BUILD_SECONDS = 900


class Manifest(msgspec.Struct, frozen=True):
    """What was built: digests are SHA-256 in hexadecimal."""

    recipe: str
    component: str
    compiled: str
    python: str
    tools: dict[str, str]


class Artefact(msgspec.Struct, frozen=True):
    """A checked artefact. `digest` is the component's, the same wherever it is compiled."""

    digest: str
    path: Path
    manifest: Manifest


def cache_folder() -> Path:
    """The person's cache folder; the environment variable `AXIOM_CACHE` moves it."""
    chosen = os.environ.get("AXIOM_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("axiom", appauthor=False))


def recipe() -> str:
    """The digest of everything that decides what is built."""
    summed = hashlib.sha256()
    for path in sorted(_GUEST.rglob("*")):
        if path.suffix in (".py", ".wit"):
            summed.update(path.relative_to(_GUEST).as_posix().encode() + b"\0")
            summed.update(path.read_bytes() + b"\0")
    summed.update(json.dumps(_tools(), sort_keys=True).encode())
    summed.update(runtime.SETTINGS.encode())
    return summed.hexdigest()


def _tools() -> dict[str, str]:
    try:
        versions = {name: metadata.version(name) for name in ("componentize-py", "wasmtime")}
    except metadata.PackageNotFoundError as error:
        raise ArtefactError(
            f"the Python package {error.name} is missing: install axiom-verifiers again, "
            "for example with `pip install --force-reinstall axiom-verifiers`"
        ) from error
    return {**versions, "machine": f"{platform.system()}-{platform.machine()}"}


def load(progress: Progress | None = None) -> Artefact:
    """The artefact, built first when there is none or what is there is damaged.

    Building takes some 15 to 90 seconds, once; `progress` is told what happens. One process
    builds while others wait for it. Raises `ArtefactError` when it cannot be had.
    """
    say = progress or _silent
    wanted = recipe()
    folder = cache_folder() / "sandbox" / f"python-{wanted[:16]}"
    found, _ = _read(folder, wanted)
    if found is not None:
        return found
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder / "lock", say):
            found, damage = _read(folder, wanted)
            if found is not None:
                return found
            if damage is not None:
                say(f"the Python sandbox in {folder} is damaged ({damage}); building it again")
            _build(folder, wanted, say)
            found, damage = _read(folder, wanted)
    except OSError as error:
        raise ArtefactError(
            f"cannot write the Python sandbox to {folder}: {error.strerror or error}. "
            "Make the folder writable, or set AXIOM_CACHE to one that is"
        ) from error
    if found is None:
        raise ArtefactError(f"the Python sandbox in {folder} is damaged as soon as built: {damage}")
    return found


def _silent(_message: str) -> None:
    pass


def _read(folder: Path, wanted: str) -> tuple[Artefact | None, str | None]:
    """The artefact in the folder if it is whole, else what is wrong (None: nothing is there)."""
    try:
        text = (folder / "manifest.json").read_bytes()
    except FileNotFoundError:
        return None, None
    except OSError as error:
        return None, str(error)
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError:
        return None, "its manifest is not readable"
    if manifest.recipe != wanted:
        return None, "its manifest is of another recipe"
    compiled = folder / "python.cwasm"
    try:
        if _digest(compiled) != manifest.compiled:
            return None, "the compiled code does not match its digest"
    except OSError as error:
        return None, f"the compiled code cannot be read: {error.strerror}"
    return Artefact(manifest.component, compiled, manifest), None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(folder: Path, wanted: str, say: Progress) -> None:
    """Builds into a scratch folder, then replaces file by file, the manifest last.

    A component that is whole is kept, so that its digest stays what certificates say.
    """
    whole = _whole_component(folder, wanted)
    for name in ("manifest.json", "python.cwasm"):
        (folder / name).unlink(missing_ok=True)
    for killed in folder.glob("build-*"):
        # We hold the lock: whoever made it is no more.
        shutil.rmtree(killed, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="build-") as scratch_name:
        scratch = Path(scratch_name)
        component = scratch / "python.wasm"
        if whole is None:
            say("building the Python sandbox (once on this machine, about a minute): component")
            _componentize(scratch, component)
        else:
            shutil.copyfile(whole, component)
        say("building the Python sandbox: machine code")
        compiled = scratch / "python.cwasm"
        compiled.write_bytes(runtime.compile_component(component))
        manifest = Manifest(
            recipe=wanted,
            component=_digest(component),
            compiled=_digest(compiled),
            python="3.14",
            tools=_tools(),
        )
        for path in (component, compiled):
            path.replace(folder / path.name)
        text = scratch / "manifest.json"
        text.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        text.replace(folder / "manifest.json")
    say("the Python sandbox is ready")


def _whole_component(folder: Path, wanted: str) -> Path | None:
    """The component of an earlier build of this recipe, if it is as its manifest says."""
    component = folder / "python.wasm"
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        fits = manifest.recipe == wanted and manifest.component == _digest(component)
    except (OSError, msgspec.MsgspecError):
        return None
    return component if fits else None


def _componentize(scratch: Path, output: Path) -> None:
    """Runs componentize-py on a copy of the guest, with nothing of this environment in reach."""
    sources = scratch / "guest"
    shutil.copytree(_GUEST, sources, ignore=shutil.ignore_patterns("__pycache__"))
    nowhere = scratch / "empty"
    nowhere.mkdir()
    program = "import sys; from componentize_py import script; sys.exit(script())"
    command = [sys.executable, "-P", "-c", program, "-q", "-d", str(sources / "wit")]
    command += ["-w", "sandbox", "componentize", "app", "-s", "-p", str(sources)]
    command += ["-o", str(output)]
    # Without VIRTUAL_ENV and PATH it finds no site-packages of ours to carry into the guest.
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    environment["PATH"] = str(nowhere)
    try:
        done = subprocess.run(
            command,
            cwd=scratch,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ArtefactError(
            f"componentize-py did not finish within {_BUILD_SECONDS} seconds; try again on a "
            "quieter machine"
        ) from error
    if done.returncode != 0 or not output.exists():
        raise ArtefactError(
            "componentize-py could not build the sandbox: " + _essence(done.stderr or done.stdout)
        )


def _essence(output: str) -> str:
    """The last lines that say something: frames of native code left out."""
    said = [line.strip() for line in output.splitlines()]
    said = [line for line in said if line and not re.match(r"\d+: |at |Stack backtrace", line)]
    return " / ".join(said[-6:])[-600:]


@contextlib.contextmanager
def _lock(path: Path, say: Progress) -> Generator[None]:
    """Holds the file's lock; it is let go when the process ends, however it ends."""
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            yield
            return
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process is building the Python sandbox; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
