/** Hundredths of a second, in which Linux counts computing time. */
const TICK_MICROSECONDS = 10_000;

/** Counts what a server computes while something is done. */
export class ServerClock {
  readonly #stat: string;
  #ticks = 0;
  #operations = 0;
  #known = true;

  constructor(pid: number | undefined) {
    this.#stat = `/proc/${pid}/stat`;
  }

  /** Does so many operations. */
  async during<T>(operations: number, work: () => T | Promise<T>): Promise<T> {
    const before = await this.#read();
    const result = await work();
    this.#ticks += await this.#read() - before;
    this.#operations += operations;
    return result;
  }

  /** Of one operation, over all that were done; `undefined` where the system does not tell. */
  get microseconds(): number | undefined {
    return this.#known ? this.#ticks * TICK_MICROSECONDS / this.#operations : undefined;
  }

  async #read(): Promise<number> {
    try {
      const stat = await Deno.readTextFile(this.#stat);
      // The name in parentheses may have spaces; user and system time are the 12th and 13th after it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      this.#known = false;
      return 0;
    }
  }
}
