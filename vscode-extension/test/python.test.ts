import { expect, test } from "vitest";

import { findPython, isRecentEnough, places, type Probe } from "../src/python.ts";

/** A computer with these programs on its PATH. */
const computer =
  (programs: Record<string, string>): Probe =>
  ([program]) => {
    const version = programs[program];
    if (version === undefined) return Promise.reject(new Error("not found"));
    return Promise.resolve({ path: `/bin/${program}`, version });
  };

test.each([
  ["2.7.18", false],
  ["3.9.2", false],
  ["3.10.14", false],
  ["3.11.0", true],
  ["3.13.1", true],
  ["4.0.0", true],
  ["nonsense", false],
])("%s is recent enough: %s", (version, answer) => {
  expect(isRecentEnough(version)).toBe(answer);
});

test("a path that the person set is the only place", () => {
  expect(places("/opt/python", "/chosen", false)).toEqual([["/opt/python"]]);
});

test("the interpreter of the Python extension comes before PATH", () => {
  expect(places("", "/chosen", false)[0]).toEqual(["/chosen"]);
  expect(places("", undefined, true)).toEqual([["py", "-3"], ["python"]]);
});

test("the first that is recent enough is taken", async () => {
  const probe = computer({ "python3.11": "3.11.9", python3: "3.12.1" });
  const found = await findPython(places("", undefined, false), probe);
  expect(found).toEqual({ kind: "found", path: "/bin/python3.11", version: "3.11.9" });
});

test("when there is none, the message says what was tried and what to do", async () => {
  const found = await findPython([["python3"], ["python"]], computer({ python3: "3.9.2" }));
  expect(found).toEqual({
    kind: "missing",
    message:
      "AXIOM needs Python 3.11 or later, and found none: python3 is 3.9.2, python does not run. " +
      "Install one, or set axiom.python.path to it.",
  });
});

test("the Python of this computer is found by running it", async () => {
  const found = await findPython(places("", undefined, process.platform === "win32"));
  expect(found).toMatchObject({ kind: "found" });
});

test("a program that is no Python does not run", async () => {
  expect(await findPython([["true"]])).toMatchObject({ kind: "missing" });
});
