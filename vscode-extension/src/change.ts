// Accept, undo and redo: the server proposes an edit, the person confirms it, the server is told.

import * as vscode from "vscode";
import { TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";

import { choose, type Candidates } from "./candidates.ts";
import { Preview } from "./preview.ts";
import type { AcceptParams, AppliedParams, Change, ChangeParams, UnsavedFile } from "./protocol.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

export function createAndRegister(
  context: vscode.ExtensionContext,
  server: Server,
  candidates: Candidates,
): void {
  const preview = new Preview();
  const accept = async (argument: Target | undefined, asks: Asks): Promise<void> => {
    const chosen = await choose(candidates, argument);
    if (chosen === undefined) return;
    const parameters: AcceptParams = { ...chosen, unsaved: unsaved() };
    const change = await server.request<Change>("axiom/accept", parameters);
    if (change !== undefined) await settle(server, preview, change, asks);
  };
  const travel = async (method: string, argument: Target | undefined): Promise<void> => {
    const about = await target(argument);
    if (about === undefined) return;
    const { uri, intent } = about;
    const parameters: ChangeParams = { uri, intent, unsaved: unsaved() };
    const change = await server.request<Change>(method, parameters);
    if (change !== undefined) await settle(server, preview, change, "when the server says so");
  };
  const register = (name: string, run: (argument?: Target) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    preview,
    register("axiom.preview", (argument) => accept(argument, "always")),
    register("axiom.accept", (argument) => accept(argument, "when the server says so")),
    register("axiom.undo", (argument) => travel("axiom/undo", argument)),
    register("axiom.redo", (argument) => travel("axiom/redo", argument)),
  );
}

type Asks = "always" | "when the server says so";

async function settle(
  server: Server,
  preview: Preview,
  { change, title, edit }: Change,
  asks: Asks,
): Promise<void> {
  const annotations = Object.entries(edit.changeAnnotations ?? {});
  const mustAsk = asks === "always" || annotations.some(([, it]) => it.needsConfirmation === true);
  const wanted = !mustAsk || (await preview.confirms(title, edit));
  const applied = wanted && (await apply(server, edit, annotations));
  const parameters: AppliedParams = { change, applied };
  await server.request("axiom/applied", parameters);
  if (applied) vscode.window.setStatusBarMessage(`AXIOM: ${title}: done`, 5000);
}

async function apply(
  server: Server,
  edit: WorkspaceEdit,
  annotations: [string, { label: string }][],
): Promise<boolean> {
  const overtaken = overtakenFile(edit);
  if (overtaken !== undefined) {
    const words = `${overtaken} was edited meanwhile; nothing was written. Try again.`;
    void vscode.window.showWarningMessage(words);
    return false;
  }
  // It is confirmed already; the editor's own list would ask again, box by box.
  const changeAnnotations = Object.fromEntries(
    annotations.map(([id, { label }]) => [id, { label }]),
  );
  const converted = await server.converter.asWorkspaceEdit({ ...edit, changeAnnotations });
  const kept = new Set(unsaved().map(({ uri }) => uri));
  if (!(await vscode.workspace.applyEdit(converted))) {
    void vscode.window.showErrorMessage("The editor could not write the change.");
    return false;
  }
  for (const [uri] of converted.entries()) {
    // What the person has not saved yet is theirs to save.
    if (!kept.has(uri.toString())) await (await vscode.workspace.openTextDocument(uri)).save();
  }
  return true;
}

/** The server sees intent files as they are typed, and only those. */
function unsaved(): UnsavedFile[] {
  return vscode.workspace.textDocuments
    .filter((it) => it.isDirty && it.languageId !== "intent")
    .map((it) => ({ uri: it.uri.toString(), version: it.version, text: it.getText() }));
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
