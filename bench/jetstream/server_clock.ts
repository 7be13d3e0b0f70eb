/** Microseconds of a clock tick, the unit in which Linux counts computing time. */
const TICK_MICROSECONDS = 10_000;

/** Measures the computing time that a server spends on operations. */
export class ServerClock {
  readonly #stat: string;
  #ticks = 0;
  #operations = 0;
  #known = true;

  constructor(pid: number | undefined) {
    this.#stat = `/proc/${pid}/stat`;
  }

  /** Runs `work`, which consists of a number of operations, and adds the computing time of the server. */
  async during<T>(operations: number, work: () => T | Promise<T>): Promise<T> {
    const before = await this.#read();
    const result = await work();
    this.#ticks += await this.#read() - before;
    this.#operations += operations;
    return result;
  }

  /** Microseconds of one operation, over all operations; `undefined` if the system does not provide it. */
  get microseconds(): number | undefined {
    return this.#known ? this.#ticks * TICK_MICROSECONDS / this.#operations : undefined;
  }

  async #read(): Promise<number> {
    try {
      const stat = await Deno.readTextFile(this.#stat);
      // The process name in parentheses may have spaces. User and system time are the 12th and 13th fields after it.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      this.#known = false;
      return 0;
    }
  }
}
