// Accept, undo and redo: the server proposes an edit, the person confirms it, the server is told.

import * as vscode from "vscode";
import { TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";

import { choose, type Candidates } from "./candidates.ts";
import type { AcceptParams, AppliedParams, Change, IntentParams } from "./protocol.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

export function createAndRegister(
  context: vscode.ExtensionContext,
  server: Server,
  candidates: Candidates,
): void {
  const travel = async (method: "axiom/undo" | "axiom/redo", argument?: Target): Promise<void> => {
    const about = await target(argument);
    if (about === undefined) return;
    const parameters: IntentParams = { uri: about.uri, intent: about.intent };
    await apply(server, await server.request<Change>(method, parameters));
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.accept", async (argument?: Target) => {
      const chosen = await choose(candidates, argument);
      if (chosen !== undefined) await apply(server, await proposed(server, chosen));
    }),
    vscode.commands.registerCommand("axiom.undo", (argument?: Target) =>
      travel("axiom/undo", argument),
    ),
    vscode.commands.registerCommand("axiom.redo", (argument?: Target) =>
      travel("axiom/redo", argument),
    ),
  );
}

/** The edit that accepting the candidate would make; nothing is recorded yet. */
export function proposed(server: Server, chosen: Target): Promise<Change | undefined> {
  const parameters: AcceptParams = chosen;
  return server.request<Change>("axiom/accept", parameters);
}

/** Ends a proposal without applying it. */
export async function withdraw(server: Server, { change }: Change): Promise<void> {
  const parameters: AppliedParams = { change, applied: false };
  await server.request("axiom/applied", parameters);
}

async function apply(server: Server, change: Change | undefined): Promise<void> {
  if (change === undefined) return;
  const overtaken = overtakenFile(change.edit);
  if (overtaken !== undefined) {
    await withdraw(server, change);
    const words = `${overtaken} was edited meanwhile; nothing was written. Try again.`;
    void vscode.window.showWarningMessage(words);
    return;
  }
  const edit = await server.converter.asWorkspaceEdit(change.edit);
  // Annotations that need confirmation open the refactor preview; files are saved afterwards.
  const applied = await vscode.workspace.applyEdit(edit, { isRefactoring: true });
  const parameters: AppliedParams = { change: change.change, applied };
  await server.request("axiom/applied", parameters);
  if (applied) vscode.window.setStatusBarMessage(`AXIOM: ${change.title}`, 5000);
}

/** An open file that is not at the version that the edit was made for. */
function overtakenFile({ documentChanges = [] }: WorkspaceEdit): string | undefined {
  for (const { textDocument } of documentChanges.filter((it) => TextDocumentEdit.is(it))) {
    const uri = vscode.Uri.parse(textDocument.uri).toString();
    const open = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri);
    if (textDocument.version !== null && open?.version !== textDocument.version) {
      return vscode.workspace.asRelativePath(vscode.Uri.parse(textDocument.uri));
    }
  }
  return undefined;
}
