"""A workspace on disk: its root, its intent files, its history, where derived code goes."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from axiom_server.domain.settings import Settings, load_settings
from axiom_server.errors import ContractError, EnvironmentFaultError, UserError
from axiom_server.history import History
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.critic import criticise
from axiom_verifiers.contracts.reading import Placed, Reading, read
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.contracts.texts import Excerpts

LARGEST = 16 << 20  # bytes; an intent file beyond this is a mistake, not a text
_NO_INTENT = (
    "holds no intent. Write one, for example:\n"
    "intent double(n: int) -> int\n"
    "  ensures result == 2 * n"
)


def format_problem(path: str, problem: Placed) -> str:
    """`FILE:LINE:COL: message`, with the nearest fix when there is one."""
    line = f"{path}:{problem.line}:{problem.column}: {problem.problem.severity}: "
    text = line + problem.problem.message
    if problem.problem.fixes:
        text += f" ({problem.problem.fixes[0].title})"
    return text


def decode(data: bytes, shown: str) -> str:
    """The text of a file.

    Raises UserError for bytes that are no UTF-8 text, naming the first offending place.
    """
    if len(data) > LARGEST:
        raise UserError(
            f"{shown}: {len(data):,} bytes; a text of at most {LARGEST:,} bytes was expected"
        )
    zero = data.find(b"\0")
    if zero >= 0:
        line = data.count(b"\n", 0, zero) + 1
        raise UserError(
            f"{shown}:{line}:1: a zero byte: this is a binary file, not a text. "
            "Give the path of a text; if it is one in UTF-16, save it as UTF-8 and try again."
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{shown}:{line}:1: byte 0x{data[error.start]:02x} is not UTF-8. "
            "Save the file as UTF-8 and try again."
        ) from error


# Every intent of a file may call every other: beyond this many nobody would wait for an answer.
_MOST_INTENTS = 5_000
_INTENT = re.compile(r"^intent\b", re.MULTILINE)


def read_text(path: Path) -> str:
    """The text of a file, line ends as they are.

    Raises UserError when it is missing, a folder, unreadable or not UTF-8.
    """
    try:
        return decode(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise UserError(f"{path}: a folder; a file was expected") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error


@contextmanager
def _changing(path: Path) -> Generator[None]:
    """A file's change: what the machine says against it becomes one message."""
    try:
        yield
    except OSError as error:
        raise EnvironmentFaultError(
            f"{path}: cannot be written: {error.strerror}. Nothing was changed."
        ) from error


def _check_protection(path: Path) -> None:
    # To replace or remove a file asks for the folder's permission alone: its own counts as well.
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected")


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file whole or not at all; its permissions stay.

    Raises EnvironmentFaultError when the place cannot be written; the old file is untouched.
    """
    with _changing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            mode = path.stat().st_mode if path.exists() else 0o644
            Path(name).chmod(mode & 0o7777)
            _check_protection(path)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def write_text(path: Path, text: str) -> None:
    """Replace a file's text, as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"))


def remove_file(path: Path) -> None:
    """Remove a file, if there is one, on the same terms as writing it.

    Raises EnvironmentFaultError when it may not be; the file is untouched.
    """
    with _changing(path):
        _check_protection(path)
        path.unlink(missing_ok=True)


class IntentFile(msgspec.Struct, frozen=True):
    """An intent file as read: `shown` is its path as the person gave it; `uses` holds the text
    of each file that it uses, by its path from this file's folder.
    """

    path: Path
    shown: str
    text: str
    reading: Reading
    uses: dict[str, str]

    @property
    def errors(self) -> tuple[Placed, ...]:
        return tuple(one for one in self.reading.problems if one.is_error)

    def source_of(self, name: str) -> str:
        """The text of the item that declares the intent."""
        return self.reading.source_of(name) or ""

    def criticism(self, name: str) -> tuple[Placed, ...]:
        """What evaluation alone says against a sound intent, at its places in the file."""
        return self.placed(name, criticise(self.reading.contracts[name]))

    def placed(self, name: str, problems: tuple[Problem, ...]) -> tuple[Placed, ...]:
        """Problems of an intent, counted in its own text, at their places in the file."""
        if not problems:
            return ()
        index = next(number for number, one in enumerate(self.reading.checked) if one.name == name)
        item = self.reading.items[index]
        excerpts = Excerpts(item.text)
        return tuple(
            Placed(
                item.line + excerpts.line(problem.span) - 1,
                excerpts.column(problem.span),
                problem,
                index,
            )
            for problem in problems
        )

    def contract(self, name: str | None) -> Contract:
        """The checked contract of one intent (the only one, when `name` is None).

        Raises ContractError when that intent, or what it depends on, has errors; UserError for
        an unknown name, or a file that holds no intent.
        """
        contracts = self.reading.contracts
        names = self.reading.environment.intents()
        if not names and not self.errors:
            raise UserError(f"{self.shown}: {_NO_INTENT}")
        if name is None and names:
            if len(names) > 1:
                have = ", ".join(names)
                raise UserError(f"{self.shown}: say which with --intent; it has: {have}")
            name = names[0]
        if name is not None and name in contracts:
            wrong = [one for one in self.criticism(name) if one.is_error]
            if wrong:
                raise ContractError("\n".join(format_problem(self.shown, one) for one in wrong))
            return contracts[name]
        if name in names or not names:
            checked = self.reading.checked
            own = [
                one
                for one in self.errors
                if one.item is not None and checked[one.item].name == name
            ]
            found = own or self.errors
            raise ContractError("\n".join(format_problem(self.shown, one) for one in found))
        have = ", ".join(names)
        raise UserError(f"{self.shown}: no intent is called {name!r}; it has: {have}")


class Workspace:
    """The folder that holds `.axiom/`, found by looking upwards from a file."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings: Settings = load_settings(root)
        self.history = History(root / ".axiom" / "history.db")

    @classmethod
    def of(cls, path: Path) -> Workspace:
        """The workspace of a file: the nearest folder above with `.axiom`, `axiom.toml` or
        `.git`, else the file's own folder.
        """
        start = path.resolve().parent
        for folder in (start, *start.parents):
            if any((folder / mark).exists() for mark in (".axiom", "axiom.toml", ".git")):
                return cls(folder)
        return cls(start)

    def key(self, path: Path) -> str:
        """A file's path relative to the root, with forward slashes: how events name it."""
        resolved = path.resolve()
        try:
            return resolved.relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return resolved.as_posix()

    def open(self, path: Path, text: str | None = None) -> IntentFile:
        """Read an intent file from disk, or from `text` when an editor holds it.

        Raises UserError when it cannot be read, or holds more intents than are looked at together.
        """
        content = read_text(path) if text is None else text
        count = len(_INTENT.findall(content))
        if count > _MOST_INTENTS:
            raise UserError(
                f"{path}: holds {count:,} intents; at most {_MOST_INTENTS:,} were expected in one "
                "file. Split it, and let the parts name each other with `use`"
            )
        uses: dict[str, str] = {}

        def text_of(relative: str) -> str | None:
            try:
                uses[relative] = read_text(path.parent / relative)
            except UserError:
                return None
            return uses[relative]

        return IntentFile(path, str(path), content, read(content, text_of, path.name), uses)

    def target(self, path: Path) -> Path:
        """Where the code derived from an intent file goes."""
        if self.settings.output:
            base = self.root / self.settings.output
            return (base / self.key(path)).with_suffix(".py")
        return path.with_suffix(".py")
