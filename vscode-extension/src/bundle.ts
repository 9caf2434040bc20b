// Export with proof: writes the accepted code and its certificate as one file.

import * as vscode from "vscode";

import type { Exported, ExportParams } from "./protocol.ts";
import type { Server } from "./server.ts";
import { target, type Target } from "./target.ts";

export function createAndRegister(context: vscode.ExtensionContext, server: Server): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.export", async (argument?: Target) => {
      const about = await target(argument);
      if (about === undefined) return;
      const { uri, intent } = about;
      const place = await vscode.window.showSaveDialog({
        defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(uri), "..", `${intent}.axb`),
        filters: { "AXIOM bundle": ["axb"] },
        saveLabel: "Export",
      });
      if (place === undefined) return;
      const parameters: ExportParams = { uri, intent, output: place.fsPath };
      const exported = await server.request<Exported>("axiom/export", parameters);
      if (exported === undefined) return;
      const words = `${intent} was exported with its proof to ${vscode.workspace.asRelativePath(place)}.`;
      const check = "Copy Check Command";
      if ((await vscode.window.showInformationMessage(words, check)) === check) {
        const quoted = `'${exported.output.replaceAll("'", String.raw`'\''`)}'`;
        await vscode.env.clipboard.writeText(`axiom-verify check ${quoted}`);
      }
    }),
  );
}
