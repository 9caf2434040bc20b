"""Functions that are verified as they stand: what the mutants are made from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from axiom_verifiers.contracts.contract import Contract
from tests.verifiers.corpus.ledger import proved_variants
from tests.verifiers.fuzz.soundness import contract_of, sections

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[2] / "docs" / "examples"


class Original(NamedTuple):
    """A contract and code that meets it."""

    name: str
    contract: Contract
    code: str


def own() -> list[Original]:
    """Those of `originals.md`; an intent that is a file's name is one of the documents'."""
    found: list[Original] = []
    for title, intent, code in sections(HERE / "originals.md"):
        if intent.strip().endswith(".intent"):
            intent = (EXAMPLES / intent.strip()).read_text()
        found.append(Original(title, contract_of(intent), code))
    return found


def originals() -> list[Original]:
    """Those and the corpus's variants that are proved."""
    found = own()
    found += [Original(one.id, one.contract, one.code) for one in proved_variants()]
    return found
