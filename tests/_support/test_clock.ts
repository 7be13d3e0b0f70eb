import type { Environment } from "../../src/coordination/environment.ts";

/** A clock that a test sets, with timers that it fires. */
export class TestClock implements Environment {
  time = 1_000;
  readonly #timers: { readonly at: number; readonly call: () => void }[] = [];
  #ids = 0;

  now(): number {
    return this.time;
  }

  wallTime(): number {
    return this.time;
  }

  schedule(delay: number, call: () => void): () => void {
    const timer = { at: this.time + delay, call };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    return `id-${this.#ids++}`;
  }

  /** Lets time pass at each turn of the event loop, until disposal. */
  run(millisecondsPerTurn: number): Disposable {
    const timer = setInterval(() => this.pass(millisecondsPerTurn), 1);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  /** Lets time pass, and fires the timers that are due. */
  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.time = Math.max(this.time, next.at);
      next.call();
    }
    this.time = end;
  }
}
