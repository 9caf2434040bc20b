// A second real client, with other habits than VS Code: Debian's Neovim.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { AXIOM } from "./workbench.ts";

const TEXT = `intent double(x: int) -> int
  ensures twice: result == 2 * x
  ensures reslt > x  when x > 0
`;

interface Seen {
  diagnostics: { line: number; message: string; code: string }[];
  hover: string;
}

test("Neovim shows diagnostics and what a clause means", () => {
  const folder = mkdtempSync(join(tmpdir(), "axiom-neovim-"));
  const file = join(folder, "double.intent");
  writeFileSync(file, TEXT);
  try {
    const script = join(import.meta.dirname, "neovim.lua");
    const place = { AXIOM, INTENT: file, LINE: "2", COLUMN: "4", HOME: folder };
    const output = execFileSync("nvim", ["--headless", "-u", "NONE", "-n", "-S", script], {
      env: { ...process.env, ...place },
      timeout: 50_000,
    });
    const { diagnostics, hover } = JSON.parse(output.toString()) as Seen;
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ line: 3, code: "unknown-name" });
    expect(diagnostics[0]?.message).toContain("result");
    expect(hover).toContain("the result equals 2 × x");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
