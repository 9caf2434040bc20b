// Decides which program is the language server, and makes its environment when there is none.

import * as vscode from "vscode";

import * as environment from "./environment.ts";
import { findPython, places } from "./python.ts";

const OPEN_SETTINGS = "Open Settings";
const SHOW_LOG = "Show Log";

/** The program's path; undefined when there is none, after the person has been told why. */
export async function locate(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<string | undefined> {
  const settings = vscode.workspace.getConfiguration("axiom");
  const own = settings.get<string>("server.path", "");
  if (own !== "") return own;
  try {
    return await privateServer(context, settings.get<string>("python.path", ""), log);
  } catch (error) {
    if (!(error instanceof environment.EnvironmentError)) throw error;
    log.error(error.message, error.output);
    const choice = await vscode.window.showErrorMessage(error.message, SHOW_LOG, OPEN_SETTINGS);
    if (choice === SHOW_LOG) log.show();
    if (choice === OPEN_SETTINGS) openSettings();
    return undefined;
  }
}

async function privateServer(
  context: vscode.ExtensionContext,
  setting: string,
  log: vscode.LogOutputChannel,
): Promise<string | undefined> {
  const windows = process.platform === "win32";
  const found = await findPython(places(setting, await chosenPython(), windows));
  if (found.kind === "missing") throw new environment.EnvironmentError(found.message);
  log.info(`Python ${found.version} at ${found.path}`);
  const wheels = context.asAbsolutePath("wheels");
  const plan = await environment.plan(context.globalStorageUri.fsPath, wheels, found.version);
  if (!environment.isReady(plan)) {
    const choice = await vscode.window.showInformationMessage(
      `AXIOM makes a private Python environment for its server, with Python ${found.version}: ` +
        "about 700 MB, packages from PyPI. Nothing else on this computer changes.",
      "Set Up",
      OPEN_SETTINGS,
    );
    if (choice === OPEN_SETTINGS) openSettings();
    if (choice !== "Set Up") return undefined;
    if (!(await make(plan, found.path))) return undefined;
  }
  return environment.program(plan.folder, "axiom");
}

/** False when the person cancelled. */
async function make(plan: environment.Plan, python: string): Promise<boolean> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: "AXIOM: setting up the server",
      cancellable: true,
    },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => {
        abort.abort();
      });
      try {
        const report = (message: string): void => {
          progress.report({ message });
        };
        await environment.make(plan, python, report, abort.signal);
        return true;
      } catch (error) {
        if (abort.signal.aborted) return false;
        throw error;
      }
    },
  );
}

/** What the Python extension offers of its interface that we use. */
interface PythonExtension {
  environments: { getActiveEnvironmentPath(): { path: string } };
}

/** The interpreter chosen there; it may be the workspace's own, so not one that is untrusted. */
async function chosenPython(): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const python = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  const { path } = (await python?.activate())?.environments.getActiveEnvironmentPath() ?? {};
  return path === undefined || path === "" ? undefined : path;
}

function openSettings(): void {
  void vscode.commands.executeCommand("workbench.action.openSettings", "axiom");
}
