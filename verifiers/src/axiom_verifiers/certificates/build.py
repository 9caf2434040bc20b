"""Build the statement of a certificate from a verification."""

from __future__ import annotations

import msgspec

from axiom_verifiers.certificates.chain import EventHead
from axiom_verifiers.certificates.check import sha256, strongest_label
from axiom_verifiers.certificates.deriving import ENCODER, Derived, derive_records
from axiom_verifiers.certificates.statement import (
    TRUSTED_BASE,
    Assertion,
    Predicate,
    Statement,
    Subject,
)
from axiom_verifiers.contracts.contract import Clause, Contract
from axiom_verifiers.contracts.normal import clause_digest, contract_digest
from axiom_verifiers.contracts.words import in_words


class ClauseOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the verification found of one clause, as far as a certificate tells it."""

    clause: str
    verdict: str
    method: str | None
    answers: dict[str, str]
    assumptions: tuple[str, ...]
    obligations: tuple[str, ...]
    cases: int


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where the code and contract come from. `uses` maps each used path to its text;
    `created` is UTC, ISO 8601.
    """

    source: str
    uses: dict[str, str]
    history: tuple[EventHead, ...]
    history_end: str
    created: str


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What was at work: versions of the solvers, the digest of the sandbox's artefact, the
    tiers that ended clean.
    """

    solvers: dict[str, str]
    sandbox: str
    tiers: tuple[int, ...]


def build(
    contract: Contract,
    code: str,
    outcomes: tuple[ClauseOutcome, ...],
    origin: Origin,
    tools: Tools,
    *,
    confidence: float,
    limitations: tuple[str, ...] = (),
    hints: object = None,
    language: str = "python",
) -> Statement:
    """The statement to be sealed. One assertion for each clause, labelled by its evidence;
    clauses that are proved by fewer than two solvers are labelled by their tests.
    """
    derived = derive_records(contract, code, language, hints)
    by_clause = {one.clause: one for one in outcomes}
    assertions = tuple(
        _assertion(contract, clause, by_clause[clause.id], derived) for clause in contract.clauses
    )
    used = {name for one in outcomes for name in one.answers}
    predicate = Predicate(
        intent=contract.name,
        language=language,
        code=code,
        source=origin.source,
        uses=origin.uses,
        tree=contract_digest(contract),
        encoder=ENCODER,
        proof_hints=hints,
        assertions=assertions,
        obligations=derived.obligations,
        solvers={name: version for name, version in tools.solvers.items() if name in used},
        sandbox=tools.sandbox,
        tiers=tools.tiers,
        confidence=f"{confidence:.4f}",
        limitations=limitations,
        trusted_base=TRUSTED_BASE,
        history=origin.history,
        history_end=origin.history_end,
        created=origin.created,
    )
    return Statement(
        subject=(
            Subject(f"{contract.name}.code", {"sha256": sha256(code)}),
            Subject(f"{contract.name}.intent", {"sha256": sha256(origin.source)}),
        ),
        predicate=predicate,
    )


def _assertion(
    contract: Contract, clause: Clause, outcome: ClauseOutcome, derived: Derived
) -> Assertion:
    answered = frozenset(outcome.obligations) == derived.digests(clause.id)
    draft = Assertion(
        clause=clause.id,
        kind=type(clause).__name__.lower(),
        property=in_words(clause),
        digest=clause_digest(contract, clause),
        scope=f"every input of {contract.name} that meets its requires",
        verdict=outcome.verdict,
        method=outcome.method or "none",
        label="unattested",
        assumptions=outcome.assumptions,
        # Answers to other obligations than those derived here say nothing.
        answers=outcome.answers if answered else {},
        obligations=outcome.obligations if answered else (),
        cases=outcome.cases,
    )
    label = strongest_label(draft)
    scope = draft.scope if label == "solver-attested" else "the inputs that were run"
    return msgspec.structs.replace(draft, label=label, scope=scope)
