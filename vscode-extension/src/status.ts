// The one status item: how the server is; a click offers what one can do about it.

import * as vscode from "vscode";

import type { ServerStatus } from "./protocol.ts";
import type { Life, Server } from "./server.ts";

const IDLE: ServerStatus = { health: "ok", quiescent: true, message: null };

export function createAndRegister(context: vscode.ExtensionContext, server: Server): void {
  const item = vscode.window.createStatusBarItem("axiom.status", vscode.StatusBarAlignment.Right);
  item.name = "AXIOM";
  item.command = "axiom.showStatus";
  let life: Life = "stopped";
  let status = IDLE;
  const show = (): void => {
    const [icon, words] = describe(life, status);
    item.text = `$(${icon}) AXIOM`;
    item.tooltip = `AXIOM: ${words}`;
    item.accessibilityInformation = { label: `AXIOM: ${words}` };
    const bad = life === "crashed" || (life === "running" && status.health === "error");
    item.backgroundColor = bad ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  };
  show();
  item.show();
  context.subscriptions.push(
    item,
    server.onLife((now) => {
      life = now;
      if (now !== "running") status = IDLE;
      show();
    }),
    server.onStatus((now) => {
      status = now;
      show();
    }),
    vscode.commands.registerCommand("axiom.showStatus", async () => {
      const restart = "$(debug-restart) Restart the server";
      const log = "$(output) Show the log";
      const title = `AXIOM: ${describe(life, status)[1]}`;
      const choice = await vscode.window.showQuickPick([restart, log], { title });
      if (choice === restart) await server.restart();
      if (choice === log) await vscode.commands.executeCommand("axiom.showLog");
    }),
  );
}

function describe(life: Life, { health, quiescent, message }: ServerStatus): [string, string] {
  switch (life) {
    case "stopped":
      return ["circle-slash", "the server is not running"];
    case "starting":
      return ["sync~spin", "the server is starting"];
    case "crashed":
      return ["error", "the server crashed"];
    case "running":
      if (health !== "ok") return [health, message ?? `the server reports an ${health}`];
      if (!quiescent) return ["sync~spin", message ?? "working"];
      return ["check", message ?? "ready"];
  }
}
