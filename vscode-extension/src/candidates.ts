// The candidates of the last generation of each intent, and the list to choose from.

import * as vscode from "vscode";

import type { Candidate } from "./protocol.ts";
import { SIGNS, tally } from "./report.ts";
import { target, type Target } from "./target.ts";

export class Candidates {
  readonly #held = new Map<string, readonly Candidate[]>();

  keep({ uri, intent }: Target, candidates: readonly Candidate[]): void {
    this.#held.set(`${uri}#${intent}`, candidates);
  }

  of({ uri, intent }: Target): readonly Candidate[] {
    return this.#held.get(`${uri}#${intent}`) ?? [];
  }
}

/** The candidate that the argument names, or the one that the person chooses. */
export async function choose(
  candidates: Candidates,
  argument: Target | undefined,
): Promise<(Target & { candidate: string }) | undefined> {
  const about = await target(argument);
  if (about === undefined) return undefined;
  if (about.candidate !== undefined) return { ...about, candidate: about.candidate };
  const held = candidates.of(about);
  if (held.length === 0) {
    const generate = "Generate";
    const words = `There are no candidates for ${about.intent} yet.`;
    const choice = await vscode.window.showInformationMessage(words, generate);
    if (choice === generate) await vscode.commands.executeCommand("axiom.generate", about);
    return undefined;
  }
  const items = held.map(({ id, verdict, confidence, clauses, code }) => ({
    id,
    label: `${SIGNS[verdict]} ${id}`,
    description: `${tally(clauses)}; confidence ${confidence.toFixed(2)}`,
    detail: code.trim().split("\n").slice(-1)[0]?.trim() ?? "",
  }));
  const title = `Candidates for ${about.intent}`;
  const chosen = await vscode.window.showQuickPick(items, { title });
  return chosen === undefined ? undefined : { ...about, candidate: chosen.id };
}

export function createAndRegister(context: vscode.ExtensionContext, candidates: Candidates): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.showCandidates", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const chosen = await choose(candidates, { uri: about.uri, intent: about.intent });
      if (chosen !== undefined) await vscode.commands.executeCommand("axiom.preview", chosen);
    }),
  );
}
