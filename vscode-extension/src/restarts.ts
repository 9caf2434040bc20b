/** Says whether a crashed server may be started again: not when it crashes again and again. */
export class RestartLimit {
  #crashes: number[] = [];
  readonly #most: number;
  readonly #window: number;

  /** At most `most` restarts within `window` milliseconds. */
  constructor(most = 4, window = 3 * 60_000) {
    this.#most = most;
    this.#window = window;
  }

  crashed(now: number): boolean {
    this.#crashes = this.#crashes.filter((time) => now - time < this.#window);
    this.#crashes.push(now);
    return this.#crashes.length <= this.#most;
  }

  reset(): void {
    this.#crashes = [];
  }
}
