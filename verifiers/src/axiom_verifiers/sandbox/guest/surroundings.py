"""What a candidate sees of the world: the modules it may import, a fixed clock, no doors.

Imported once, while the component is built; only modules that are imported here exist later.
"""

import sys

# The accelerated datetime reads the clock itself; the one in Python asks `time`, fixed below.
sys.modules["_datetime"] = None

import builtins
import opcode
import random
import time
import types

# A name here is what `import NAME` may load in a candidate, beside `sys` and `builtins`.
MODULES = (
    "__future__", "abc", "array", "ast", "base64", "binascii", "bisect", "calendar", "cmath",
    "collections", "collections.abc", "colorsys", "contextlib", "copy", "csv", "dataclasses",
    "datetime", "decimal", "difflib", "enum", "fnmatch", "fractions", "functools", "graphlib",
    "hashlib", "heapq", "html", "io", "ipaddress", "itertools", "json", "keyword", "logging",
    "math", "numbers", "operator", "pprint", "queue", "random", "re", "reprlib", "shlex",
    "statistics", "string", "struct", "textwrap", "time", "traceback", "types", "typing",
    "unicodedata", "urllib", "urllib.parse", "warnings", "weakref", "zlib",
)
for _name in MODULES:
    __import__(_name)
import _pydecimal  # noqa: F401  The C one is missing in some builds.
import _strptime  # noqa: F401  `strptime` imports it when first called.
import encodings.ascii
import encodings.idna  # noqa: F401
import encodings.latin_1  # noqa: F401
import encodings.utf_16  # noqa: F401
import encodings.utf_32  # noqa: F401
import unicodedata  # noqa: F401

RAISE_VARARGS = opcode.opmap["RAISE_VARARGS"]

NOW = 1_767_225_600  # 2026-01-01T00:00:00Z, in seconds


class NotHere(ImportError):
    """The candidate asked for a module that the sandbox does not have; no fault of its own."""


class NoDoor(OSError):
    """The candidate asked for files, a network, processes: there are none."""


class Capture:
    """Standard output and error: kept in memory, up to a limit."""

    encoding = "utf-8"
    errors = "strict"
    newlines = None
    closed = False

    def __init__(self, limit=20_000):
        self._limit = limit
        self._parts = []
        self._length = 0

    def write(self, text):
        text = str.__str__(text) if isinstance(text, str) else str(text)
        room = self._limit - self._length
        if room > 0:
            self._parts.append(text[:room])
            self._length += min(len(text), room)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def clear(self):
        if self._parts:
            self._parts = []
            self._length = 0

    def text(self, join="".join):
        if not self._parts:
            return ""
        return join(self._parts).encode("utf-8", "replace").decode("utf-8")


stdout = Capture()


def seed(reset=random.seed):
    """Starts every call with the same random numbers."""
    reset(0)


def close_doors():
    """Replaces the clock and the sources of randomness, which do not exist here and would trap."""

    def now():
        return float(NOW)

    def now_ns():
        return NOW * 10**9

    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        setattr(time, name, now)
        setattr(time, name + "_ns", now_ns)
    time.sleep = lambda seconds: None

    def at_now(real):
        return lambda seconds=None: real(NOW if seconds is None else seconds)

    time.gmtime = at_now(time.gmtime)
    time.localtime = at_now(time.gmtime)
    time.ctime = lambda seconds=None, real=time.asctime: real(time.gmtime(seconds))
    time.asctime = lambda moment=None, real=time.asctime: real(moment or time.gmtime())
    time.strftime = lambda form, moment=None, real=time.strftime: real(
        form, moment or time.gmtime()
    )

    real_seed = random.Random.seed

    def seed_or_zero(self, a=None, version=2):
        real_seed(self, 0 if a is None else a, version)

    def initialise(self, x=None):
        self.seed(x)
        self.gauss_next = None

    random.Random.seed = seed_or_zero
    random.Random.__init__ = initialise
    real_new = random.Random.__new__
    random.Random.__new__ = lambda cls, *args, **options: real_new(cls, 0)
    random.seed = random._inst.seed
    random._urandom = _refuse("source of entropy")
    random.SystemRandom.getrandbits = random.SystemRandom.randbytes = random._urandom
    global seed
    seed.__defaults__ = (random._inst.seed,)
    sys.path[:] = []
    sys.meta_path[:] = []
    sys.path_hooks[:] = []
    _close_posix()
    sys.addaudithook(guard)


def _refuse(what):
    def refused(*_args, **_options):
        raise NoDoor(f"the sandbox has no {what}")

    return refused


_DOORS = (
    "open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "_thread.", "signal.",
    "ctypes.", "mmap.", "fcntl.", "syslog.", "pty.", "glob.", "pathlib.", "webbrowser.",
    "sqlite3.", "urllib.Request", "code.__new__", "cpython.run_", "sys.settrace",
    "sys.setprofile", "sys.addaudithook", "sys.monitoring", "gc.",
)
_PLAIN = frozenset({"fspath", "fsencode", "fsdecode", "strerror", "PathLike", "putenv", "unsetenv"})


class _Guard:
    """The interpreter tells this hook of every door before it is opened, its own ones included.

    Without it the first touch of a file, even by the parser that wants to show a faulty line,
    would be a trap, which ends the store.
    """

    active = False

    def __call__(self, event, args, doors=_DOORS, refusal=NoDoor):
        if self.active and event.startswith(doors):
            raise refusal(f"the sandbox has no files, processes or network ({event})")


guard = _Guard()


def _close_posix():
    import os
    import posix

    for name, value in list(vars(posix).items()):
        if isinstance(value, types.BuiltinFunctionType) and name not in _PLAIN:
            refused = _refuse(f"files, processes or network (os.{name})")
            setattr(posix, name, refused)
            setattr(os, name, refused)
    for name in ("listdir", "scandir", "stat", "lstat", "open", "getcwd"):
        setattr(os, name, _refuse(f"files, processes or network (os.{name})"))


def _make_sys(modules):
    """A `sys` of the candidate's own: values that ordinary code reads, nothing to reach by."""
    mine = types.ModuleType("sys")
    for name in (
        "api_version", "byteorder", "copyright", "exc_info", "exception", "flags", "float_info",
        "float_repr_style", "get_int_max_str_digits", "getrecursionlimit", "getrefcount",
        "getsizeof", "hash_info", "hexversion", "implementation", "int_info", "intern",
        "maxunicode", "version", "version_info", "getdefaultencoding", "getfilesystemencoding",
        "set_int_max_str_digits",
    ):
        if hasattr(sys, name):
            setattr(mine, name, getattr(sys, name))
    mine.maxsize = 2**63 - 1
    mine.platform = "linux"
    mine.argv = ["candidate.py"]
    mine.path = []
    mine.modules = modules
    mine.stdout = mine.stderr = mine.__stdout__ = mine.__stderr__ = stdout
    mine.stdin = None

    def leave(status=None):
        raise SystemExit(status)

    def deepen(limit, real=sys.setrecursionlimit):
        real(min(limit, 100_000))

    mine.exit = leave
    mine.setrecursionlimit = deepen
    return mine


def module(records):
    """A fresh module for a candidate, with its own builtins and our records in its names."""
    own = types.ModuleType("builtins")
    own.__dict__.update(builtins.__dict__)
    loaded = {name: sys.modules[name] for name in MODULES}
    loaded["builtins"] = own
    loaded["sys"] = _make_sys(loaded)
    real_import = builtins.__import__
    allowed = frozenset(MODULES)

    def guarded(name, globals=None, locals=None, fromlist=(), level=0):
        if level:
            raise ImportError("attempted relative import with no known parent package")
        if name in ("sys", "builtins"):
            return loaded[name]
        if name not in allowed:
            raise NotHere(f"the sandbox has no module {name}")
        found = real_import(name, None, None, fromlist, 0)
        for part in fromlist or ():
            if part != "*" and not hasattr(found, part) and f"{name}.{part}" not in allowed:
                raise ImportError(f"cannot import name {part!r} from {name!r}", name=name)
        return found

    def leave(status=None):
        raise SystemExit(status)

    own.__import__ = guarded
    own.open = _refuse("files")
    own.input = _refuse("input")
    own.breakpoint = _refuse("debugger")
    own.help = _refuse("help")
    own.exit = own.quit = leave
    made = types.ModuleType("candidate")
    space = made.__dict__
    space["__builtins__"] = own.__dict__
    space["__file__"] = "candidate.py"
    sys.modules["candidate"] = made  # dataclasses and typing look the module up by its name
    if records:
        import dataclasses

        for name, fields in records:
            space[name] = dataclasses.make_dataclass(
                name, [(field, kind) for field, kind in fields.items()], frozen=True
            )
            space[name].__module__ = "candidate"
    return made
