import * as vscode from "vscode";

import * as bundle from "./bundle.ts";
import * as candidates from "./candidates.ts";
import * as change from "./change.ts";
import * as generate from "./generate.ts";
import * as gutter from "./gutter.ts";
import * as history from "./history.ts";
import { Running } from "./running.ts";
import { Server } from "./server.ts";
import * as status from "./status.ts";
import * as verify from "./verify.ts";

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("AXIOM", { log: true });
  const server = new Server(context, log);
  const held = new candidates.Candidates();
  const running = new Running();
  context.subscriptions.push(log, server);

  status.createAndRegister(context, server);
  gutter.createAndRegister(context, server);
  candidates.createAndRegister(context, held);
  generate.createAndRegister(context, server, held, running);
  change.createAndRegister(context, server, held);
  verify.createAndRegister(context, server, running);
  bundle.createAndRegister(context, server);
  history.createAndRegister(context, server);

  context.subscriptions.push(
    vscode.commands.registerCommand("axiom.restartServer", () => server.restart()),
    vscode.commands.registerCommand("axiom.showLog", () => {
      log.show();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      const programs = ["axiom.server.path", "axiom.python.path"];
      if (programs.some((name) => event.affectsConfiguration(name))) await server.restart();
    }),
  );
  // Not awaited: the person may be asked for consent, and everything else works meanwhile.
  void server.restart();
}
