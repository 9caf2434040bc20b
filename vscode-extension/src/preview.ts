// What an edit would write, as a diff against what is there, and the question whether it may.

import * as vscode from "vscode";
import { TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const SCHEME = "axiom-preview";

export class Preview implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registrations: vscode.Disposable;
  #shown = 0;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? "",
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    );
  }

  /** Shows the diff of each file; true when the person wants it written. */
  async confirms(title: string, edit: WorkspaceEdit): Promise<boolean> {
    const files: string[] = [];
    for (const { place, before, after } of await outcome(edit)) {
      files.push(vscode.workspace.asRelativePath(place));
      const left = this.#show(place, "before", before);
      const right = this.#show(place, "after", after);
      await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
    }
    const write = { label: `$(check) ${title}`, description: `writes ${files.join(", ")}` };
    const discard = { label: "$(close) Discard", description: "nothing is written" };
    // It stays while the person looks around in the diff.
    const options = { title, ignoreFocusOut: true };
    const choice = await vscode.window.showQuickPick([write, discard], options);
    await closeDiffs();
    return choice === write;
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  #show(place: vscode.Uri, side: string, text: string): vscode.Uri {
    this.#shown += 1;
    const uri = place.with({ scheme: SCHEME, query: `${side} ${String(this.#shown)}` });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
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

async function closeDiffs(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const isOurs = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME;
  await vscode.window.tabGroups.close(tabs.filter(isOurs));
}
