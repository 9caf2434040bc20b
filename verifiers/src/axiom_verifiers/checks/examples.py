"""Tier 2: each example of the contract is run in the sandbox, alone and then after the others."""

from __future__ import annotations

import time
from collections.abc import Iterator

from axiom_verifiers.checks._runs import Inputs, Runs, without_code
from axiom_verifiers.checks._size import too_long, unread
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Example
from axiom_verifiers.contracts.judging import Judgement
from axiom_verifiers.contracts.outcomes import Outcome
from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.evidence import ClauseEvidence, Evidence, Proof, Report, Verdict, Witness

_NO_WITNESS = "the failure did not show when it was run again"


class ExamplesVerifier:
    """An example that ran as it says is `proved` by method `executed`."""

    name = "examples"
    tier = 2

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python" and bool(subject.contract.examples)

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        long = too_long(subject)
        if long is not None:
            yield unread(self, long)
            return
        verdicts: list[Verdict] = []
        detail = ""
        try:
            for evidence in _examples(subject, budget):
                verdicts.append(evidence.verdict)
                yield evidence
        except ArtefactError as error:
            verdicts, detail = [Verdict.FAILED], str(error)
        yield Report(
            verifier=self.name,
            tier=self.tier,
            verdict=_overall(verdicts),
            seconds=time.perf_counter() - start,
            detail=detail,
        )


def _overall(verdicts: list[Verdict]) -> Verdict:
    for verdict in (Verdict.FAILED, Verdict.REFUTED, Verdict.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return Verdict.TESTED


def _examples(subject: Subject, budget: Budget) -> Iterator[ClauseEvidence]:
    missing = without_code(subject)
    if missing is not None:
        for example in subject.contract.examples:
            yield _unknown(example, f"no code for {missing}", 0.0)
        return
    runs = Runs(subject, budget)
    alone: list[tuple[Example, Inputs]] = []
    for example in subject.contract.examples:
        start = time.perf_counter()
        call = runs.judging.example_call(example)
        if isinstance(call, Judgement):
            yield _unknown(example, call.reason, time.perf_counter() - start)
            continue
        (outcome,) = runs.outcomes([call.args])
        judged = runs.judging.example(example, outcome)
        if judged.status == "holds":
            alone.append((example, call.args))
        else:
            witness = runs.witness(call.args, outcome, judged.expected)
            yield _evidence(example, judged, witness, time.perf_counter() - start)
    yield from _together(runs, alone)


def _together(runs: Runs, kept: list[tuple[Example, Inputs]]) -> Iterator[ClauseEvidence]:
    """Runs those that hold alone once more, all in one store: code may remember earlier calls."""
    start = time.perf_counter()
    rows = [row for _, row in kept]
    outcomes: list[Outcome] = runs.outcomes(rows) if len(rows) > 1 else []
    for at, (example, row) in enumerate(kept):
        judged = Judgement(example.id, "holds")
        witness = None
        if outcomes:
            found = runs.judging.example(example, outcomes[at])
            if found.status == "violated":
                judged = found
                witness = runs.witness(row, outcomes[at], found.expected, rows[:at])
        yield _evidence(example, judged, witness, (time.perf_counter() - start) / len(kept))


def _evidence(
    example: Example, judged: Judgement, witness: Witness | None, seconds: float
) -> ClauseEvidence:
    match judged.status:
        case "holds":
            return ClauseEvidence(
                clause=example.id,
                verifier=ExamplesVerifier.name,
                verdict=Verdict.PROVED,
                method="executed",
                seconds=seconds,
                cases=1,
                proof=Proof(status="valid", tried=("run in the sandbox",)),
            )
        case "violated" if witness is not None:
            return ClauseEvidence(
                clause=example.id,
                verifier=ExamplesVerifier.name,
                verdict=Verdict.REFUTED,
                method="executed",
                seconds=seconds,
                cases=1,
                proof=Proof(status="refuted", tried=("run in the sandbox",)),
                witness=witness,
            )
        case "violated" | "undetermined" | "not owed":
            return _unknown(example, judged.reason or _NO_WITNESS, seconds)


def _unknown(example: Example, reason: str, seconds: float) -> ClauseEvidence:
    return ClauseEvidence(
        clause=example.id,
        verifier=ExamplesVerifier.name,
        verdict=Verdict.UNKNOWN,
        method="executed",
        seconds=seconds,
        proof=Proof(status="unknown", reason=reason, tried=("run in the sandbox",)),
        detail=reason,
    )
