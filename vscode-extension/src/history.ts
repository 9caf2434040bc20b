// What happened to an intent, newest first.

import * as vscode from "vscode";

import type { HistoryEntry, IntentParams } from "./protocol.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

export function createAndRegister(context: vscode.ExtensionContext, server: Server): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.showHistory", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const parameters: IntentParams = { uri: about.uri, intent: about.intent };
      const entries = await server.request<HistoryEntry[]>("axiom/history", parameters);
      if (entries === undefined) return;
      const items = entries.map(({ event, time, words }) => ({
        label: event,
        description: new Date(time).toLocaleString(),
        detail: words,
      }));
      await vscode.window.showQuickPick(items, { title: `History of ${about.intent}` });
    }),
  );
}
