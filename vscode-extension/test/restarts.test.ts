import { expect, test } from "vitest";

import { RestartLimit } from "../src/restarts.ts";

test("a server that crashes again and again is given up", () => {
  const limit = new RestartLimit(2, 1000);
  expect([0, 10, 20].map((time) => limit.crashed(time))).toEqual([true, true, false]);
});

test("crashes of long ago are forgiven, and a restart by hand forgives all", () => {
  const limit = new RestartLimit(1, 1000);
  expect([0, 2000, 4000].map((time) => limit.crashed(time))).toEqual([true, true, true]);
  limit.reset();
  expect(limit.crashed(4001)).toBe(true);
  expect(limit.crashed(4002)).toBe(false);
});
