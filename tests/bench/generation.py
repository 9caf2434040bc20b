"""From `generate` to the verdict, warm: clamp, with the prover's share; each bundled intent."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from axiom_server.studio.generating import Wish, generate_for
from axiom_server.studio.workspace import Workspace
from axiom_verifiers.evidence import Verdict
from tests.bench.figures import Figure, Share, Table, median

ROUNDS = 7
EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"
EXAMPLE = EXAMPLES / "clamp.intent"
BUNDLED = sorted(path.name for path in EXAMPLES.glob("*.intent"))
# Seconds in which a bundled intent should have a candidate through the gate, and how many may not.
SECONDS = 10.0
SLOW = 0.25


async def measure() -> list[Figure | Share | Table]:
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
    late = await _late()
    found: list[Figure | Share | Table] = [
        Figure("clamp, generate to verdict, warm, median", median(whole), limit=2.0),
        Figure("  the prover's share of it", median(prover), ("the whole", median(whole))),
    ]
    name = f"bundled intents without one in {SECONDS:.0f} s, of {len(BUNDLED)}"
    found.append(Share(name, len(late) / len(BUNDLED), limit=SLOW))
    return [*found, Table("\n".join(f"- {line}" for line in late))] if late else found


async def _late() -> list[str]:
    """The bundled intents that have no candidate through the gate in time, and why."""
    late: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        # All of them: one uses another.
        shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
        for path in (Path(folder, name) for name in BUNDLED):
            workspace = Workspace.of(path)
            found = await generate_for(workspace, workspace.open(path), Wish(seed=0))
            # Only what passes the gate is shown.
            if not found.candidates:
                late.append(f"{path.stem}: no candidate through the gate")
            elif found.seconds > SECONDS:
                late.append(f"{path.stem}: {found.seconds:.1f} s")
    return late
