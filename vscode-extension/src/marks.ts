// Which verdicts may be shown for a document as it is now: those that no edit has overtaken.

import type { Range, TextDocumentContentChangeEvent } from "vscode-languageserver-protocol";

import type { ClauseStatus, IntentStatus, Verdict } from "./protocol.ts";

export type MarkState = Verdict | "running" | "stale" | "edited";

export interface Mark {
  line: number;
  state: MarkState;
  /** For people: what the state is and how it came about. */
  words: string;
}

type Edit = Extract<TextDocumentContentChangeEvent, { range: Range }>;

/** What is known of one intent; `edited` since the server last spoke of it. */
interface Held {
  clauses: readonly ClauseStatus[];
  edited: boolean;
}

export class Statuses {
  readonly #held = new Map<string, Map<string, Held>>();

  /** Keeps what the server says, unless it speaks of another version than the current one. */
  keep(status: IntentStatus, currentVersion: number | undefined): boolean {
    if (status.version !== currentVersion) return false;
    let intents = this.#held.get(status.uri);
    if (intents === undefined) this.#held.set(status.uri, (intents = new Map<string, Held>()));
    intents.set(status.intent, { clauses: status.clauses, edited: false });
    return true;
  }

  /** Moves what lies below the edit, and withdraws the verdicts of the intent that it touches. */
  edit(uri: string, { range, text }: Edit): void {
    const intents = this.#held.get(uri);
    const added = text.split(/\r\n|\r|\n/u).length - 1 - (range.end.line - range.start.line);
    for (const [name, { clauses, edited }] of intents ?? []) {
      const first = Math.min(...clauses.map((clause) => clause.range.start.line));
      const last = Math.max(...clauses.map((clause) => clause.range.end.line));
      if (range.start.line > last) continue;
      if (range.end.line < first || (range.end.line === first && range.end.character === 0)) {
        intents?.set(name, { edited, clauses: clauses.map((clause) => moved(clause, added)) });
      } else {
        const above = clauses.filter((clause) => clause.range.start.line <= range.start.line);
        const below = clauses.filter((clause) => clause.range.start.line > range.end.line);
        const kept = [...above, ...below.map((clause) => moved(clause, added))];
        intents?.set(name, { edited: true, clauses: kept });
      }
    }
  }

  forget(uri: string): void {
    this.#held.delete(uri);
  }

  forgetAll(): void {
    this.#held.clear();
  }

  marks(uri: string): Mark[] {
    return [...(this.#held.get(uri)?.values() ?? [])].flatMap(({ clauses, edited }) =>
      clauses.flatMap((clause) => mark(clause, edited)),
    );
  }
}

function moved(clause: ClauseStatus, lines: number): ClauseStatus {
  const { start, end } = clause.range;
  return {
    ...clause,
    range: {
      start: { ...start, line: start.line + lines },
      end: { ...end, line: end.line + lines },
    },
  };
}

function mark(clause: ClauseStatus, edited: boolean): Mark[] {
  const line = clause.range.start.line;
  const { verdict, freshness } = clause;
  const words = clause.words === "" ? (verdict ?? "") : clause.words;
  if (freshness === "running" && !edited) {
    return [{ line, state: "running", words: "being verified" }];
  }
  if (verdict === null) return [];
  if (edited) return [{ line, state: "edited", words: `edited; was ${verdict}` }];
  if (freshness === "stale") return [{ line, state: "stale", words: `stale: was ${verdict}` }];
  return [{ line, state: verdict, words }];
}
