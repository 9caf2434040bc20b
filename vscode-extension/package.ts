// Builds the .vsix: `node package.ts OUTPUT.vsix [WHEELS]`.
// WHEELS is the folder with our wheels; without it the extension needs `axiom.server.path`.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const here = import.meta.dirname;
const [output, wheels] = process.argv.slice(2);
if (output === undefined) {
  console.error("usage: node package.ts OUTPUT.vsix [WHEELS]");
  process.exit(2);
}

const carried = join(here, "wheels");
rmSync(carried, { recursive: true, force: true });
mkdirSync(carried);
if (wheels !== undefined) {
  const names = readdirSync(wheels).filter((name) => name.endsWith(".whl"));
  for (const name of names) copyFileSync(join(wheels, name), join(carried, name));
  for (const wanted of ["axiom_server", "axiom_verifiers", "tree_sitter_intent"]) {
    if (!names.some((name) => name.startsWith(`${wanted}-`))) {
      console.error(`no wheel of ${wanted} in ${wheels}; build the wheels first`);
      process.exit(2);
    }
  }
}

copyFileSync(join(here, "..", "LICENSE"), join(here, "LICENSE"));
mkdirSync(dirname(resolve(output)), { recursive: true });
const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: here, stdio: "inherit" });
const modules = join(here, "..", "node_modules");
node(join(modules, "typescript", "bin", "tsc"), "-p", here);
node(join(here, "build.ts"));
node(
  join(modules, "@vscode", "vsce", "vsce"),
  ...["package", "--no-dependencies", "--allow-missing-repository", "--out", resolve(output)],
);
