"""Check a bundle: everything in it is derived again or verified; nothing is taken on trust.

Rules, in order; each raises what stands behind it:
1. The bytes are canonical JSON of a known format (FormatError).
2. The signature fits the statement (SignatureError).
3. The signer is one whom the reader named, unless only integrity is asked
   (UntrustedSignerError).
4. The encoder's version is this one's: obligations of another cannot be derived (FormatError).
5. The statement's subjects are the digests of its code and contract (MismatchError).
6. The contract's source reads without errors and comes to the tree named (MismatchError).
7. There is exactly one assertion for each clause, with its digest (MismatchError).
8. The obligations are those that code and contract come to, text for text; each assertion
   rests on all obligations of its clause (MismatchError).
9. Each label is at most what its evidence carries (MismatchError).
10. The history is a whole chain (ChainBrokenError).
11. No assertion is weaker than the label asked for (WeakLabelError).

Pure: bytes in, a verdict out; the clock, files and network are not touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import msgspec

from axiom_verifiers.certificates.chain import check_chain
from axiom_verifiers.certificates.deriving import ENCODER, Derived, derive_records
from axiom_verifiers.certificates.signing import key_id, open_bundle
from axiom_verifiers.certificates.statement import (
    LABELS,
    PREDICATE,
    STATEMENT,
    Assertion,
    Label,
    Predicate,
    Statement,
)
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import clause_digest, contract_digest
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.source import Severity
from axiom_verifiers.errors import (
    FormatError,
    MismatchError,
    UntrustedSignerError,
    WeakLabelError,
)


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound bundle says. `signer` is the key's id, `trusted` whether the reader named
    it.
    """

    intent: str
    signer: str
    public_key: str
    trusted: bool
    predicate: Predicate

    @property
    def assertions(self) -> tuple[Assertion, ...]:
        return self.predicate.assertions


def sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_contract(source: str, uses: dict[str, str], intent: str) -> Contract:
    """The contract of an intent, from its source.

    Raises MismatchError when the source has errors or lacks the intent.
    """
    reading = read(source, uses.get)
    errors = [one for one in reading.problems if one.problem.severity is Severity.ERROR]
    if intent not in reading.contracts:
        said = f": {errors[0].problem.message}" if errors else ""
        raise MismatchError(f"the contract's source has no sound intent {intent}{said}")
    return reading.contracts[intent]


def strongest_label(assertion: Assertion) -> Label:
    """The strictest label that an assertion's own evidence carries.

    Two solvers must have answered `valid`; one alone is not enough to say more than that the
    clause was tested.
    """
    agreeing = [name for name, answer in assertion.answers.items() if answer == "valid"]
    if assertion.verdict == "proved" and assertion.method == "deductive" and len(agreeing) >= 2:
        return "solver-attested"
    if assertion.verdict == "proved" and assertion.method in ("executed", "structural"):
        return "test-attested"
    if assertion.cases > 0 and assertion.verdict in ("proved", "tested"):
        return "test-attested"
    return "unattested"


def check(
    data: bytes,
    *,
    trusted_keys: Collection[str] = (),
    integrity_only: bool = False,
    require: Label = "test-attested",
) -> Checked:
    """Check a bundle's bytes by the rules above.

    `trusted_keys` are key ids or public keys (64 hexadecimal digits either way).
    Raises a CertificateError; whatever is returned has passed.
    """
    statement, public = open_bundle(data)
    signer = key_id(public)
    trusted = signer in trusted_keys or public.hex() in trusted_keys
    if not trusted and not integrity_only:
        raise UntrustedSignerError(
            f"signer unknown: public key {public.hex()}. If you know whose it is, name it with "
            "--trust; or ask less: --integrity-only"
        )
    predicate = statement.predicate
    if statement.type != STATEMENT or statement.predicateType != PREDICATE:
        raise FormatError(f"a statement of type {statement.predicateType!r} is no certificate")
    if predicate.encoder != ENCODER:
        raise FormatError(
            f"obligations of encoder {predicate.encoder!r}; this axiom-verify has {ENCODER!r}. "
            "Check with the version that exported the bundle"
        )
    _check_subjects(statement)
    contract = read_contract(predicate.source, predicate.uses, predicate.intent)
    if contract_digest(contract) != predicate.tree:
        raise MismatchError("the contract's source does not come to the contract asserted")
    derived = derive_records(contract, predicate.code, predicate.language, predicate.proof_hints)
    _check_obligations(predicate, derived)
    _check_assertions(predicate, contract, derived)
    check_chain(predicate.history, predicate.history_end)
    for assertion in predicate.assertions:
        if LABELS.index(assertion.label) > LABELS.index(require):
            raise WeakLabelError(
                f"{assertion.clause} is {assertion.label}; at least {require} was asked for"
            )
    return Checked(
        intent=predicate.intent,
        signer=signer,
        public_key=public.hex(),
        trusted=trusted,
        predicate=predicate,
    )


def _check_subjects(statement: Statement) -> None:
    predicate = statement.predicate
    expected = {
        f"{predicate.intent}.code": sha256(predicate.code),
        f"{predicate.intent}.intent": sha256(predicate.source),
    }
    found = {one.name: one.digest.get("sha256", "") for one in statement.subject}
    if found != expected or len(statement.subject) != len(expected):
        raise MismatchError("the statement's subjects are not the code and contract it holds")


def _check_obligations(predicate: Predicate, derived: Derived) -> None:
    found = {one.id: one for one in predicate.obligations}
    if len(found) != len(predicate.obligations):
        raise MismatchError("an obligation stands twice")
    wanted = {one.id: one for one in derived.obligations}
    for name, one in wanted.items():
        if name not in found:
            raise MismatchError(f"the obligation {name} is missing")
        if found[name] != one:
            raise MismatchError(f"the obligation {name} is not what code and contract come to")
    for name in found:
        if name not in wanted:
            raise MismatchError(f"the obligation {name} does not follow from code and contract")


def _check_assertions(predicate: Predicate, contract: Contract, derived: Derived) -> None:
    clauses = {clause.id: clause for clause in contract.clauses}
    named = [assertion.clause for assertion in predicate.assertions]
    if sorted(named) != sorted(clauses):
        raise MismatchError("the assertions are not one for each clause of the contract")
    for assertion in predicate.assertions:
        clause = clauses[assertion.clause]
        if assertion.digest != clause_digest(contract, clause):
            raise MismatchError(f"{assertion.clause}: asserted of another clause")
        if LABELS.index(assertion.label) < LABELS.index(strongest_label(assertion)):
            raise MismatchError(f"{assertion.clause}: labelled above its evidence")
        if assertion.label != "solver-attested":
            continue
        if assertion.clause in derived.unmodelled:
            reason = derived.unmodelled[assertion.clause]
            raise MismatchError(f"{assertion.clause}: asserted proved, yet {reason}")
        if frozenset(assertion.obligations) != derived.digests(assertion.clause):
            raise MismatchError(f"{assertion.clause}: not all of its obligations were answered")
        missing = [name for name in assertion.answers if name not in predicate.solvers]
        if missing:
            raise MismatchError(f"{assertion.clause}: no version of {missing[0]} is told")
