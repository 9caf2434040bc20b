// What is shown over time, as a table: an event on the left, the marks after it on the right.
//   status VERSION INTENT LINE:VERDICT[~running|~stale] …   the server speaks
//   edit VERSION LINE[-LINE] NEWLINES                       the person replaces those lines' text
// A mark is LINE:STATE.

import { expect, test } from "vitest";

import { Statuses } from "../src/marks.ts";
import type { ClauseStatus, Freshness, Verdict } from "../src/protocol.ts";

const URI = "file:///clamp.intent";

const TABLES: Record<string, string> = {
  "verdicts appear as they come": `
    status 1 clamp 2:null 3:null            |
    status 1 clamp 2:null~running 3:null~running | 2:running 3:running
    status 1 clamp 2:proved 3:null~running  | 2:proved 3:running
    status 1 clamp 2:proved 3:refuted       | 2:proved 3:refuted`,
  "a verdict of an older text is dropped": `
    edit 2 9 1                              |
    status 1 clamp 2:proved                 |
    status 2 clamp 2:tested                 | 2:tested`,
  "a verdict of a text that is not here yet is dropped": `
    status 2 clamp 2:proved                 |`,
  "an edit withdraws the verdicts of its intent until the server speaks": `
    status 1 clamp 2:proved 3:tested        | 2:proved 3:tested
    edit 2 2 1                              | 2:edited 3:edited
    status 1 clamp 2:proved 3:tested        | 2:edited 3:edited
    status 2 clamp 2:proved~stale 3:tested  | 2:stale 3:tested`,
  "running is not shown over an edit": `
    status 1 clamp 2:proved~running         | 2:running
    edit 2 2 1                              | 2:edited`,
  "an edit above moves the marks": `
    status 1 clamp 5:proved                 | 5:proved
    edit 2 0 3                              | 7:proved
    edit 3 0-2 1                            | 5:proved`,
  "an edit below leaves them": `
    status 1 clamp 5:proved                 | 5:proved
    edit 2 8 3                              | 5:proved`,
  "other intents keep theirs": `
    status 1 one 2:proved                   | 2:proved
    status 1 two 6:tested 7:unknown         | 2:proved 6:tested 7:unknown
    edit 2 2 2                              | 2:edited 7:tested 8:unknown`,
  "clauses that an edit removes lose their marks": `
    status 1 one 2:proved 3:proved 5:failed | 2:proved 3:proved 5:failed
    edit 2 2-3 1                            | 2:edited 4:edited`,
};

test.each(Object.entries(TABLES))("%s", (_name, table) => {
  const statuses = new Statuses();
  let version = 1;
  for (const row of table.trim().split("\n")) {
    const [event = "", expected = ""] = row.split("|").map((cell) => cell.trim());
    const [kind, number, ...rest] = event.split(" ");
    if (kind === "edit") {
      version = Number(number);
      edit(statuses, rest);
    } else {
      const [intent = "", ...clauses] = rest;
      const status = { uri: URI, version: Number(number), intent, stage: "typing" } as const;
      statuses.keep({ ...status, clauses: clauses.map(clause) }, version);
    }
    const shown = statuses.marks(URI).map(({ line, state }) => `${line}:${state}`);
    expect(`${event} | ${shown.join(" ")}`).toBe(`${event} | ${expected}`);
  }
});

test("what is stale says so in words", () => {
  const statuses = new Statuses();
  const status = { uri: URI, version: 1, intent: "clamp", stage: "stale" } as const;
  statuses.keep({ ...status, clauses: [clause("2:proved~stale")] }, 1);
  expect(statuses.marks(URI)).toEqual([{ line: 2, state: "stale", words: "stale: was proved" }]);
  statuses.edit(URI, { range: lines(2, 2), text: "x" });
  expect(statuses.marks(URI)).toEqual([{ line: 2, state: "edited", words: "edited; was proved" }]);
});

function edit(statuses: Statuses, [where = "", count]: string[]): void {
  const [first = 0, last = first] = where.split("-").map(Number);
  statuses.edit(URI, { range: lines(first, last), text: "x\n".repeat(Number(count)).slice(0, -1) });
}

function clause(text: string): ClauseStatus {
  const [line = "", state = ""] = text.split(":");
  const [verdict = "", freshness = "current"] = state.split("~");
  return {
    id: text,
    range: lines(Number(line), Number(line)),
    verdict: verdict === "null" ? null : (verdict as Verdict),
    freshness: freshness as Freshness,
    words: "",
  };
}

function lines(first: number, last: number) {
  return { start: { line: first, character: 2 }, end: { line: last, character: 9 } };
}
