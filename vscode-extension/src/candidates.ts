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

/** With the candidate that the person chose; with none named, the server takes its best. */
export async function choose(
  candidates: Candidates,
  argument: Target | undefined,
): Promise<Target | undefined> {
  const about = await target(argument);
  if (about === undefined || about.candidate !== undefined) return about;
  return candidates.of(about).length > 1 ? pick(candidates, about) : about;
}

async function pick(candidates: Candidates, about: Target): Promise<Target | undefined> {
  const items = candidates.of(about).map(({ id, verdict, confidence, clauses }) => ({
    id,
    label: `${SIGNS[verdict]} ${id.slice(0, 4)}`,
    description: `${tally(clauses)}; confidence ${confidence.toFixed(2)}`,
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
      if (candidates.of(about).length === 0) {
        const generate = "Generate";
        const words = `Nothing was generated for ${about.intent} in this window yet.`;
        const choice = await vscode.window.showInformationMessage(words, generate);
        if (choice === generate) await vscode.commands.executeCommand("axiom.generate", about);
        return;
      }
      const chosen = await pick(candidates, about);
      if (chosen !== undefined) await vscode.commands.executeCommand("axiom.preview", chosen);
    }),
  );
}
