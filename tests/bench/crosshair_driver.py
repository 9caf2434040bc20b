"""Runs in the environment that holds CrossHair, and knows nothing of ours.

Reads lines `[PATH, SECONDS]` from standard input; for each prints, as JSON, what CrossHair says
of the function `check` of the module at that path, and how long it took in this warm process.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path

from crosshair.core_and_libs import analyze_function, run_checkables
from crosshair.options import AnalysisKind, AnalysisOptionSet


def analyse(path: str, seconds: float) -> dict[str, object]:
    """`state` is CrossHair's name for what it found, the worst of its messages."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    options = AnalysisOptionSet(
        analysis_kind=[AnalysisKind.asserts],
        per_condition_timeout=seconds,
        report_all=True,
    )
    started = time.monotonic()
    messages = run_checkables(analyze_function(module.check, options))
    took = time.monotonic() - started
    worst = max(messages, key=lambda one: one.state, default=None)
    return {
        "state": "NONE" if worst is None else worst.state.name,
        "message": "" if worst is None else worst.message,
        "seconds": took,
    }


def main() -> None:
    """Answers until its input ends."""
    out = sys.stdout
    sys.stdout = sys.stderr  # What the code under test prints is not an answer.
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        path, seconds = json.loads(line)
        try:
            answer = analyse(path, seconds)
        except Exception as error:
            answer = {
                "state": "BROKEN",
                "message": f"{type(error).__name__}: {error}",
                "seconds": 0.0,
            }
        print(json.dumps(answer), file=out, flush=True)


if __name__ == "__main__":
    main()
