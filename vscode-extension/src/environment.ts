// The private Python environment that holds the server: made once from the wheels that the
// extension carries, kept until they or the Python change.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** What went wrong while an environment was made, and what to do; `output` is for the log. */
export class EnvironmentError extends Error {
  readonly output: string;

  constructor(message: string, output = "") {
    super(message);
    this.name = "EnvironmentError";
    this.output = output;
  }
}

export interface Plan {
  /** The folder of the environment, named by the digest of all that it is made of. */
  folder: string;
  wheels: string[];
}

export async function plan(storage: string, wheelFolder: string, version: string): Promise<Plan> {
  const names = existsSync(wheelFolder) ? (await readdir(wheelFolder)).sort() : [];
  const wheels = names
    .filter((name) => name.endsWith(".whl"))
    .map((name) => join(wheelFolder, name));
  if (wheels.length === 0) {
    throw new EnvironmentError(
      "This build of the extension carries no server. Set axiom.server.path to an axiom program.",
    );
  }
  const digest = createHash("sha256").update(version);
  for (const wheel of wheels) digest.update(await readFile(wheel));
  return { folder: join(storage, `server-${digest.digest("hex").slice(0, 12)}`), wheels };
}

/** The program of that name in an environment. */
export function program(folder: string, name: string): string {
  return process.platform === "win32"
    ? join(folder, "Scripts", `${name}.exe`)
    : join(folder, "bin", name);
}

export function isReady({ folder }: Plan): boolean {
  return existsSync(join(folder, "ready"));
}

/** Makes the environment; a half-made one, from a crash or a cancel, is made anew. */
export async function make(
  { folder, wheels }: Plan,
  python: string,
  report: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Programs of an environment hold its path, so it is made where it stays; `ready` comes last.
  const storage = join(folder, "..");
  await mkdir(storage, { recursive: true });
  report("making a Python environment");
  await run(python, ["-m", "venv", "--clear", folder], signal);
  report("installing the server and its packages");
  const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
  await run(program(folder, "python"), [...pip, ...wheels], signal);
  await mkdir(join(folder, "ready"));
  for (const name of await readdir(storage)) {
    const other = join(storage, name);
    if (name.startsWith("server-") && other !== folder) {
      await rm(other, { recursive: true, force: true });
    }
  }
}

/** What the output of a failed step means to the person. */
export function explain(output: string): string {
  if (/ensurepip is not available|No module named (venv|ensurepip|pip)\b/u.test(output)) {
    return "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv.";
  }
  if (/No space left|ENOSPC/u.test(output)) return "The disk is full.";
  if (/Permission denied|EACCES/u.test(output)) {
    return "There is no permission to write to the extension's storage.";
  }
  if (/NewConnectionError|name resolution|ConnectTimeout|ProxyError|SSLError/u.test(output)) {
    return "pip could not reach the package index. Check the network or the proxy, then try again.";
  }
  if (/No matching distribution|requires a different Python/u.test(output)) {
    return "A package of the server is not to be had for this Python and platform.";
  }
  return "Setting up the server failed.";
}

function run(command: string, args: string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(command, args, { signal, stdio: ["ignore", "pipe", "pipe"] });
    const add = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.on("error", (error) => {
      reject(signal.aborted ? error : new EnvironmentError(explain(error.message), error.message));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new EnvironmentError(explain(output), output));
    });
  });
}
