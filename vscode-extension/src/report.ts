// A verification in words, as Markdown.

import type { ClauseVerdict, Verification, Verdict, Witness } from "./protocol.ts";

export const SIGNS: Record<Verdict, string> = {
  proved: "✓✓",
  tested: "✓",
  refuted: "✗",
  unknown: "?",
  failed: "!",
};

/** `3 proved, 1 tested`: how many clauses have which verdict, best first. */
export function tally(clauses: readonly { verdict: Verdict }[]): string {
  return (Object.keys(SIGNS) as Verdict[])
    .map((verdict) => [clauses.filter((clause) => clause.verdict === verdict).length, verdict])
    .filter(([count]) => count !== 0)
    .map(([count, verdict]) => `${String(count)} ${String(verdict)}`)
    .join(", ");
}

export function report(result: Verification, subject: string): string {
  const { intent, verdict, confidence, clauses, evidence, limitations } = result;
  return [
    `# ${SIGNS[verdict]} ${intent}: ${verdict}`,
    `${subject}. Confidence ${confidence.toFixed(2)}; ${tally(clauses)}.`,
    ...clauses.map(paragraph),
    ...evidence.flatMap(({ verifier, findings }) =>
      findings.map((found) => `- ${verifier}, line ${found.line}: ${found.message}`),
    ),
    ...(limitations.length === 0 ? [] : ["## Limitations", ...limitations.map((l) => `- ${l}`)]),
    "",
  ].join("\n\n");
}

function paragraph(clause: ClauseVerdict): string {
  const answered = Object.entries(clause.answers)
    .filter(([, answer]) => answer === "valid")
    .map(([solver]) => solver)
    .join(", ");
  const how = answered === "" ? clause.method : `by ${answered}`;
  const lines = [
    `## ${SIGNS[clause.verdict]} ${clause.clause}`,
    `${clause.verdict}, ${how}, ${clause.seconds.toFixed(2)} s`,
  ];
  if (clause.witness !== null) lines.push(inWords(clause.witness));
  const { proof } = clause;
  if (proof?.reason != null && clause.verdict !== "proved") {
    const where = proof.where === null ? "" : ` (${proof.where})`;
    lines.push(
      `Not proved: ${proof.reason}${where}.${proof.help === null ? "" : ` ${proof.help}`}`,
    );
  }
  if (clause.assumptions.length > 0) lines.push(`Assumes: ${clause.assumptions.join("; ")}.`);
  return lines.join("\n\n");
}

function inWords({ inputs, result, expected, replayed }: Witness): string {
  const given = Object.entries(inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const ran = replayed ? "replayed in the sandbox" : "not replayed";
  const got = JSON.stringify(result);
  return `Fails for \`${given.join(", ")}\`: gives \`${got}\`, expected ${expected} (${ran}).`;
}
