// The messages of AXIOM's own that the client and the language server exchange.
// The same shapes as the structs of axiom_server/lsp/messages.py.

import type { Range, WorkspaceEdit } from "vscode-languageserver-protocol";

export type Verdict = "proved" | "tested" | "refuted" | "unknown" | "failed";

/** Where an intent stands; the rows of the table in docs/editor.md. */
export type Stage =
  | "typing"
  | "generating"
  | "verifying"
  | "verified"
  | "refuted"
  | "ambiguous"
  | "accepted"
  | "stale"
  | "inconclusive";

/** `running`: being verified now; `stale`: the verdict is of an earlier contract or code. */
export type Freshness = "current" | "running" | "stale";

/** A verdict is null while the clause has none. `words` says how it was reached. */
export interface ClauseStatus {
  id: string;
  range: Range;
  verdict: Verdict | null;
  freshness: Freshness;
  words: string;
}

/** Notification `axiom/intentStatus`. */
export interface IntentStatus {
  uri: string;
  version: number;
  intent: string;
  stage: Stage;
  clauses: ClauseStatus[];
}

/** Notification `axiom/generationEvent`: how far a job is; never unverified code. */
export interface GenerationEvent {
  job: string;
  uri: string;
  intent: string;
  message: string;
  /** How much is done, 0 to 100, when that is known. */
  percentage: number | null;
}

/** Notification `axiom/serverStatus`. */
export interface ServerStatus {
  health: "ok" | "warning" | "error";
  /** Nothing is running and nothing is waiting to be checked. */
  quiescent: boolean;
  message: string | null;
}

/** `initializationOptions`. */
export interface InitializationOptions {
  trusted: boolean;
}

/** One intent of one file: the parameter of every request about it. */
export interface IntentParams {
  uri: string;
  intent: string;
}

export interface Witness {
  inputs: Record<string, unknown>;
  result: unknown;
  expected: string;
  after: Record<string, unknown>;
  replayed: boolean;
}

export interface Proof {
  status: "valid" | "unknown" | "refuted" | "not attempted";
  reason: string | null;
  where: string | null;
  tried: string[];
  help: string | null;
}

/** One clause of `axiom verify --json`. */
export interface ClauseVerdict {
  id: string;
  clause: string;
  kind: string;
  line: number | null;
  verdict: Verdict;
  method: string;
  answers: Record<string, string>;
  seconds: number;
  assumptions: string[];
  proof: Proof | null;
  witness: Witness | null;
}

export interface Finding {
  severity: "error" | "warning" | "information";
  message: string;
  line: number;
  column: number;
}

export interface VerifierReport {
  verifier: string;
  tier: number;
  verdict: Verdict;
  seconds: number;
  findings: Finding[];
}

/** Result of `axiom/verify`; what `axiom verify --json` prints. */
export interface Verification {
  intent: string;
  verdict: Verdict;
  confidence: number;
  clauses: ClauseVerdict[];
  evidence: VerifierReport[];
  limitations: string[];
}

/** `code` is verified when given, else the candidate, else the accepted code. */
export interface VerifyParams extends IntentParams {
  code?: string;
  candidate?: string;
}

export interface GenerateParams extends IntentParams {
  seed?: number;
}

export interface Candidate {
  id: string;
  verdict: Verdict;
  confidence: number;
  code: string;
  clauses: ClauseVerdict[];
}

/** Result of `axiom/generate`: the candidates that passed the gate, best first. */
export interface Generation {
  job: string;
  candidates: Candidate[];
  rejected: { digest: string; reason: string }[];
  /** Why the backend gave up; empty when it did not. */
  failure: string;
}

/** A file that the editor holds unsaved: this text counts, not the disk's. */
export interface UnsavedFile {
  uri: string;
  version: number;
  text: string;
}

/** Parameter of `axiom/undo` and `axiom/redo`. */
export interface ChangeParams extends IntentParams {
  unsaved: UnsavedFile[];
}

/** The best candidate when none is named. */
export interface AcceptParams extends ChangeParams {
  candidate?: string;
}

/**
 * Result of `axiom/accept`, `axiom/undo` and `axiom/redo`: an edit for the person to confirm.
 * The history records nothing until `axiom/applied` says that it was applied.
 */
export interface Change {
  change: string;
  title: string;
  edit: WorkspaceEdit;
}

/** Parameter of the request `axiom/applied`. */
export interface AppliedParams {
  change: string;
  applied: boolean;
}

/** `output` is the path of the bundle to write. */
export interface ExportParams extends IntentParams {
  output: string;
}

export interface Exported {
  output: string;
  digest: string;
}

/** One line of the result of `axiom/history`, newest first. */
export interface HistoryEntry {
  event: string;
  time: string;
  words: string;
}
