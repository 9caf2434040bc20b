// A real VS Code (code-server) on loopback with our extension installed.

import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export const ROOT = join(import.meta.dirname, "..", "..");
export const CACHE = join(ROOT, ".cache", "editor");
export const AXIOM = join(ROOT, ".venv", "bin", "axiom");
const ENTRY = join(CACHE, "workbench", "node_modules", "code-server", "out", "node", "entry.js");

const run = promisify(execFile);

export interface Workbench {
  /** Where a browser finds it, with the folder opened. */
  url: string;
  /** What it wrote to standard error. */
  log: string;
  stop(): void;
  /** The process ids of the language servers that it started. */
  servers(): number[];
}

export interface Wish {
  folder: string;
  /** A free one when not given. */
  port?: number;
  /** Whether folders are untrusted until the person trusts them; else they are trusted. */
  distrusts?: boolean;
}

/** Builds the extension without wheels: the server is the one of .venv. */
export async function packageExtension(): Promise<string> {
  const output = join(CACHE, "axiom-intent.vsix");
  const script = join(ROOT, "vscode-extension", "package.ts");
  await run(process.execPath, [script, output]);
  return output;
}

export async function start(wish: Wish): Promise<Workbench> {
  if (!existsSync(ENTRY)) throw new Error("no VS Code here; run tests/editor/setup.sh first");
  const extension = await packageExtension();
  // A short path: sockets live in it, and their names may have a hundred bytes.
  const home = mkdtempSync(join(tmpdir(), "axiom-"));
  const data = join(home, "data");
  writeJson(join(data, "User", "settings.json"), QUIET);
  // Settings of the scope `machine` count only here.
  writeJson(join(data, "Machine", "settings.json"), { "axiom.server.path": AXIOM });
  mkdirSync(join(home, "tmp"));
  const environment = {
    ...process.env,
    HOME: home,
    TMPDIR: join(home, "tmp"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "share"),
    // The sandbox's artefact and other things that are slow to make.
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    AXIOM_KEY_PASSPHRASE: process.env["AXIOM_KEY_PASSPHRASE"] ?? "a key for this workbench only",
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  const folders = ["--user-data-dir", data, "--extensions-dir", join(home, "extensions")];
  await run(process.execPath, [ENTRY, ...folders, "--install-extension", extension], {
    env: environment,
  });
  const address = `127.0.0.1:${String(wish.port ?? (await freePort()))}`;
  const trust = wish.distrusts === true ? [] : ["--disable-workspace-trust"];
  const log = join(home, "server.log");
  const server = spawn(
    process.execPath,
    [ENTRY, ...folders, ...FLAGS, ...trust, "--bind-addr", address, wish.folder],
    { env: environment, detached: true, stdio: ["ignore", "pipe", openSync(log, "w")] },
  );
  await listening(server);
  return {
    url: `http://${address}/?folder=${encodeURIComponent(wish.folder)}`,
    log,
    servers: () => serversOf(server.pid),
    stop: () => {
      // The whole group: the extension host and the language server are its children.
      if (server.pid !== undefined) process.kill(-server.pid);
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** A folder to play in: the bundled intents, so that nothing is written into the repository. */
export function copyExamples(folder: string): string {
  cpSync(join(ROOT, "docs", "examples"), folder, {
    recursive: true,
    filter: (source) => !source.includes(".axiom"),
  });
  return folder;
}

const FLAGS = [
  ...["--auth", "none", "--disable-telemetry", "--disable-update-check"],
  "--disable-getting-started-override",
];

const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "git.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
};

/** All processes of the group whose command line is that of a language server. */
function serversOf(group: number | undefined): number[] {
  const listing = execFileSync("ps", ["-eo", "pid=,pgid=,args="]).toString().trim();
  return listing.split("\n").flatMap((line) => {
    const [, pid, pgid, program] = /^\s*(\d+)\s+(\d+)\s+(.*)$/u.exec(line) ?? [];
    const ours = Number(pgid) === group && program?.includes(`${AXIOM} serve`);
    return ours === true ? [Number(pid)] : [];
  });
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 2));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no free port"));
        else resolve(address.port);
      });
    });
  });
}

function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("HTTP server listening")) resolve();
    });
    server.once("exit", (code) => {
      reject(new Error(`code-server ended with ${String(code)}:\n${output}`));
    });
  });
}
