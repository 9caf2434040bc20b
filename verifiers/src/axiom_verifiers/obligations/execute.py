"""Symbolic execution of a core function: every way in which it may end, each once.

Branches are joined where they meet, so a chain of n branches stays linear in n. Loops are cut
at their heads (`loops`). Nothing here knows of a clause: what the exits owe is said in `derive`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.core.flow import copies_deeply
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    Evaluate,
    For,
    Function,
    If,
    Place,
    Program,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import (
    calling,
    catching,
    encode_floats,
    encode_lists,
    encode_mappings,
    encode_text,
    loops,
)
from axiom_verifiers.obligations.encode import Encoder, Failure, Scope, boolean, integer
from axiom_verifiers.obligations.obligation import COPIES
from axiom_verifiers.obligations.ranges import Bounded, Ranges
from axiom_verifiers.obligations.state import (
    Check,
    Exit,
    LoopHints,
    State,
    Trial,
    join,
    join_all,
)
from axiom_verifiers.obligations.values import (
    NOTHING,
    DictValue,
    ListValue,
    Symbolic,
    coerce,
    constants,
)

# Calls of helper functions are inlined up to this depth.
_DEEPEST_CALL = 6
# So many calls of functions that are being executed are followed in a bounded search.
_MOST_RECURSIONS = 40


class Frame:
    """One function being executed: its own or a helper's."""

    def __init__(self, function: Function, before: Mapping[str, Symbolic]) -> None:
        self.function = function
        self.types: dict[str, Type] = dict(function.locals)
        self.before = before
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        self.returns: list[Exit] = []
        # Returns that finalizers are to run before, one list for each try statement inside.
        self.leaving: list[list[catching.Leaving]] = []
        # The state at the call that is being executed, if one is.
        self.suspended: State | None = None
        # Which parameters of what is called its locals take after the call.
        self.updates: tuple[tuple[str, str], ...] = ()


class Machine:
    """Executes functions of one program; collects exits and checks."""

    def __init__(
        self,
        program: Program,
        contract: Contract,
        ranges: Ranges,
        hints: tuple[LoopHints, ...] = (),
        trials: tuple[Trial, ...] = (),
    ) -> None:
        self.program = program
        self.ranges = ranges
        self.functions = {function.name: function for function in program.functions}
        self.callees = {callee.name: callee for callee in contract.callees}
        self.hints = {(hint.function, hint.loop): hint for hint in hints}
        self.trials = {(trial.function, trial.loop): trial for trial in trials}
        self.contract = contract
        self.encoder = Encoder(contract, ranges)
        self.encoder.constants = dict(program.constants)
        self.exits: list[Exit] = []
        self.checks: list[Check] = []
        # The loops that were cut, by function and number, as often as they were met.
        self.cut: list[tuple[str, int]] = []
        deep = any(map(copies_deeply, program.functions))
        self.assumptions: list[str] = [COPIES] if deep else []
        self.frames: list[Frame] = []
        self.catchers: list[catching.Catcher] = []
        self.handling: list[tuple[catching.Raised, ...]] = []
        # Whether the entry was called by its own contract, and which of its clauses said what.
        self.inductive = False
        self.promised: set[str] = set()
        self.recursions = 0
        self.made = 0

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def run(self, before: Mapping[str, Symbolic]) -> None:
        """Executes the entry function from these parameters."""
        function = self.functions.get(self.program.entry)
        start = State(terms.TRUE, before)
        if function is None or self.program.obstacles:
            for obstacle in self.program.obstacles:
                self.give_up(start, obstacle.place, obstacle.construct)
            if function is None:
                self.give_up(start, Place(1), f"no function {self.program.entry}")
            return
        self.exits += self.call(function, start)

    def call(self, function: Function, start: State) -> list[Exit]:
        """The ways in which a function returns; how else it ends is noted as it is found."""
        self.frames.append(Frame(function, start.names))
        end = self.block(function.body, start)
        if end is not None and end.live is not terms.FALSE:
            last = function.body[-1].place if function.body else function.place
            self.frame.returns.append(Exit("return", end.live, last, end.names, NOTHING))
        return self.frames.pop().returns

    # ------------------------------------------------------------ expressions

    def scope(self, state: State) -> Scope:
        return Scope(
            state.names,
            old=self.frame.before,
            unbound=state.unbound,
            sequences=state.sequences,
        )

    def evaluate(self, expr: ex.Expr, state: State, place: Place) -> tuple[Symbolic, State] | None:
        """The value, and the state in which evaluation went well; None when it is not modelled."""
        try:
            value, failures = self.encoder.top(expr, self.scope(state))
        except NotModelledError as error:
            self.give_up(state, place, error.construct)
            return None
        return value, self.past(failures, state, place)

    def past(self, failures: Sequence[Failure], state: State, place: Place) -> State:
        """The state in which none of the failures happened; what each leads to is noted."""
        for failure in failures:
            failing = state.under(failure.condition)
            if "negative exponent" in failure.errors:
                self.give_up(failing, place, "power with a negative exponent")
            elif encode_text.SURROGATE in failure.errors:
                self.give_up(failing, place, encode_text.SURROGATE)
            elif failure.errors == (encode_floats.TOO_LARGE,) and not self.catchers:
                pass  # A run that gets there is discarded.
            elif encode_floats.TOO_LARGE in failure.errors:
                self.give_up(failing, place, encode_floats.TOO_LARGE)
            else:
                self.raises(failing, place, failure.errors)
            state = state.under(terms.not_(failure.condition))
        return state

    def give_up(self, state: State, place: Place, construct: str) -> None:
        """Notes that nothing is known of what happens from here."""
        if state.live is not terms.FALSE:
            self.exits.append(
                Exit(
                    "unmodelled",
                    state.live,
                    place,
                    self.outward(state, 1).names,
                    construct=construct,
                )
            )

    def raises(
        self,
        state: State,
        place: Place,
        errors: tuple[str, ...],
        *,
        classes: tuple[str, ...] = (),
        perhaps_below: bool = False,
    ) -> None:
        """One of these errors is raised here; the innermost try statement around it, be it in a
        caller, is told. `perhaps_below` says that it may be an instance of a class below.
        """
        if state.live is terms.FALSE:
            return
        if not self.catchers:
            names = self.outward(state, 1).names
            self.exits.append(Exit("raise", state.live, place, names, errors=errors))
            return
        catcher = self.catchers[-1]
        state = self.outward(state, catcher.depth)
        catcher.found.append(catching.Raised(state, place, errors, classes, perhaps_below))

    def outward(self, state: State, depth: int) -> State:
        """What the function so deep in the calls has when what it called ends for good: its
        names as they were at the call, but for those whose objects the callees have changed.
        """
        inner = state
        for position in range(len(self.frames) - 1, depth - 1, -1):
            outer = self.frames[position - 1]
            assert outer.suspended is not None
            after = {local: inner.names[parameter] for parameter, local in outer.updates}
            inner = msgspec.structs.replace(outer.suspended, live=state.live).assign(after)
        return inner

    def fresh(self, name: str, kind: Type) -> Symbolic:
        """A value of the type of which nothing is known."""
        self.made += 1
        return constants(f"{name}@{self.made}", kind)

    # ------------------------------------------------------------ statements

    def block(self, block: Block, state: State | None) -> State | None:
        for statement in block:
            if state is None or state.live is terms.FALSE:
                return None
            state = self.statement(statement, state)
        return state

    def statement(self, statement: Statement, state: State) -> State | None:
        match statement:
            case Assign():
                # What it holds is used only where the run has come so far.
                with self.ranges.within.assuming(state.live):
                    return self._assign(statement, state)
            case SetItem():
                return self._set_item(statement, state)
            case CallFunction():
                return self._call(statement, state)
            case Evaluate(value=value):
                done = self.evaluate(value, state, statement.place)
                return None if done is None else done[1]
            case If():
                return self._if(statement, state)
            case While():
                return loops.run_while(self, statement, state)
            case For():
                return loops.run_for(self, statement, state)
            case Break():
                self.frame.breaks[-1].append(state)
                return None
            case Continue():
                self.frame.continues[-1].append(state)
                return None
            case Return(value=value):
                self._return(value, state, statement.place)
                return None
            case Raise(error=error, message=message):
                if message is not None:
                    done = self.evaluate(message, state, statement.place)
                    if done is None:
                        return None
                    state = done[1]
                self.raises(state, statement.place, (error,), classes=statement.classes)
                return None
            case Try():
                return catching.run_try(self, statement, state)
            case Reraise():
                catching.reraise(self, statement, state)
                return None
            case Assert(condition=condition):
                tested = self.test(condition, state, statement.place)
                if tested is None:
                    return None
                holds, state = tested
                self.raises(state.under(terms.not_(holds)), statement.place, ("AssertionError",))
                return state.under(holds)
            case Unmodelled(construct=construct):
                self.give_up(state, statement.place, construct)
                return None
            case _:
                assert_never(statement)

    def test(self, condition: ex.Expr, state: State, place: Place) -> tuple[Term, State] | None:
        """The term of a condition, and the state after evaluating it."""
        done = self.evaluate(condition, state, place)
        if done is None:
            return None
        try:
            return boolean(done[0]), done[1]
        except NotModelledError as error:
            self.give_up(state, place, error.construct)
            return None

    def _assign(self, statement: Assign, state: State) -> State | None:
        name = statement.name
        done = self.evaluate(statement.value, state, statement.place)
        if done is None:
            return None
        value, state = done
        if statement.in_place:
            if name not in state.names:
                self.give_up(state, statement.place, f"name {name}")
                return None
            state = self._with_object(name, state, statement.place)
        kind = self.frame.types.get(name, statement.value.type)
        return state.assign({name: coerce(value, kind)})

    def _with_object(self, name: str, state: State, place: Place) -> State:
        """The state in which a local has the object that is about to be changed."""
        missing = state.unbound.get(name, terms.FALSE)
        self.raises(state.under(missing), place, ("UnboundLocalError",))
        return state.under(terms.not_(missing))

    def _set_item(self, statement: SetItem, state: State) -> State | None:
        done = self.evaluate(statement.value, state, statement.place)
        if done is None:
            return None
        value, state = done
        state = self._with_object(statement.name, state, statement.place)
        at = self.evaluate(statement.index, state, statement.place)
        if at is None:
            return None
        index, state = at
        target = state.names.get(statement.name)
        if not isinstance(target, ListValue | DictValue):
            self.give_up(state, statement.place, "assignment to an item")
            return None
        try:
            with self.encoder.capturing() as failures:
                if isinstance(target, DictValue):
                    changed = encode_mappings.put(self.encoder, target, index, value)
                else:
                    changed = encode_lists.put(
                        self.encoder, target, integer(index), value, statement.index.span
                    )
        except NotModelledError as error:
            self.give_up(state, statement.place, error.construct)
            return None
        state = self.past(failures, state, statement.place)
        return state.assign({statement.name: changed})

    def _if(self, statement: If, state: State) -> State | None:
        tested = self.test(statement.condition, state, statement.place)
        if tested is None:
            return None
        holds, state = tested
        yes, no = state.under(holds), state.under(terms.not_(holds))
        then = self.block(statement.then, yes)
        otherwise = self.block(statement.otherwise, no)
        merged = join(holds, then, otherwise)
        if (
            merged is not None
            and then is not None
            and otherwise is not None
            and then.live is yes.live
            and otherwise.live is no.live
        ):
            # Neither branch left: what holds after them is what held before.
            return msgspec.structs.replace(merged, live=state.live)
        return merged

    def _return(self, value: ex.Expr | None, state: State, place: Place) -> None:
        result: Symbolic = NOTHING
        if value is not None:
            # An optional is returned as it is, whatever its reader took it for.
            done = self.evaluate(value, state, place)
            if done is None:
                return
            result, state = done
        self.returns(state, place, result)

    def returns(self, state: State, place: Place, result: Symbolic) -> None:
        """The function returns, once the finalizers around this have run."""
        if self.frame.leaving:
            self.frame.leaving[-1].append((state, place, result))
            return
        self.frame.returns.append(Exit("return", state.live, place, state.names, result))

    # ------------------------------------------------------------ calls

    def _call(self, statement: CallFunction, state: State) -> State | None:
        args: list[Symbolic] = []
        for arg in statement.args:
            done = self.evaluate(arg, state, statement.place)
            if done is None:
                return None
            args.append(done[0])
            state = done[1]
        name = statement.function
        function = self.functions.get(name)
        if function is not None:
            active = [frame.function.name for frame in self.frames]
            if name == self.program.entry and not isinstance(self.ranges, Bounded):
                return calling.recursive(self, statement, function, args, state)
            if isinstance(self.ranges, Bounded) and not self._goes_on(name, active, state):
                return None
            return self._inline(statement, function, args, state)
        callee = self.callees.get(name)
        if callee is None or len(callee.parameters) != len(args):
            self.give_up(state, statement.place, f"call of {name}")
            return None
        return calling.by_contract(self, statement, callee, args, state)

    def _goes_on(self, name: str, active: list[str], state: State) -> bool:
        """Whether a bounded search follows this call; where it does not, it says nothing."""
        assert isinstance(self.ranges, Bounded)
        if name not in active:
            return True
        self.recursions += 1
        if active.count(name) <= self.ranges.size + 1 and self.recursions <= _MOST_RECURSIONS:
            return True
        self.ranges.beyond.append(state.live)
        return False

    def _inline(
        self, statement: CallFunction, function: Function, args: list[Symbolic], state: State
    ) -> State | None:
        active = [frame.function.name for frame in self.frames]
        unbounded = not isinstance(self.ranges, Bounded)
        if unbounded and (function.name in active or len(active) > _DEEPEST_CALL):
            self.give_up(state, statement.place, f"recursive call of {function.name}")
            return None
        if len(args) != len(function.parameters):
            self.give_up(state, statement.place, f"call of {function.name}")
            return None
        given = {
            parameter.name: coerce(arg, parameter.type)
            for parameter, arg in zip(function.parameters, args, strict=True)
        }
        parameters = [parameter.name for parameter in function.parameters]
        updates = tuple((parameters[position], name) for position, name in statement.updates)
        self.frame.suspended, self.frame.updates = state, updates
        returns = self.call(function, State(state.live, given))
        self.frame.suspended, self.frame.updates = None, ()
        results: list[State] = []
        for exit_ in returns:
            assert exit_.value is not None
            new = {name: exit_.names[parameter] for parameter, name in updates}
            after = state.assign({**new, "#returned": coerce(exit_.value, function.result)})
            results.append(msgspec.structs.replace(after, live=exit_.condition))
        merged = join_all(results)
        if merged is None:
            return None
        result = merged.names["#returned"]
        names = {name: value for name, value in merged.names.items() if name != "#returned"}
        merged = msgspec.structs.replace(merged, names=names, unbound=state.unbound)
        return merged.assign({statement.target: result}) if statement.target else merged
