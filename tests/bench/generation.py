"""clamp from `generate` to its verdict in a warm process, and the prover's share of it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from axiom_server.studio.generating import Wish, generate_for
from axiom_server.studio.workspace import Workspace
from axiom_verifiers.evidence import Verdict
from tests.bench.figures import Figure, median

ROUNDS = 7
EXAMPLE = Path(__file__).resolve().parents[2] / "docs/examples/clamp.intent"


async def measure() -> list[Figure]:
    whole: list[float] = []
    prover: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clamp.intent"
        shutil.copy(EXAMPLE, path)
        workspace = Workspace.of(path)
        for number in range(ROUNDS + 1):
            found = await generate_for(workspace, workspace.open(path), Wish(seed=number))
            best = found.candidates[0]
            assert best.verdict is Verdict.PROVED
            if number == 0:
                continue  # The first one warms everything.
            whole.append(found.seconds)
            prover += [one.seconds for one in best.evidence if one.verifier == "prove"]
    return [
        Figure("clamp, generate to verdict, warm, median", median(whole), limit=2.0),
        Figure("  the prover's share of it", median(prover), ("the whole", median(whole))),
    ]
