// What a person does in VS Code, from opening an intent file to the exported proof.
// The tests are one journey: each goes on where the one before it ended.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { keepFailure, launch, Workspace } from "./page.ts";
import { copyExamples, ROOT, start, type Workbench } from "./workbench.ts";

const VERIFY = join(ROOT, ".venv", "bin", "axiom-verify");

let folder: string;
let workbench: Workbench;
let browser: Browser;
let vscode: Workspace;

beforeAll(async () => {
  folder = copyExamples(join(mkdtempSync(join(tmpdir(), "axiom-")), "examples"));
  workbench = await start({ folder });
  browser = await launch();
  vscode = await Workspace.open(browser, workbench.url);
});

afterAll(async () => {
  await browser.close();
  workbench.stop();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

afterEach(({ task }) => keepFailure(task, vscode, workbench));

const written = (name: string): string => readFileSync(join(folder, name), "utf8");

test("an intent file is coloured before the server is there", async () => {
  await vscode.openFile("clamp.intent");
  const keyword = vscode.line("intent clamp").locator("span span", { hasText: /^intent$/u });
  await keyword.waitFor();
  const plain = vscode.line("intent clamp").locator("span span", { hasText: "clamp" });
  expect(await keyword.getAttribute("class")).not.toBe(await plain.first().getAttribute("class"));
});

test("the status item says that the server is ready", async () => {
  await vscode.status.locator(".codicon-check").waitFor();
});

test("an error shows while typing, with what was expected", async () => {
  await vscode.goTo(8, 14);
  await vscode.page.keyboard.press("End");
  await vscode.page.keyboard.type(" and reslt > 0");
  const squiggle = vscode.page.locator(".squiggly-error").first();
  await squiggle.waitFor();
  await vscode.hoverSays(squiggle, /reslt.*result/su);
  await vscode.backspace(" and reslt > 0");
  await squiggle.waitFor({ state: "hidden" });
  await vscode.save();
});

test("hovering over a clause says what it means", async () => {
  const clause = vscode.line("in_range: lo <= result <= hi");
  await vscode.hoverSays(clause, "at most hi");
});

test("generating from the lens shows progress and then verdicts", async () => {
  await vscode.lens("generate").click();
  await vscode.notification("generating clamp").waitFor();
  await vscode.notification("passed the gate").waitFor({ timeout: 45_000 });
  await vscode.lens(/proved/u).waitFor();
  await expect.poll(() => vscode.marks.count()).toBeGreaterThanOrEqual(4);
  await vscode.dismissNotifications();
});

test("a mark says in words how its clause was shown", async () => {
  const clause = vscode.line("in_range: lo <= result <= hi");
  await vscode.hoverSays(clause, /proved by/u);
  if (process.env["AXIOM_BLESS"] === "1") await picture();
});

test("a preview shows the code, and discarding it writes nothing", async () => {
  await vscode.command("AXIOM: Preview a Candidate");
  await vscode.page
    .locator(".modified-in-monaco-diff-editor .view-line", { hasText: "def clamp" })
    .waitFor();
  await vscode.press("Discard");
  await vscode.lens(/proved/u).waitFor();
  expect(existsSync(join(folder, "clamp.py"))).toBe(false);
});

test("accepting by code action, after the preview, writes the code", async () => {
  await vscode.goTo(2, 9);
  await vscode.page.keyboard.press("Control+.");
  await vscode.page.locator(".action-widget").getByText("Accept candidate").click();
  await vscode.press("Accept");
  await vscode.lens(/accepted/u).waitFor();
  expect(written("clamp.py")).toContain("def clamp(");
});

test("undo takes the code back, redo restores it", async () => {
  const accepted = written("clamp.py");
  await vscode.command("AXIOM: Undo Accept");
  await vscode.press("Accept");
  await vscode.lens(/^accept /u).waitFor();
  // The accept had made the file, and nothing else is in it.
  expect(existsSync(join(folder, "clamp.py"))).toBe(false);
  await vscode.command("AXIOM: Redo Accept");
  await vscode.press("Accept");
  await vscode.lens(/accepted/u).waitFor();
  expect(written("clamp.py")).toBe(accepted);
});

test("the exported bundle is sound", async () => {
  await vscode.command("AXIOM: Export with Proof");
  await expect.poll(() => vscode.input).toBe(join(folder, "clamp.axb"));
  await vscode.page.keyboard.press("Enter");
  await vscode.notification("exported with its proof").waitFor();
  const bundle = join(folder, "clamp.axb");
  expect(execFileSync(VERIFY, ["check", bundle, "--integrity-only"]).toString()).toContain("clamp");
  await vscode.dismissNotifications();
});

test("a function that exists already is verified against an intent", async () => {
  writeFileSync(
    join(folder, "existing.py"),
    "def clamp(x: int, lo: int, hi: int) -> int:\n    return min(x, hi)  # wrong\n",
  );
  await vscode.command("AXIOM: Verify an Existing Function");
  await vscode.choose("existing.py");
  const report = vscode.page.locator(".editor-instance .view-line");
  await report.filter({ hasText: "clamp: refuted" }).waitFor({ timeout: 45_000 });
  await report.filter({ hasText: "Fails for" }).first().waitFor();
  await vscode.command("View: Close All Editors");
  await vscode.page.locator(".tab").first().waitFor({ state: "hidden" });
});

test("an edited clause makes its verdict stale, said in words", async () => {
  await vscode.openFile("clamp.intent");
  await vscode.goTo(9, 1);
  await vscode.page.keyboard.press("End");
  await vscode.page.keyboard.type(" and lo < hi");
  await vscode.lens(/stale/u).waitFor();
  await vscode.line("and lo < hi").getByText("stale").waitFor();
  await vscode.backspace(" and lo < hi");
  await vscode.lens(/accepted/u).waitFor();
});

test("generation is cancelled from its notification", async () => {
  await vscode.openFile("income_tax.intent");
  await vscode.lens("generate").click();
  await vscode.notification("generating income_tax").getByText("Cancel").click();
  await vscode.notification("generating income_tax").waitFor({ state: "hidden" });
  await vscode.lens("generate").waitFor();
  expect(await vscode.notification("passed the gate").count()).toBe(0);
});

test("an unsaved target with CRLF keeps what the person typed", async () => {
  writeFileSync(join(folder, "sign.py"), "# first\r\n");
  await vscode.openFile("sign.py");
  await vscode.page.keyboard.type("# typed, not saved\n");
  await vscode.openFile("sign.intent");
  await vscode.lens("generate").click();
  await vscode.notification("passed the gate").getByText("Accept").click({ timeout: 45_000 });
  await vscode.press("Accept");
  await vscode.lens(/accepted/u).waitFor();
  expect(written("sign.py")).toBe("# first\r\n");
  await vscode.openFile("sign.py");
  await vscode.save();
  const text = written("sign.py");
  expect(text).toContain("# typed, not saved\r\n# first\r\n");
  expect(text).toContain("def sign(");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

test("a server that is killed comes back", async () => {
  const [server] = workbench.servers();
  process.kill(server ?? expect.unreachable("no server runs"), "SIGKILL");
  await expect.poll(() => workbench.servers()).toEqual([expect.not.stringMatching(String(server))]);
  await vscode.status.locator(".codicon-check").waitFor();
  await vscode.openFile("leap_year.intent");
  await vscode.lens("generate").waitFor();
});

async function picture(): Promise<void> {
  await vscode.goTo(16);
  await vscode.page.keyboard.press("Control+B");
  await vscode.page.setViewportSize({ width: 960, height: 480 });
  await vscode.page.locator(".sidebar").waitFor({ state: "hidden" });
  await vscode.page.screenshot({ path: join(ROOT, "docs", "images", "editor.png") });
  await vscode.page.keyboard.press("Control+B");
  await vscode.page.setViewportSize({ width: 1280, height: 800 });
}
