// Verifying accepted code, or a function from any file, against an intent.

import * as vscode from "vscode";

import type { Verification, VerifyParams } from "./protocol.ts";
import { report } from "./report.ts";
import type { Running } from "./running.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

const SCHEME = "axiom-report";

export function createAndRegister(
  context: vscode.ExtensionContext,
  server: Server,
  running: Running,
): void {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const verify = async (parameters: VerifyParams, subject: string): Promise<void> => {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: `AXIOM: verifying ${parameters.intent}`,
      cancellable: true,
    };
    const result = await running.run(parameters, (source) =>
      Promise.resolve(
        vscode.window.withProgress(options, (_progress, token) => {
          token.onCancellationRequested(() => {
            source.cancel();
          });
          return server.request<Verification>("axiom/verify", parameters, source.token);
        }),
      ),
    );
    if (result === undefined) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${parameters.intent} verified.md` });
    texts.set(uri.toString(), report(result, subject));
    changed.fire(uri);
    await vscode.window.showTextDocument(uri, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  };
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? "",
    }),
    vscode.commands.registerCommand("axiom.verify", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const { candidate } = about;
      await verify(about, candidate === undefined ? "The accepted code" : `Candidate ${candidate}`);
    }),
    vscode.commands.registerCommand("axiom.verifyExisting", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const file = await pickFile(about);
      if (file === undefined) return;
      // The editor's text, so that what is not saved yet is verified as it stands.
      const code = (await vscode.workspace.openTextDocument(file)).getText();
      const subject = `Code of ${vscode.workspace.asRelativePath(file)}`;
      await verify({ uri: about.uri, intent: about.intent, code }, subject);
    }),
  );
}

async function pickFile({ uri, intent }: Target): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles("**/*.py", "**/{.venv,node_modules}/**", 500);
  const beside = vscode.Uri.joinPath(vscode.Uri.parse(uri), "..");
  if (files.length === 0) {
    const filters = { Python: ["py"] };
    return (await vscode.window.showOpenDialog({ defaultUri: beside, filters }))?.[0];
  }
  const items = files
    .map((file) => ({ file, label: vscode.workspace.asRelativePath(file) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const title = `The file whose function ${intent} is to be verified`;
  return (await vscode.window.showQuickPick(items, { title }))?.file;
}
