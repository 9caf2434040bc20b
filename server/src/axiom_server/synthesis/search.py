"""The search for candidates: rules, enumeration with refinement, SyGuS, loops; best first.

The stages and their order depend on the contract and the seed alone. The clock is asked only
whether the deadline has passed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import msgspec

from axiom_server.errors import UnsupportedContractError, UnwritableError
from axiom_server.synthesis.clauses import (
    Goal,
    Rule,
    all_exprs,
    goal_of,
    ingredients,
    inline,
    joined_parts,
    rules_of,
)
from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.components import UNMODELLED, components_for, hidden_builtins
from axiom_server.synthesis.direct import Direct
from axiom_server.synthesis.drafts import (
    Block,
    Draft,
    If,
    Raise,
    changing,
    has_loop,
    item_name,
    module_text,
    needed_defines,
    returning,
    statement_exprs,
    taken_names,
    weight,
)
from axiom_server.synthesis.enumeration import FAILED, Enumeration
from axiom_server.synthesis.execution import is_right
from axiom_server.synthesis.folds import folds, remainders, searches
from axiom_server.synthesis.loops import as_loop, search_of, searching
from axiom_server.synthesis.oracle import Oracle
from axiom_server.synthesis.seeding import first_list, seed_terms, tuple_by_examples
from axiom_server.synthesis.tidying import branches, tidy
from axiom_server.synthesis.trees import size
from axiom_server.synthesis.unification import Cover, Predicate, unify
from axiom_server.synthesis.writing import write
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Call,
    Conditional,
    Constant,
    Expr,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.solvers.sygus import Infeasible

FIRST_POINTS = 16
MORE_POINTS = 4
RESTARTS = 30
TRIED_ALONE = 250_000  # combinations when nothing else has given a candidate
TRIED_FIRST = 100_000  # of these, before loops are tried
FRESH_SEED = 1_000_003
PLAIN_COST = 6
TRIED_PLAIN = 60_000  # combinations in search of one without branches
TRIED_BESIDE = 20_000  # combinations in search of something shorter than what is there


class Candidate(msgspec.Struct, frozen=True):
    """The text of a module and in words how it came about."""

    code: str
    origin: str


Report = Callable[[int], None]
Sygus = Callable[[], Expr | Infeasible | None]


class Search:
    """One search for candidates of one contract."""

    def __init__(self, contract: Contract, seed: int, clock: Clock, report: Report) -> None:
        self.contract = contract
        self.seed = seed
        self.goal: Goal = goal_of(contract)
        for must in contract.musts:
            if not must.negated and must.what in ("import", "print", "recurse"):
                raise UnsupportedContractError(
                    f"it must {must.what}: the embedded generator writes no code that does. "
                    "Use a language model"
                )
        self.clock = clock
        self.report = report
        self.oracle = Oracle(contract, self.goal, seed, clock)
        self.taken = taken_names(contract)
        self._plain = False  # only with operations that the prover models
        self.defines = {define.name: define for define in contract.defines}
        self.drafts: dict[str, Draft] = {}
        self._guards = self._guard_statements(inlined=True)
        self._named_guards = self._guard_statements(inlined=False)

    def run(self, sygus: Sygus | None) -> list[Candidate]:
        """All candidates found, best first. Raises UnsupportedContractError for none."""
        if self.goal.type == t.NONE:
            self._add((), "nothing is asked for but that it ends")
        if not self.oracle.points:
            self._add((), "guards alone: every input is refused")
            return self._ranked()
        self._from_rules()
        self._from_tuples()
        if not self.drafts and self._speaks_of_texts():
            self._plain = True
            self._from_enumeration(TRIED_PLAIN, few_branches=True)
            self._plain = False
        self._from_enumeration(TRIED_BESIDE if self.drafts else TRIED_FIRST, few_branches=True)
        self._from_templates()
        if sygus is not None and not self.clock.over:
            found = sygus()
            if isinstance(found, Infeasible):
                if not self.drafts:
                    raise UnsupportedContractError(
                        "cvc5 has shown that no function meets all its clauses: for some input "
                        "they ask for different results, or for none. Correct the contract"
                    )
            elif found is not None:
                self._from_sygus(tidy(found))
        if not self.drafts:
            self._from_enumeration(TRIED_ALONE, few_branches=False)
        self._loops()
        return self._ranked()

    # ------------------------------------------------------------ drafts

    def _guard_statements(self, *, inlined: bool) -> Block:
        guards: list[If] = []
        for clause in self.contract.raises:
            condition = without_spans(clause.when)
            if inlined:
                condition = inline(condition, self.defines)
            message = clause.label.replace("_", " ") if clause.label else write(condition)
            guards.append(If(condition, (Raise(clause.error, message),)))
        return tuple(guards)

    def _body(self, expr: Expr) -> Block:
        if self.goal.parameter is not None:
            return changing(self.goal.parameter, expr)
        return returning(expr)

    def _offer(self, expr: Expr, origin: str) -> bool:
        return self._add(self._body(expr), origin)

    def _add(self, body: Block, origin: str, *, inlined: bool = True) -> bool:
        """Keep a draft that is right on every input and can be written; say whether it was."""
        draft = Draft((*(self._guards if inlined else self._named_guards), *body), origin)
        if self._hides_builtin(draft):
            return False
        try:
            code = module_text(self.contract, draft)
        except UnwritableError:
            return False
        if code in self.drafts:
            return True
        if not is_right(draft, self.oracle):
            return False
        self.drafts[code] = draft
        self.report(weight(self.contract, draft))
        return True

    def _allowed(self, draft: Draft) -> bool:
        """Whether it keeps the structural `must` clauses that a draft can break."""
        for must in self.contract.musts:
            if must.what == "loop" and must.negated == has_loop(draft.body):
                return False
            if must.what == "recurse" and any(
                define.recursive for define in needed_defines(self.contract, draft)
            ):
                return False
        return True

    def _hides_builtin(self, draft: Draft) -> bool:
        """Whether it calls a builtin whose name means something else in the module."""
        calls = {
            node.function
            for expr in statement_exprs(draft.body)
            for node in walk(expr)
            if isinstance(node, Call)
        }
        return bool(calls & hidden_builtins(self.contract))

    def _ranked(self) -> list[Candidate]:
        order = sorted(
            ((code, draft) for code, draft in self.drafts.items() if self._allowed(draft)),
            key=lambda entry: (weight(self.contract, entry[1]), entry[0]),
        )
        if not order:
            raise UnsupportedContractError(self._why_not())
        # What is far longer than the best is nothing that a person would choose from.
        longest = 2 * weight(self.contract, order[0][1]) + 20
        return [
            Candidate(code, draft.origin)
            for code, draft in order
            if weight(self.contract, draft) <= longest
        ]

    # ------------------------------------------------------------ stages

    def _from_rules(self) -> None:
        rules = joined_parts(rules_of(self.contract, self.goal), self.goal.type)
        if not rules:
            return
        short = [
            Rule(inline(r.condition, self.defines), inline(r.value, self.defines), r.part)
            for r in rules
        ]
        for expr in Direct(self.oracle).expressions(short):
            self._offer(expr, "from the clauses that say what the result is")
        if short != rules:
            for expr in Direct(self.oracle).expressions(rules):
                self._add(
                    self._body(expr), "from the clauses, with their own functions", inlined=False
                )
        if not self.drafts:
            self._look_for_contradiction(rules)

    def _look_for_contradiction(self, rules: Sequence[Rule]) -> None:
        """Raises UnsupportedContractError when two rules ask for different results."""
        for place, args in enumerate(self.oracle.points):
            scope = self.oracle.scope(args)
            wanted: list[tuple[Rule, object]] = []
            for rule in rules:
                if self.oracle.meaning.value(rule.condition, scope) is True:
                    value = self.oracle.meaning.value(rule.value, scope)
                    if value is not FAILED:
                        wanted.append((rule, value))
            if wanted and not any(self.oracle.accepts(place, value) for _, value in wanted):
                called = ", ".join(f"{name}={value!r}" for name, value in scope.items())
                asked = " and ".join(
                    dict.fromkeys(f"`{write(rule.value)}` ({value!r})" for rule, value in wanted)
                )
                raise UnsupportedContractError(
                    f"its clauses contradict each other: for {called} they ask for {asked}, "
                    "and another clause forbids that. Correct the contract"
                )

    def _from_enumeration(self, budget: int, *, few_branches: bool) -> None:
        """Bottom-up enumeration with counterexample-guided refinement.

        `budget` is how many combinations are tried in all; with `few_branches` a list of more
        than two conditions is left for later.
        """
        beside = bool(self.drafts)
        shortest = min(
            (weight(self.contract, draft) for draft in self.drafts.values()), default=10**6
        )
        places = list(range(min(FIRST_POINTS, len(self.oracle.points))))
        for _ in range(RESTARTS):
            enumeration = self._enumeration(places, budget)
            depth = 0 if beside else 2 if few_branches else 4
            expr = self._enumerated(enumeration, places, shortest, depth)
            budget -= enumeration.tried
            if expr is None:
                return
            failing = self.oracle.failures(expr)
            if not failing and isinstance(expr, Conditional):
                # Branches fit points by chance more easily than one expression does.
                failing = self._fresh_failures(expr)
            if not failing:
                self._offer(tidy(expr), "the shortest that enumeration found")
                return
            places += [place for place in failing if place not in places][:MORE_POINTS]

    def _fresh_failures(self, expr: Expr) -> list[int]:
        """Points never seen before on which the expression is wrong; they are added."""
        fresh = Oracle(self.contract, self.goal, self.seed + FRESH_SEED, self.clock)
        found = [fresh.points[place] for place in fresh.failures(expr)]
        return self.oracle.add(found[:MORE_POINTS])

    def _enumerated(
        self, enumeration: Enumeration, places: list[int], shortest: int, depth: int
    ) -> Expr | None:
        """An expression right on the chosen points, or None when the budget is spent.

        `depth` is how many conditions may be joined, 0 for none.
        """
        everything = (1 << len(places)) - 1
        covers: list[Cover] = []
        limit = shortest if depth == 0 else 40
        unified: Expr | None = None
        while enumeration.cost < limit and not enumeration.spent and not self.clock.over:
            for term in enumeration.grow():
                if term.expr.type != self.goal.type:
                    continue
                mask = self.oracle.covered(term.values, places)
                if mask == everything:
                    self._offer_branches(unified)
                    return term.expr
                if mask:
                    covers.append(Cover(term.expr, term.cost, mask))
            self.report(enumeration.count)
            if depth and unified is None and enumeration.cost >= 2:
                unified = self._unified(enumeration, covers, len(places), depth)
                if unified is not None:
                    # One expression without branches is better, if it is not much longer.
                    limit = min(size(unified) - 1, PLAIN_COST)
                    enumeration.restrict(TRIED_PLAIN)
        return unified

    def _offer_branches(self, expr: Expr | None) -> None:
        """Another candidate: what is shortest is not always what can be proved."""
        if expr is None or self.oracle.failures(expr) or self._fresh_failures(expr):
            return
        self._offer(tidy(expr), "branches that enumeration joined")

    def _unified(
        self, enumeration: Enumeration, covers: list[Cover], points: int, depth: int
    ) -> Expr | None:
        predicates: list[Predicate] = []
        for term in enumeration.terms(t.BOOL):
            mask = sum(1 << bit for bit, value in enumerate(term.values) if value is True)
            failing = sum(1 << bit for bit, value in enumerate(term.values) if value is FAILED)
            predicates.append(Predicate(term.expr, term.cost, mask, failing))
        return unify(covers, predicates, points, depth)

    def _from_tuples(self) -> None:
        """The items of a tuple one by one, by what the examples say of each."""
        kind = self.goal.type
        if self.drafts or not isinstance(kind, t.TupleType) or self.goal.parameter is not None:
            return
        expr = tuple_by_examples(self.oracle, kind, self._enumeration, self.clock)
        if expr is not None:
            self._offer(expr, "each item of the tuple from the examples")

    def _speaks_of_texts(self) -> bool:
        return t.STR in {self.goal.type, *(erase(p.type) for p in self.contract.parameters)}

    def _enumeration(self, places: Sequence[int], budget: int = TRIED_BESIDE) -> Enumeration:
        """A fresh enumeration on some of the points."""
        # Beside a candidate that repeats the clauses, their parts are no cheaper than others:
        # what is sought then is something shorter.
        seeds = seed_terms(self.oracle, places, discount=not self.drafts)
        components = components_for(
            self.contract,
            all_exprs(self.contract),
            item_name(first_list(self.contract), self.taken),
        )
        if self._plain:
            components = [each for each in components if each.name not in UNMODELLED]
        return Enumeration(seeds, components, len(places), budget)

    def _from_sygus(self, expr: Expr) -> None:
        """A solver's nested conditions as an if-chain without what is needless on the points."""
        rules = [Rule(condition, value) for condition, value in branches(expr)]
        origin = "cvc5's syntax-guided synthesis"
        for simple in Direct(self.oracle).expressions(rules)[:1]:
            if self._offer(tidy(simple), origin):
                return
        self._offer(expr, origin)

    def _from_templates(self) -> None:
        """Loops as templates where nothing else was found, or only recursion was."""
        recursive = any(
            define.recursive
            for draft in self.drafts.values()
            for define in needed_defines(self.contract, draft)
        )
        if self.drafts and not recursive:
            return
        parts = [
            part for part in ingredients(self.contract, self.goal) if isinstance(part, Constant)
        ]
        blocks = itertools.chain(
            remainders(self.contract, self.goal, self.taken),
            folds(self.contract, self.goal, parts, self.taken),
            searches(self.contract, self.goal, self.taken),
        )
        for block in blocks:
            if self.clock.over or self._add(block, "a loop from a template"):
                return

    def _loops(self) -> None:
        """The loops that say the same as candidates already found."""
        for draft in list(self.drafts.values()):
            for expr in statement_exprs(draft.body[len(self._guards) :])[:1]:
                loop = as_loop(expr, self.taken)
                if loop is not None and len(draft.body) == len(self._guards) + 1:
                    self._add(loop, f"{draft.origin}, as a loop")
            found = search_of(draft.body[len(self._guards) :])
            if found is not None:
                loop = searching(*found, self.taken)
                if loop is not None:
                    self._add(loop, f"{draft.origin}, as a loop")

    def _why_not(self) -> str:
        """In words, what kind of contract could not be handled."""
        if self.drafts:
            return (
                "what was found does not keep its `must` clauses about loops and recursion: "
                "drop them, or use a language model"
            )
        if self.clock.over:
            return (
                "the time ran out before anything fitted: allow more time, or add an "
                "`ensures` clause that says what the result is"
            )
        kind = "a list that is changed" if self.goal.parameter else "the result"
        return (
            f"no clause says directly what {kind} is, and nothing short enough made of the "
            "operations on its types meets all clauses: add an `ensures result == …` clause, "
            "split the task with `define`, or use a language model"
        )
