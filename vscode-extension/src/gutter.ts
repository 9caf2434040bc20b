// A mark beside each clause for its verdict, with words on hover. The server says the same at the
// end of the line, as an inlay hint.

import * as vscode from "vscode";

import { Statuses, type Mark, type MarkState } from "./marks.ts";
import type { Server } from "./server.ts";

const STATES: readonly MarkState[] = [
  "proved",
  "tested",
  "refuted",
  "unknown",
  "failed",
  "running",
  "stale",
  "edited",
];

/** The server speaks of an edit within this time as a rule, and then nothing flickers. */
const REST_MS = 100;

export function createAndRegister(context: vscode.ExtensionContext, server: Server): void {
  const statuses = new Statuses();
  const types = new Map(STATES.map((state) => [state, decorationType(context, state)]));
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    timer = undefined;
    const enabled = vscode.workspace.getConfiguration("axiom").get<boolean>("marks.enabled", true);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.languageId !== "intent") continue;
      const marks = enabled ? statuses.marks(editor.document.uri.toString()) : [];
      for (const [state, type] of types) {
        const shown = marks.filter((mark) => mark.state === state);
        editor.setDecorations(
          type,
          shown.map((mark) => decoration(mark, editor.document)),
        );
      }
    }
  };
  const showSoon = (): void => {
    timer ??= setTimeout(show, REST_MS);
  };
  context.subscriptions.push(
    ...types.values(),
    new vscode.Disposable(() => {
      clearTimeout(timer);
    }),
    server.onIntentStatus((status) => {
      const uri = vscode.Uri.parse(status.uri).toString();
      const document = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri);
      if (statuses.keep({ ...status, uri }, document?.version)) showSoon();
    }),
    server.onLife((life) => {
      if (life === "running") return;
      statuses.forgetAll();
      showSoon();
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId !== "intent") return;
      for (const change of contentChanges) statuses.edit(document.uri.toString(), change);
      showSoon();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      statuses.forget(document.uri.toString());
    }),
    vscode.workspace.onDidChangeConfiguration(showSoon),
    vscode.window.onDidChangeVisibleTextEditors(showSoon),
  );
}

function decoration(mark: Mark, document: vscode.TextDocument): vscode.DecorationOptions {
  const line = document.lineAt(Math.min(mark.line, document.lineCount - 1));
  const range = new vscode.Range(
    line.lineNumber,
    line.firstNonWhitespaceCharacterIndex,
    line.lineNumber,
    line.text.length,
  );
  return { range, hoverMessage: mark.words };
}

function decorationType(
  context: vscode.ExtensionContext,
  state: MarkState,
): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    gutterIconPath: context.asAbsolutePath(`images/marks/${state}.svg`),
    gutterIconSize: "contain",
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}
