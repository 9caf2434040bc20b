// Environments are made with the real venv and pip, from a small wheel that needs no network.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { EnvironmentError, explain, isReady, make, plan, program } from "../src/environment.ts";

const WHEEL = String.raw`
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    info = "axiom_server-0.1.0.dist-info/"
    wheel.writestr("axiom_server.py", "def main(): print('ready')\n")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: axiom-server\nVersion: 0.1.0\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "entry_points.txt", "[console_scripts]\naxiom = axiom_server:main\n")
    wheel.writestr(info + "RECORD", "")
`;

let home: string;
let storage: string;
let wheels: string;
const silent = (): void => undefined;
const never = new AbortController().signal;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "axiom-environment-"));
  storage = join(home, "storage");
  wheels = join(home, "wheels");
  mkdirSync(wheels);
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function writeWheel(): void {
  const path = join(wheels, "axiom_server-0.1.0-py3-none-any.whl");
  execFileSync("python3", ["-c", WHEEL, path]);
}

test("an environment is made once and runs the server; older ones go", async () => {
  writeWheel();
  mkdirSync(join(storage, "server-older"), { recursive: true });
  const first = await plan(storage, wheels, "3.11.2");
  expect(isReady(first)).toBe(false);
  const steps: string[] = [];
  await make(first, "python3", (step) => steps.push(step), never);
  expect(isReady(first)).toBe(true);
  expect(steps).toHaveLength(2);
  expect(execFileSync(program(first.folder, "axiom")).toString()).toBe("ready\n");
  expect(readdirSync(storage)).toHaveLength(1);
  expect(await plan(storage, wheels, "3.11.2")).toEqual(first);
}, 60_000);

test("another Python or another wheel asks for another environment", async () => {
  writeWheel();
  const one = await plan(storage, wheels, "3.11.2");
  const two = await plan(storage, wheels, "3.12.0");
  writeFileSync(join(wheels, "more.whl"), "more");
  const three = await plan(storage, wheels, "3.11.2");
  expect(new Set([one.folder, two.folder, three.folder]).size).toBe(3);
});

test("without wheels the message says what to do", async () => {
  await expect(plan(storage, join(home, "nothing"), "3.11.2")).rejects.toThrow("axiom.server.path");
});

test("a wheel that pip refuses leaves no environment that counts as ready", async () => {
  writeFileSync(join(wheels, "axiom_server-0.1.0-py3-none-any.whl"), "not a wheel");
  const wanted = await plan(storage, wheels, "3.11.2");
  await expect(make(wanted, "python3", silent, never)).rejects.toThrow(EnvironmentError);
  expect(isReady(wanted)).toBe(false);
}, 60_000);

test("a Python that does not exist is an error with a message", async () => {
  writeWheel();
  const wanted = await plan(storage, wheels, "3.11.2");
  await expect(make(wanted, "/no/python", silent, never)).rejects.toThrow("Setting up the server");
});

test("cancelling ends it", async () => {
  writeWheel();
  const wanted = await plan(storage, wheels, "3.11.2");
  const abort = new AbortController();
  const cancel = (): void => {
    abort.abort();
  };
  const making = make(wanted, "python3", cancel, abort.signal);
  await expect(making).rejects.toThrow("aborted");
  expect(existsSync(join(wanted.folder, "ready"))).toBe(false);
});

test.each([
  ["The virtual environment was not created: ensurepip is not available.", "python3-venv"],
  ["/usr/bin/python3: No module named venv", "python3-venv"],
  ["NewConnectionError: Failed to establish a new connection", "Check the network"],
  ["Temporary failure in name resolution", "Check the network"],
  ["ERROR: No matching distribution found for z3-solver", "not to be had"],
  ["OSError: [Errno 28] No space left on device", "disk is full"],
  ["PermissionError: [Errno 13] Permission denied: '/x'", "no permission"],
  ["something else", "Setting up the server failed"],
])("%s", (output, message) => {
  expect(explain(output)).toContain(message);
});
