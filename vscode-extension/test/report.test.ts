import { expect, test } from "vitest";

import type { ClauseVerdict, Verification } from "../src/protocol.ts";
import { report, tally } from "../src/report.ts";

const PROVED: ClauseVerdict = {
  id: "clamp/in_range",
  clause: "ensures in_range",
  kind: "ensures",
  line: 8,
  verdict: "proved",
  method: "deductive",
  answers: { z3: "valid", cvc5: "valid", bitwuzla: "unknown" },
  seconds: 0.031,
  assumptions: ["no memory error"],
  proof: { status: "valid", reason: null, where: null, tried: ["as given"], help: null, hints: [] },
  witness: null,
  cases: 0,
  detail: "",
  confidence: 1,
  why: "two solvers agree",
  obligations: [],
  advisory: false,
};

const REFUTED: ClauseVerdict = {
  ...PROVED,
  clause: "ensures inside",
  verdict: "refuted",
  method: "properties",
  answers: {},
  assumptions: [],
  proof: null,
  witness: {
    inputs: { lo: 5, hi: 3, x: 0 },
    result: 3,
    expected: "result == x",
    after: {},
    replayed: true,
    sequence: [],
    explanation: null,
  },
};

const TESTED: ClauseVerdict = {
  ...PROVED,
  clause: "ensures above",
  verdict: "tested",
  method: "properties",
  answers: {},
  assumptions: [],
  proof: {
    status: "unknown",
    reason: "timeout",
    where: "12: while",
    tried: [],
    help: "Add an invariant.",
    hints: [],
  },
};

test("a verification in words", () => {
  const result: Verification = {
    intent: "clamp",
    language: "python",
    verdict: "refuted",
    confidence: 0,
    clauses: [PROVED, REFUTED, TESTED],
    evidence: [
      {
        verifier: "lint",
        tier: 1,
        verdict: "tested",
        seconds: 0.1,
        findings: [
          { severity: "warning", message: "unused name", line: 3, column: 1, rule: "F841" },
        ],
        detail: "",
      },
    ],
    limitations: ["strings are ASCII"],
    gate: [],
    seconds: 0.2,
    relies: {},
  };
  expect(report(result, "Code of clamp.py")).toBe(`# ✗ clamp: refuted

Code of clamp.py. Confidence 0.00; 1 proved, 1 tested, 1 refuted.

## ✓✓ ensures in_range

proved, by z3, cvc5, 0.03 s

Assumes: no memory error.

## ✗ ensures inside

refuted, properties, 0.03 s

Fails for \`lo=5, hi=3, x=0\`: gives \`3\`, expected result == x (replayed in the sandbox).

## ✓ ensures above

tested, properties, 0.03 s

Not proved: timeout (12: while). Add an invariant.

- lint, line 3: unused name

## Limitations

- strings are ASCII

`);
});

test("a tally names what there is, best first", () => {
  expect(tally([REFUTED, PROVED, PROVED])).toBe("2 proved, 1 refuted");
  expect(tally([])).toBe("");
});
