// Finds a Python that can run the server.

import { execFile } from "node:child_process";

/** A program and its leading arguments. */
export type Command = readonly [string, ...string[]];

export type Search =
  { kind: "found"; path: string; version: string } | { kind: "missing"; message: string };

/** The absolute path and the version of an interpreter; rejects when it does not run. */
export type Probe = (command: Command) => Promise<{ path: string; version: string }>;

const OLDEST = [3, 11] as const;
const ASK = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";

/** Where to look, best first. A path that the person set is the only place. */
export function places(setting: string, chosen: string | undefined, windows: boolean): Command[] {
  if (setting !== "") return [[setting]];
  const named = ["python3.13", "python3.12", "python3.11", "python3", "python"];
  const onPath: Command[] = windows ? [["py", "-3"], ["python"]] : named.map((name) => [name]);
  return chosen === undefined ? onPath : [[chosen], ...onPath];
}

export function isRecentEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

export async function findPython(commands: Command[], probe: Probe = ask): Promise<Search> {
  const tried: string[] = [];
  for (const command of commands) {
    const name = command.join(" ");
    try {
      const { path, version } = await probe(command);
      if (isRecentEnough(version)) return { kind: "found", path, version };
      tried.push(`${name} is ${version}`);
    } catch {
      tried.push(`${name} does not run`);
    }
  }
  const message =
    `AXIOM needs Python ${OLDEST.join(".")} or later, and found none: ${tried.join(", ")}. ` +
    "Install one, or set axiom.python.path to it.";
  return { kind: "missing", message };
}

function ask([program, ...leading]: Command): Promise<{ path: string; version: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, [...leading, "-I", "-c", ASK], { timeout: 10_000 }, (error, stdout) => {
      const [path, version] = stdout.split(/\r?\n/u);
      if (error === null && path !== undefined && version !== undefined) resolve({ path, version });
      else reject(error ?? new Error(`${program} did not say its version`));
    });
  });
}
