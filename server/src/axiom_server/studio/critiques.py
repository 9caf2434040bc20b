"""The contract critic's findings, remembered: a file has many intents, and a key changes one."""

from __future__ import annotations

import threading
from collections import OrderedDict

from axiom_server.studio.workspace import IntentFile
from axiom_verifiers.checks.critique import critique
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts.critic import criticise
from axiom_verifiers.contracts.normal import contract_digest
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.solvers.pool import default_pool

# Seconds for one contract; for what is left of a long file there is evaluation alone.
_ONE = 1.0
_MOST = 2_000


class Critiques:
    """What is known of contracts, by their meaning and text. For any thread."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[Problem, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, file: IntentFile, name: str, budget: Budget) -> tuple[Problem, ...]:
        """What the critic finds in a sound intent; spans count in the intent's own text. When
        the budget is used up, what evaluation alone finds.
        """
        contract = file.reading.contracts[name]
        key = (contract_digest(contract), file.source_of(name))
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        if budget.stopped:
            return criticise(contract)
        own = Budget(min(_ONE, budget.remaining()), budget.stop)
        found = critique(contract, own, default_pool())
        if not own.stopped:
            with self._lock:
                self._known[key] = found
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        return found


critiques = Critiques()
