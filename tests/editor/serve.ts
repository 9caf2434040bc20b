// `make editor`: serves a VS Code with the extension on loopback until it is interrupted.

import { existsSync } from "node:fs";
import { join } from "node:path";

import { CACHE, copyExamples, start } from "./workbench.ts";

const port = Number(process.argv[2] ?? 8421);
const folder = join(CACHE, "examples");
// What was done there before is kept.
if (!existsSync(folder)) copyExamples(folder);
const workbench = await start({ folder, port });
console.log(`VS Code with AXIOM, on a copy of docs/examples in ${folder}:`);
console.log(`  ${workbench.url}`);
console.log("Press Ctrl+C to stop it.");
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    workbench.stop();
    process.exit(130);
  });
}
