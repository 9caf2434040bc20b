// Which intent a command is about: the one that a lens names, or the one at the cursor.

import * as vscode from "vscode";

import { intentAt, intentsOf } from "./intents.ts";
import type { IntentParams } from "./protocol.ts";

export interface Target extends IntentParams {
  candidate?: string;
}

/** Undefined when there is none, after the person has been told, or when they chose none. */
export async function target(argument?: Partial<Target>): Promise<Target | undefined> {
  if (argument?.uri !== undefined && argument.intent !== undefined) {
    return { ...argument, uri: argument.uri, intent: argument.intent };
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "intent") {
    void vscode.window.showInformationMessage("Open an intent file first.");
    return undefined;
  }
  const text = editor.document.getText();
  const intent = intentAt(text, editor.selection.active.line) ?? (await pick(text));
  return intent === undefined ? undefined : { uri: editor.document.uri.toString(), intent };
}

async function pick(text: string): Promise<string | undefined> {
  const names = intentsOf(text).map(({ name }) => name);
  if (names.length > 1) return vscode.window.showQuickPick(names, { title: "Which intent?" });
  if (names.length === 0) {
    void vscode.window.showInformationMessage("This file holds no intent with a name.");
  }
  return names[0];
}
