// What runs for which intent, so that its lens can stop it.

import * as vscode from "vscode";

import type { IntentParams } from "./protocol.ts";

export class Running {
  readonly #sources = new Map<string, vscode.CancellationTokenSource>();

  /** Runs the work with a source to cancel it; undefined when something runs already. */
  async run<T>(
    about: IntentParams,
    work: (source: vscode.CancellationTokenSource) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (this.#sources.has(key(about))) {
      void vscode.window.showInformationMessage(`${about.intent}: something runs for it already.`);
      return undefined;
    }
    const source = new vscode.CancellationTokenSource();
    this.#sources.set(key(about), source);
    this.#setContext();
    try {
      return await work(source);
    } finally {
      this.#sources.delete(key(about));
      source.dispose();
      this.#setContext();
    }
  }

  /** Of all intents when none is named. */
  cancel(about?: IntentParams): void {
    const chosen =
      about === undefined ? [...this.#sources.values()] : [this.#sources.get(key(about))];
    for (const source of chosen) source?.cancel();
  }

  #setContext(): void {
    const some = this.#sources.size > 0;
    void vscode.commands.executeCommand("setContext", "axiom.generating", some);
  }
}

const key = ({ uri, intent }: IntentParams): string => `${uri}#${intent}`;
