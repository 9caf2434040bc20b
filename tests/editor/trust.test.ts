// A workspace that is not trusted: intents are read and explained, and nothing runs.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { keepFailure, launch, Workspace } from "./page.ts";
import { copyExamples, start, type Workbench } from "./workbench.ts";

let folder: string;
let workbench: Workbench;
let browser: Browser;
let vscode: Workspace;

beforeAll(async () => {
  folder = copyExamples(join(mkdtempSync(join(tmpdir(), "axiom-")), "examples"));
  workbench = await start({ folder, distrusts: true });
  browser = await launch();
  vscode = await Workspace.open(browser, workbench.url);
});

afterAll(async () => {
  await browser.close();
  workbench.stop();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

afterEach(({ task }) => keepFailure(task, vscode, workbench));

test("without trust, clauses are explained but nothing is generated", async () => {
  await vscode.openFile("clamp.intent");
  await vscode.status.locator(".codicon-check").waitFor();
  await vscode.hoverSays(vscode.line("in_range: lo <= result <= hi"), "at most hi");
  expect(await vscode.lens("generate").count()).toBe(0);
  await vscode.command("AXIOM: Generate Code");
  await vscode.notification("runs nothing in a workspace that is not trusted").waitFor();
  expect(existsSync(join(folder, ".axiom"))).toBe(false);
});

test("once it is trusted, the server may generate", async () => {
  await vscode.notification("not trusted").getByText("Manage Trust").click();
  await vscode.page.getByRole("button", { name: "Trust", exact: true }).click();
  await vscode.openFile("clamp.intent");
  await vscode.lens("generate").waitFor();
});
