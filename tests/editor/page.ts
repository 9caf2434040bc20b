// The workbench's page as a person uses it: by keys, by what is written on it, by the mouse.

import { execFileSync } from "node:child_process";

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import type { RunnerTestCase } from "vitest";

import { ROOT, type Workbench } from "./workbench.ts";

const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** After a failed test: what the page showed and what the workbench wrote, in out/editor. */
export async function keepFailure(
  { name, result }: Readonly<Pick<RunnerTestCase, "name" | "result">>,
  { page }: Workspace,
  { log }: Workbench,
): Promise<void> {
  if (result?.state !== "fail") return;
  const folder = join(ROOT, "out", "editor");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/gu, "-")}.png`) });
  copyFileSync(log, join(folder, "workbench.log"));
}

export function launch(): Promise<Browser> {
  const executablePath = execFileSync("sh", ["-c", "command -v chromium"]).toString().trim();
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

export class Workspace {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<Workspace> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    await page
      .locator(".explorer-folders-view .monaco-list-row")
      .first()
      .waitFor({ timeout: 60_000 });
    return new Workspace(page);
  }

  /** Our status item. */
  get status(): Locator {
    return this.page.locator(".statusbar-item", { hasText: "AXIOM" });
  }

  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration :is(a, span)", { hasText: text });
  }

  /** A line of the editor that has the focus, by its text. */
  line(text: string): Locator {
    return this.page.locator(".editor-instance .view-line", { hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast", { hasText: text });
  }

  /** The clauses' marks in the margin. */
  get marks(): Locator {
    return this.page.locator(".editor-instance .glyph-margin-widgets .cgmr");
  }

  async openFile(name: string): Promise<void> {
    const rows = this.page.locator(".quick-input-list .monaco-list-row", { hasText: name });
    // The window may not listen yet, and the first search may miss a file just written.
    for (let left = 10; left > 0; left -= 1) {
      await this.page.keyboard.press("Control+P");
      try {
        await this.page.locator(".quick-input-widget input").fill(name, { timeout: 2000 });
        await rows.first().waitFor({ timeout: 2000 });
        break;
      } catch {
        await this.page.keyboard.press("Escape");
      }
    }
    // Not by Enter: the first entry may still be one of an earlier search.
    await this.choose(name);
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input").fill(`>${title}`);
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: title })
      .first()
      .waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Takes an entry of the list that is shown. */
  async choose(entry: string): Promise<void> {
    await this.page
      .locator(".quick-input-list .monaco-list-row", { hasText: entry })
      .first()
      .click();
  }

  /** A button above the editor, by its name. */
  async press(name: string): Promise<void> {
    await this.page.locator(".editor-actions").getByRole("button", { name }).click();
  }

  /** What the input at the top of the window holds. */
  get input(): Promise<string> {
    return this.page.locator(".quick-input-widget input").inputValue();
  }

  async backspace(typed: string): Promise<void> {
    for (let left = typed.length; left > 0; left -= 1) await this.page.keyboard.press("Backspace");
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active.dirty").waitFor({ state: "hidden" });
  }

  async dismissNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
    await this.page.locator(".notification-toast").first().waitFor({ state: "hidden" });
  }

  /** Puts the cursor at a 1-based line and column. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press("Control+G");
    const input = this.page.locator(".quick-input-widget input");
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** Rests the mouse on the place until a hover with the text shows, then moves it away. */
  async hoverSays(place: Locator, text: string | RegExp): Promise<void> {
    let box = await place.boundingBox();
    // What the editor draws anew is gone for a moment.
    while (box === null) box = await place.boundingBox();
    // Monaco's spans lie over its decorations, so the mouse is moved by coordinates, twice.
    const [x, y] = [box.x + Math.min(box.width / 2, 60), box.y + box.height / 2];
    await this.page.mouse.move(x - 2, y);
    await this.page.mouse.move(x, y);
    const hover = this.page.locator(".monaco-hover:not(.hidden) .hover-contents");
    await hover.filter({ hasText: text }).first().waitFor();
    await this.page.mouse.move(0, 0);
    await this.page.keyboard.press("Escape");
  }
}
