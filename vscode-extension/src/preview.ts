// What an edit would write, as a diff against what is there, and the question whether it may:
// answered by the buttons above the diff; closing the diff says no.

import * as vscode from "vscode";
import { DeleteFile, TextDocumentEdit, type WorkspaceEdit } from "vscode-languageclient/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const SCHEME = "axiom-preview";

interface Question {
  shown: Set<string>;
  answer(accepted: boolean): void;
}

export class Preview implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  /** What the right sides of the diffs show that wait for an answer, and who waits. */
  #open: Question = { shown: new Set(), answer: () => undefined };
  readonly #registrations: vscode.Disposable;
  #shown = 0;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? "",
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
      vscode.commands.registerCommand("axiom.acceptPreview", () => {
        this.#open.answer(true);
      }),
      vscode.commands.registerCommand("axiom.discardPreview", () => {
        this.#open.answer(false);
      }),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some((tab) => this.#open.shown.has(shownBy(tab)))) this.#open.answer(false);
      }),
    );
  }

  /** Shows the diff of each file; true when the person wants it written. */
  async confirms(title: string, edit: WorkspaceEdit): Promise<boolean> {
    this.#open.answer(false); // A preview that is open still is given up for this one.
    const files: string[] = [];
    const shown = new Set<string>();
    for (const { place, before, after, does } of await outcome(edit)) {
      files.push(`${does} ${vscode.workspace.asRelativePath(place)}`);
      const left = this.#show(place, "before", before);
      const right = this.#show(place, "after", after);
      shown.add(right.toString());
      await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
    }
    const answer = new Promise<boolean>((resolve) => {
      this.#open = { shown, answer: resolve };
    });
    const accepted = await this.#question(`${title}? It ${files.join(", ")}`, answer);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => shown.has(shownBy(tab))));
    return accepted;
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  /** A progress, because other notifications vanish unanswered and stay when answered elsewhere. */
  #question(title: string, answer: Promise<boolean>): Thenable<boolean> {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, (progress, token) => {
      progress.report({ message: "✓ above the diff accepts, ✕ discards." });
      token.onCancellationRequested(() => {
        this.#open.answer(false);
      });
      return answer;
    });
  }

  #show(place: vscode.Uri, side: string, text: string): vscode.Uri {
    this.#shown += 1;
    const uri = place.with({ scheme: SCHEME, query: `${side} ${String(this.#shown)}` });
    this.#texts.set(uri.toString(), text);
    return uri;
  }
}

interface Outcome {
  place: vscode.Uri;
  before: string;
  after: string;
  does: "writes" | "removes";
}

/** Each file that the edit writes or removes, with its text before and after. */
async function outcome(edit: WorkspaceEdit): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (const change of edit.documentChanges ?? []) {
    if (DeleteFile.is(change)) {
      const place = vscode.Uri.parse(change.uri);
      found.push({ place, before: await textOf(place), after: "", does: "removes" });
    } else if (TextDocumentEdit.is(change)) {
      const { textDocument, edits } = change;
      const place = vscode.Uri.parse(textDocument.uri);
      const before = await textOf(place);
      const plain = edits.filter((it) => "newText" in it);
      const document = TextDocument.create(textDocument.uri, "", 0, before);
      const after = TextDocument.applyEdits(document, plain);
      found.push({ place, before, after, does: "writes" });
    }
  }
  return found;
}

async function textOf(place: vscode.Uri): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(place)).getText();
  } catch {
    return ""; // The file is yet to be made.
  }
}

/** What the right side of a diff's tab shows. */
function shownBy({ input }: vscode.Tab): string {
  return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : "";
}
