"""Python's built-in exceptions and which is a kind of which (CPython 3.14)."""

from __future__ import annotations

import difflib

# Every line: a class, then those directly below it.
_TREE = """
BaseException: Exception GeneratorExit KeyboardInterrupt SystemExit BaseExceptionGroup
Exception: ArithmeticError AssertionError AttributeError BufferError EOFError ExceptionGroup
Exception: ImportError LookupError MemoryError NameError OSError ReferenceError RuntimeError
Exception: StopAsyncIteration StopIteration SyntaxError SystemError TypeError ValueError Warning
ArithmeticError: FloatingPointError OverflowError ZeroDivisionError
ImportError: ModuleNotFoundError
LookupError: IndexError KeyError
NameError: UnboundLocalError
OSError: BlockingIOError ChildProcessError ConnectionError FileExistsError FileNotFoundError
OSError: InterruptedError IsADirectoryError NotADirectoryError PermissionError ProcessLookupError
OSError: TimeoutError
ConnectionError: BrokenPipeError ConnectionAbortedError ConnectionRefusedError ConnectionResetError
RuntimeError: NotImplementedError PythonFinalizationError RecursionError
SyntaxError: IndentationError
IndentationError: TabError
ValueError: UnicodeError
UnicodeError: UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError
Warning: BytesWarning DeprecationWarning EncodingWarning FutureWarning ImportWarning
Warning: PendingDeprecationWarning ResourceWarning RuntimeWarning SyntaxWarning UnicodeWarning
Warning: UserWarning
"""

# They tell of the interpreter's limits, which are outside the semantics.
OUTSIDE = frozenset({"MemoryError", "RecursionError"})

_ALIASES = {"IOError": "OSError", "EnvironmentError": "OSError"}


def _parents() -> dict[str, str]:
    parents: dict[str, str] = {}
    for line in _TREE.strip().splitlines():
        parent, _, below = line.partition(": ")
        for name in below.split():
            parents[name] = parent
    return parents


PARENTS = _parents()
NAMES = frozenset(PARENTS) | {"BaseException"}


def is_exception(name: str) -> bool:
    """Whether a built-in exception has this name."""
    return name in NAMES or name in _ALIASES


def bases_of(name: str) -> tuple[str, ...]:
    """The exception and all that it is a kind of, nearest first; the name alone if not built in."""
    name = _ALIASES.get(name, name)
    found = [name]
    while name in PARENTS:
        name = PARENTS[name]
        found.append(name)
    if found[0] == "ExceptionGroup":
        found.insert(1, "BaseExceptionGroup")
    return tuple(found)


def is_instance(error: str, bases: tuple[str, ...], declared: str) -> bool:
    """Whether what was raised (its class and that class's bases) is an instance of `declared`."""
    wanted = _ALIASES.get(declared, declared)
    return any(wanted in bases_of(name) for name in (error, *bases))


def nearest(name: str) -> str | None:
    """The built-in exception whose name is nearest, if any is near."""
    close = difflib.get_close_matches(name, sorted(NAMES), n=1)
    return close[0] if close else None
