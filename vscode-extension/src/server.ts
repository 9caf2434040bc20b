// The language server as the rest of the extension sees it: started, stopped, asked, listened to.

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  State,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";

import { locate } from "./locate.ts";
import type {
  GenerationEvent,
  InitializationOptions,
  IntentStatus,
  ServerStatus,
} from "./protocol.ts";
import { RestartLimit } from "./restarts.ts";

export type Life = "stopped" | "starting" | "running" | "crashed";

const RESTART = "Restart";
const SHOW_LOG = "Show Log";
const TRUST = "Manage Trust";

/** A request without a token would have its parameters sent by position. */
const NEVER = new vscode.CancellationTokenSource().token;

export class Server implements vscode.Disposable {
  readonly #life = new vscode.EventEmitter<Life>();
  readonly #intentStatus = new vscode.EventEmitter<IntentStatus>();
  readonly #generation = new vscode.EventEmitter<GenerationEvent>();
  readonly #status = new vscode.EventEmitter<ServerStatus>();
  readonly onLife = this.#life.event;
  readonly onIntentStatus = this.#intentStatus.event;
  readonly onGeneration = this.#generation.event;
  readonly onStatus = this.#status.event;

  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #restarts = new RestartLimit();
  #client: LanguageClient | undefined;
  /** Starts and stops, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  restart(): Promise<void> {
    this.#restarts.reset();
    this.#turn = this.#turn.then(async () => {
      await this.#stop();
      await this.#start();
    });
    return this.#turn;
  }

  /** Undefined when it could not be answered; the person has been told why. */
  async request<Result>(
    method: string,
    parameters: object,
    token = NEVER,
  ): Promise<Result | undefined> {
    if (!vscode.workspace.isTrusted) {
      const refusal = "AXIOM runs nothing in a workspace that is not trusted.";
      const choice = await vscode.window.showWarningMessage(refusal, TRUST);
      if (choice === TRUST) void vscode.commands.executeCommand("workbench.trust.manage");
      return undefined;
    }
    if (this.#client?.state !== State.Running) {
      this.#tell("AXIOM's server is not running.", RESTART, SHOW_LOG);
      return undefined;
    }
    try {
      return await this.#client.sendRequest<Result>(method, parameters, token);
    } catch (error) {
      if (!isCancelled(error)) {
        this.#tell(error instanceof Error ? error.message : String(error), SHOW_LOG);
      }
      return undefined;
    }
  }

  /** Converts from the protocol; only to be called on what the running server has sent. */
  get converter(): LanguageClient["protocol2CodeConverter"] {
    if (this.#client === undefined) throw new Error("the server is not running");
    return this.#client.protocol2CodeConverter;
  }

  dispose(): void {
    void this.#stop();
    for (const event of [this.#life, this.#intentStatus, this.#generation, this.#status]) {
      event.dispose();
    }
  }

  async #start(): Promise<void> {
    this.#life.fire("starting");
    const command = await locate(this.#context, this.#log);
    if (command === undefined) {
      this.#life.fire("stopped");
      return;
    }
    const client = new LanguageClient(
      "axiom",
      "AXIOM",
      { command, args: ["serve", "--stdio"] },
      this.#options(),
    );
    client.onNotification("axiom/intentStatus", (it: IntentStatus) => {
      this.#intentStatus.fire(it);
    });
    client.onNotification("axiom/generationEvent", (it: GenerationEvent) => {
      this.#generation.fire(it);
    });
    client.onNotification("axiom/serverStatus", (it: ServerStatus) => {
      this.#status.fire(it);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.#life.fire("running");
      if (newState === State.Starting) this.#life.fire("starting");
    });
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      this.#log.error(String(error));
      this.#life.fire("crashed");
      this.#tell(`${command} could not be started as the language server.`, RESTART, SHOW_LOG);
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A server that never started, or that is dead already, cannot be asked to stop.
      this.#log.debug(String(error));
    }
    this.#life.fire("stopped");
  }

  #options(): LanguageClientOptions {
    const initialization: InitializationOptions = { trusted: vscode.workspace.isTrusted };
    return {
      documentSelector: [{ language: "intent" }],
      outputChannel: this.#log,
      initializationOptions: initialization,
      initializationFailedHandler: () => false,
      errorHandler: this.#errorHandler(),
      markdown: { supportThemeIcons: true },
    };
  }

  #errorHandler(): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        if (this.#restarts.crashed(Date.now())) {
          this.#log.warn("the server ended unexpectedly and is started again");
          return { action: CloseAction.Restart, handled: true };
        }
        this.#life.fire("crashed");
        this.#tell(
          "AXIOM's server crashed again and again and is not started any more.",
          RESTART,
          SHOW_LOG,
        );
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  #tell(message: string, ...choices: string[]): void {
    void vscode.window.showErrorMessage(message, ...choices).then((choice) => {
      if (choice === RESTART) void this.restart();
      if (choice === SHOW_LOG) this.#log.show();
    });
  }
}

function isCancelled(error: unknown): boolean {
  if (error instanceof vscode.CancellationError) return true;
  return error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
}
