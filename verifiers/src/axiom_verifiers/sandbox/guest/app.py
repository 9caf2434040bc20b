"""The sandbox's guest: loads a candidate and calls its function, inside WebAssembly.

Everything here shares one interpreter with code that may be hostile, so nothing that this
module says is trusted: the host checks the form of every reply and judges every value itself.
What is done here against tampering keeps honest code honest and accidents harmless: the
candidate gets its own copy of `builtins` and a `sys` of its own, and whatever this module
needs after the candidate was loaded is bound beforehand, as a default argument or a local.

Request: `{"compile": code}`, answered with null or `[message, line, column]`; or
`{"load": {code, function, records, seeded, watch}, "names": […], "modifies": […],
"mutable": […], "calls": [[value, …], …]}`; `load` stands in the first request of a store only.
Reply: `{"load": outcome or null, "kinds": {record: kind}, "outcomes": [outcome, …],
"notes": [note, …]}`; `watch` and the notes of each call are those of `watching`.
An outcome is `["returned", value, {name: value}, shared, printed]`,
`["raised", name, [bases], message, {name: value}, printed]` or `["discarded", reason]`.
Values are written as `codec` says.
"""

import builtins
import sys

import codec
import surroundings
import watching
import wit_world

surroundings.close_doors()


class _State:
    """What one store keeps between requests."""

    def __init__(self):
        self.function = None
        self.records = {}
        self.seeded = False
        self.watch = None


_state = _State()

# Errors that come from the interpreter's own limits carry these texts; see `_outside`.
_LIMITS = (
    "Exceeds the limit (",
    "Python int too large to convert to C",
    "cannot fit 'int' into an index-sized integer",
    "too many digits in integer",
    "repeated string is too long",
    "join() result is too long",
    "int too large to convert to float",
    "integer division result too large for a float",
)
_BUILTIN_ERRORS = {
    value: name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException) and value.__name__ == name
}
_MRO = type.__dict__["__mro__"].__get__
_NAME = type.__dict__["__name__"].__get__


def _explicit(error, raise_op=surroundings.RAISE_VARARGS):
    """Whether a `raise` statement raised it, and not the interpreter itself."""
    place = error.__traceback__
    if place is None:
        return True
    while place.tb_next is not None:
        place = place.tb_next
    return place.tb_frame.f_code.co_code[place.tb_lasti] == raise_op


def _outside(error, explicit=_explicit, limits=_LIMITS):
    """The reason why this error lies outside the semantics, or None."""
    kind = type(error)
    if kind is surroundings.NotHere or kind is surroundings.NoDoor:
        return str(error)
    if kind in (RecursionError, MemoryError) and not explicit(error):
        return "RecursionError" if kind is RecursionError else "MemoryError"
    if kind is TypeError and not explicit(error):
        # Out of memory, this CPython may go on with freed objects, whose types' names are gone.
        text = str(error)
        if "''" in text or "\ufffd" in text or not text.isprintable():
            return "MemoryError"
    if kind in (OverflowError, ValueError) and not explicit(error):
        text = str(error)
        if text.startswith(limits):
            return "interpreter limit: " + text
    return None


def _describe(error, names=_BUILTIN_ERRORS, mro=_MRO, name_of=_NAME, text=codec.clean_text):
    """Name, names of the built-in classes it derives from, and message.

    A class of the candidate's own that borrows the name of a built-in one is not that one.
    """
    kind = type(error)
    bases = [names[each] for each in mro(kind) if each in names]
    name = names.get(kind)
    if name is None:
        name = name_of(kind)
        if name in names.values():
            name = "own." + name
    try:
        message = text(str(error))
    except BaseException:
        message = ""
    return name, [base for base in bases if base != name], message


def _bind(values, decode=codec.decode):
    return [decode(value, _state.records) for value in values]


def _call(
    state,
    values,
    names,
    modifies,
    mutable,
    bind=_bind,
    encode=codec.encode,
    outside=_outside,
    describe=_describe,
    shares=codec.shares,
    stdout=surroundings.stdout,
    too_large=codec.TooLarge,
    seed=surroundings.seed,
    base=BaseException,
    zip=zip,
):
    stdout.clear()
    if state.seeded:
        seed()
    function, records = state.function, state.records
    try:
        arguments = bind(values)
    except base as error:
        why = outside(error)
        return ["discarded", why or "the input could not be built: " + describe(error)[2]]
    try:
        result = function(*arguments)
    except base as error:
        why = outside(error)
        if why is not None:
            return ["discarded", why]
        raised = describe(error)
        result = None
    else:
        raised = None
    try:
        after = {
            name: encode(argument, records)
            for name, argument in zip(names, arguments)
            if name in mutable
        }
        if raised is not None:
            return ["raised", *raised, after, stdout.text()]
        changed = [a for name, a in zip(names, arguments) if name in modifies]
        return [
            "returned",
            encode(result, records),
            after,
            shares(result, changed, records) if changed else False,
            stdout.text(),
        ]
    except too_large as error:
        return ["discarded", str(error)]
    except base as error:
        why = outside(error)
        return ["discarded", why or "the result could not be read: " + describe(error)[2]]


def _load(state, request):
    """Runs the module; an outcome that says why it did not load, or None."""
    surroundings.stdout.clear()
    surroundings.seed()
    module = surroundings.module(request["records"])
    space = module.__dict__
    ours = {name: space[name] for name, _ in request["records"]}
    try:
        if request["watch"] is None:
            code = compile(request["code"], "candidate.py", "exec", dont_inherit=True)
        else:
            state.watch = watching.start(request["watch"], request["code"], space)
            code = state.watch.code
        exec(code, space)
    except BaseException as error:
        why = _outside(error)
        if why is not None:
            return ["discarded", why]
        name, bases, message = _describe(error)
        return ["raised", name, bases, message, {}, surroundings.stdout.text()]
    state.records = codec.records(request["records"], ours, space)
    state.seeded = request["seeded"]
    wanted = request["function"]
    if wanted is not None:
        function = space.get(wanted)
        if function is None or not callable(function):
            return ["discarded", f"the code has no function {wanted}"]
        state.function = function
        if state.watch is not None:
            state.function = watching.around(state.watch, function)
    return None


def _compile(code, text=codec.clean_text):
    """Null when it is Python of this version, else what is wrong and where, counted from 1."""
    try:
        compile(code, "candidate.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [text(error.msg or "invalid syntax"), error.lineno or 1, error.offset or 1]
    except (MemoryError, RecursionError):
        return ["nested too deeply for the interpreter", 1, 1]
    except (ValueError, UnicodeError) as error:
        return [text(str(error)), 1, 1]
    return None


def _serve(
    text,
    state=_state,
    call=_call,
    load=_load,
    loads=codec.loads,
    dumps=codec.dumps,
    kinds=codec.kinds,
):
    request = loads(text)
    if "compile" in request:
        return dumps(_compile(request["compile"]))
    failure = None
    if "load" in request:
        failure = load(state, request["load"])
    outcomes, notes = [], []
    if failure is None:
        names, modifies, mutable = request["names"], request["modifies"], request["mutable"]
        for values in request["calls"]:
            outcomes.append(call(state, values, names, modifies, mutable))
            if state.watch is not None:
                notes.append(state.watch.notes())
    told = {"load": failure, "kinds": kinds(state.records), "outcomes": outcomes, "notes": notes}
    return dumps(told)


class WitWorld(wit_world.WitWorld):
    def run(self, request, serve=_serve, guard=surroundings.guard):
        guard.active = True
        return serve(request)


sys.stdout = sys.stderr = surroundings.stdout
