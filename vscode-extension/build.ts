// Bundles the extension into dist/extension.cjs: `node build.ts [--watch]`.

import { context } from "esbuild";

const bundle = await context({
  absWorkingDir: import.meta.dirname,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.cjs",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  // The language client's own entry for Node is CommonJS and picked by its exports.
  mainFields: ["module", "main"],
  minify: true,
  logLevel: "warning",
});
if (process.argv.includes("--watch")) {
  await bundle.watch();
} else {
  await bundle.rebuild();
  await bundle.dispose();
}
