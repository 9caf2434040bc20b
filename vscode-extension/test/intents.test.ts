import { expect, test } from "vitest";

import { intentAt, intentsOf } from "../src/intents.ts";

const FILE = [
  "# A comment", //          0
  'use "./money.intent"', // 1
  "", //                     2
  "intent first(x: int)", // 3
  '  """unclosed', //        4
  "", //                     5
  "# another comment", //    6
  "  ensures True", //       7
  "type T = int", //         8
  "intent second(y: str)", // 9
  'intent "free prose"', //  10
];

test.each(["\n", "\r\n", "\r"])("an item ends where the next begins (%j)", (end) => {
  expect(intentsOf(FILE.join(end))).toEqual([
    { name: "first", start: 3, end: 8 },
    { name: "second", start: 9, end: 10 },
  ]);
});

test("names may follow a byte-order mark and need not be ASCII", () => {
  expect(intentsOf("\uFEFFintent größe(x: int)")).toEqual([{ name: "größe", start: 0, end: 1 }]);
});

test.each([
  [2, undefined],
  [3, "first"],
  [7, "first"],
  [8, undefined],
  [9, "second"],
  [10, undefined],
])("the intent at line %i is %s", (line, name) => {
  expect(intentAt(FILE.join("\n"), line)).toBe(name);
});
