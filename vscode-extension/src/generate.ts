// Generation: progress that can be cancelled, and the candidates that came out of it.

import * as vscode from "vscode";

import { Candidates } from "./candidates.ts";
import type { GenerateParams, Generation } from "./protocol.ts";
import { tally } from "./report.ts";
import type { Running } from "./running.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

export function createAndRegister(
  context: vscode.ExtensionContext,
  server: Server,
  candidates: Candidates,
  running: Running,
): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.generate", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const result = await running.run(about, (source) => generate(server, about, source));
      if (result === undefined) return;
      candidates.keep(about, result.candidates);
      await announce(about, result);
    }),
    vscode.commands.registerCommand("axiom.cancel", (about?: Target) => {
      running.cancel(about);
    }),
  );
}

async function generate(
  server: Server,
  { uri, intent }: Target,
  source: vscode.CancellationTokenSource,
): Promise<Generation | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `AXIOM: generating ${intent}`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => {
      source.cancel();
    });
    let done = 0;
    const listening = server.onGeneration((event) => {
      if (event.uri !== uri || event.intent !== intent) return;
      const increment = Math.max(0, (event.percentage ?? done) - done);
      done += increment;
      progress.report({ message: event.message, increment });
    });
    try {
      const parameters: GenerateParams = { uri, intent };
      return await server.request<Generation>("axiom/generate", parameters, source.token);
    } finally {
      listening.dispose();
    }
  });
}

async function announce(about: Target, result: Generation): Promise<void> {
  const { intent } = about;
  const [best] = result.candidates;
  if (best === undefined) {
    const reasons = [...result.rejected.map(({ reason }) => reason), result.failure];
    const words = reasons.filter((reason) => reason !== "").join("; ");
    void vscode.window.showWarningMessage(`${intent}: no candidate passed the gate. ${words}`);
    return;
  }
  const count = String(result.candidates.length);
  const words = `${intent}: ${count} passed the gate; best ${best.id.slice(0, 4)}: ${tally(best.clauses)}.`;
  const choice = await vscode.window.showInformationMessage(words, "Preview", "Accept", "Compare");
  const command = {
    Preview: "axiom.preview",
    Accept: "axiom.accept",
    Compare: "axiom.showCandidates",
  };
  if (choice !== undefined) {
    await vscode.commands.executeCommand(command[choice], { ...about, candidate: best.id });
  }
}
