// The intents of a text, by the layout rule alone: an item begins at column 0 and ends at the next.

export interface IntentPlace {
  name: string;
  /** 0-based lines; `end` is that of the next item, or the number of lines. */
  start: number;
  end: number;
}

export function intentsOf(text: string): IntentPlace[] {
  const lines = text.replace(/^\uFEFF/u, "").split(/\r\n|\r|\n/u);
  const starts = lines.flatMap((line, index) => (/^[^\s#]/u.test(line) ? [index] : []));
  return starts.flatMap((start, index) => {
    const name = /^intent\s+([\p{ID_Start}_]\p{ID_Continue}*)/u.exec(lines[start] ?? "")?.[1];
    return name === undefined ? [] : [{ name, start, end: starts[index + 1] ?? lines.length }];
  });
}

/** The intent that the line belongs to. */
export function intentAt(text: string, line: number): string | undefined {
  return intentsOf(text).find(({ start, end }) => start <= line && line < end)?.name;
}
