// The messages of AXIOM's own that the client and the language server exchange.
// Generated from the structs of axiom_server/lsp/messages.py by `make bless`; do not edit.

import type { Range, WorkspaceEdit } from "vscode-languageserver-protocol";

export type Verdict = "proved" | "tested" | "unknown" | "failed" | "refuted";

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

export type Freshness = "current" | "running" | "stale";

/** A candidate that nobody sees: its digest and why, never its code. */
export interface Rejected {
  digest: string;
  reason: string;
}

/** A candidate that passed the gate, as `axiom generate --json` prints it. */
export interface Candidate {
  id: string;
  code: string;
  accepted: boolean;
  verdict: Verdict;
  confidence: number;
  clauses: ClauseVerdict[];
  evidence: VerifierReport[];
  limitations: string[];
  origin: string;
}

/**
 * One clause, one verdict, one reason.
 *
 * `clause` is the kind with the label, or with the text where there is no label; `line` is
 * 1-based in the intent file; `assumptions` are those that the verdict rests on beyond the
 * trusted base; `confidence` is explained by `why`.
 */
export interface ClauseVerdict {
  id: string;
  clause: string;
  kind: string;
  line: number;
  verdict: Verdict;
  method: string | null;
  answers: Record<string, string>;
  seconds: number;
  assumptions: string[];
  proof: Proof | null;
  witness: Witness | null;
  cases: number;
  detail: string;
  confidence: number;
  why: string;
  obligations: string[];
  advisory: boolean;
}

/**
 * The state of a clause's proof, beside its verdict.
 *
 * `reason` is a fixed phrase when status is not `valid`: `invariant too weak`, `timeout`,
 * `construct not modelled`, `not attempted`, `solver failed`, …; `where` is `LINE: what`.
 * `hints` are clauses that say in the intent what a proof found out of the loops by itself.
 */
export interface Proof {
  status: "valid" | "unknown" | "refuted" | "not attempted";
  reason: string | null;
  where: string | null;
  tried: string[];
  help: string | null;
  hints: string[];
}

/**
 * A concrete counterexample; shown as a failure only when `replayed` in the sandbox.
 *
 * `result` is the JSON value, `{"raises": NAME, "message": TEXT}` or `{"endless": REASON}`.
 * `sequence` holds earlier inputs when the failure shows only after them.
 */
export interface Witness {
  inputs: Record<string, unknown>;
  result: unknown;
  expected: string;
  after: Record<string, unknown>;
  replayed: boolean;
  sequence: Record<string, unknown>[];
  explanation: Explanation | null;
}

/**
 * Why a clause fails for a witness.
 *
 * `part` is the part of the clause that comes out wrong, `sides` maps what it is made of to
 * values, bound variables among them. `steps` are the lines that ran, `omitted` of them left
 * out before the last `tail` ones. `suspect` says what looks wrong and `why`; `requires` is a
 * condition on the parameters under which no input was found to fail, when a short one is.
 */
export interface Explanation {
  part: string;
  sides: Record<string, string>;
  steps: Step[];
  omitted: number;
  tail: number;
  suspect: "code" | "contract";
  why: string;
  requires: string | null;
}

/**
 * One line of the code that a witness's run went through.
 *
 * `line` is 1-based in the code, `code` its text; `values` maps the names that it gave a value
 * to that value's text, `return` and `raise` among them; `entered` tells of an `if`, `for` or
 * `while` whether its body was entered.
 */
export interface Step {
  line: number;
  function: string;
  code: string;
  values: Record<string, string>;
  entered: boolean | null;
}

/** How one verifier ended. `seconds` are wall-clock. */
export interface VerifierReport {
  verifier: string;
  tier: number;
  verdict: Verdict;
  seconds: number;
  findings: Finding[];
  detail: string;
}

/** What a syntax, type or lint check says of a place in the code; 1-based line and column. */
export interface Finding {
  severity: "error" | "warning" | "information";
  message: string;
  line: number;
  column: number;
  rule: string;
}

/**
 * A verdict is null while the clause has none; `words` says how it was reached. `running`:
 * being verified now; `stale`: the verdict is of an earlier contract or code.
 */
export interface ClauseStatus {
  id: string;
  range: Range;
  verdict: Verdict | null;
  freshness: Freshness;
  words: string;
}

/** Notification `axiom/intentStatus`; the client drops versions that are not current. */
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
  percentage: number | null;
}

/** Notification `axiom/serverStatus`; quiescent: nothing runs or waits to be checked. */
export interface ServerStatus {
  health: "ok" | "warning" | "error";
  quiescent: boolean;
  message: string | null;
}

/** In a workspace that is not trusted, nothing is run. */
export interface InitializationOptions {
  trusted: boolean;
}

/** One intent of one file: the parameter of every request about it. */
export interface IntentParams {
  uri: string;
  intent: string;
}

/** `code` is verified when given, else the candidate, else the accepted code. */
export interface VerifyParams extends IntentParams {
  code?: string | null;
  candidate?: string | null;
  workDoneToken?: string | number | null;
}

export interface GenerateParams extends IntentParams {
  seed?: number;
  workDoneToken?: string | number | null;
}

/**
 * Result of `axiom/generate`: the candidates that passed the gate, best first; `failure`
 * says why the backend gave up, empty when it did not.
 */
export interface Generation {
  job: string;
  candidates: Candidate[];
  rejected: Rejected[];
  failure: string;
}

/**
 * A file that the editor holds unsaved: this text counts, not the disk's. An edit of it
 * carries this version.
 */
export interface UnsavedFile {
  uri: string;
  version: number;
  text: string;
}

/** Parameter of `axiom/undo` and `axiom/redo`. */
export interface ChangeParams extends IntentParams {
  unsaved?: UnsavedFile[];
}

/** The best candidate when none is named. */
export interface AcceptParams extends ChangeParams {
  candidate?: string | null;
}

/**
 * Result of `axiom/accept`, `axiom/undo`, `axiom/redo`: an edit for the person to confirm.
 *
 * The history records nothing until `axiom/applied` says that it was applied.
 */
export interface Change {
  change: string;
  title: string;
  edit: WorkspaceEdit;
}

/** Parameter of `axiom/applied`. */
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

/**
 * The verification of one code against one contract.
 *
 * `verdict` is the worst of the clauses' (advisory prose aside). `gate` lists what keeps the
 * code from being offered to anyone; empty when the gate is passed. `relies` holds the digests
 * of the contracts of the intents that the code calls.
 */
export interface Verification {
  intent: string;
  language: string;
  verdict: Verdict;
  confidence: number;
  clauses: ClauseVerdict[];
  evidence: VerifierReport[];
  limitations: string[];
  gate: string[];
  seconds: number;
  relies: Record<string, string>;
}
