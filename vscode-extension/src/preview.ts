// What accepting a candidate would write, as a diff against what is there.

import * as vscode from "vscode";
import { TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import { choose, type Candidates } from "./candidates.ts";
import { proposed, withdraw } from "./change.ts";
import type { Server } from "./server.ts";
import type { Target } from "./target.ts";

const SCHEME = "axiom-preview";

export function createAndRegister(
  context: vscode.ExtensionContext,
  server: Server,
  candidates: Candidates,
): void {
  const texts = new Map<string, string>();
  const show = (place: vscode.Uri, side: string, text: string): vscode.Uri => {
    const uri = place.with({ scheme: SCHEME, query: `${side}-${String(texts.size)}` });
    texts.set(uri.toString(), text);
    return uri;
  };
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
    vscode.commands.registerCommand("axiom.preview", async (argument?: Target) => {
      const chosen = await choose(candidates, argument);
      if (chosen === undefined) return;
      const change = await proposed(server, chosen);
      if (change === undefined) return;
      await withdraw(server, change);
      const { title } = change;
      for (const { place, before, after } of await outcome(change.edit)) {
        const left = show(place, "before", before);
        const right = show(place, "after", after);
        await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
      }
      const accept = "Accept";
      const choice = await vscode.window.showInformationMessage(`${title}?`, accept);
      if (choice === accept) await vscode.commands.executeCommand("axiom.accept", chosen);
    }),
  );
}

/** Each file that the edit writes, with its text before and after. */
async function outcome(
  edit: WorkspaceEdit,
): Promise<{ place: vscode.Uri; before: string; after: string }[]> {
  const changes = (edit.documentChanges ?? []).filter((it) => TextDocumentEdit.is(it));
  return Promise.all(
    changes.map(async ({ textDocument, edits }) => {
      const place = vscode.Uri.parse(textDocument.uri);
      const before = await textOf(place);
      const plain = edits.filter((it) => "newText" in it);
      const document = TextDocument.create(textDocument.uri, "", 0, before);
      return { place, before, after: TextDocument.applyEdits(document, plain) };
    }),
  );
}

async function textOf(place: vscode.Uri): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(place)).getText();
  } catch {
    return ""; // The file is yet to be made.
  }
}
