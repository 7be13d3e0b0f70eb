import { formatInteger } from "./report/format.ts";

/** An output for progress. */
export interface Screen {
  /** The width of the terminal; undefined if the output is a file or a pipe. */
  readonly columns: number | undefined;
  /** Writes a line and ends it. */
  print(line: string): void;
  /** Replaces the current line of a terminal, and leaves the cursor in it. */
  overwrite(line: string): void;
}

/** Milliseconds between two updates of the bar. */
const REDRAW_MS = 100;
/** Columns of the bar. */
const BAR_WIDTH = 24;
/** Maximum columns of the line with the bar. */
const MAX_LINE_WIDTH = 79;

/** The standard output of this process. */
export function standardOutput(): Screen {
  return {
    // Some terminals do not know their size and report 0 columns.
    columns: Deno.stdout.isTerminal() ? Deno.consoleSize().columns || MAX_LINE_WIDTH + 1 : undefined,
    print: (line) => console.log(line),
    overwrite: (line) => void Deno.stdout.writeSync(new TextEncoder().encode(`\r${line}`)),
  };
}

/**
 * Shows the progress of work: a bar on a terminal, or a line for each quarter on another output. Disposal draws the bar
 * a last time and ends its line.
 */
export class Progress implements Disposable {
  readonly #total: number;
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #start: number;
  #stored = 0;
  #drawnAt = -Infinity;

  /**
   * @param total The number of events of the complete work.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(total: number, screen: Screen, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#screen = screen;
    this.#now = now;
    this.#start = now();
  }

  /** Adds stored events to the progress. */
  add(events: number): void {
    const quarter = this.#quarter;
    this.#stored += events;
    if (this.#screen.columns === undefined) {
      if (this.#quarter > quarter) this.#screen.print(this.#summary());
    } else if (this.#now() - this.#drawnAt >= REDRAW_MS) {
      this.#draw(this.#screen.columns);
    }
  }

  [Symbol.dispose](): void {
    if (this.#screen.columns === undefined) return;
    this.#draw(this.#screen.columns);
    this.#screen.print("");
  }

  get #quarter(): number {
    return Math.floor(4 * this.#stored / this.#total);
  }

  /** Draws the bar over the previous one. Padding erases the rest of a longer line. */
  #draw(columns: number): void {
    this.#drawnAt = this.#now();
    const filled = Math.floor(BAR_WIDTH * this.#stored / this.#total);
    const line = `[${"#".repeat(filled).padEnd(BAR_WIDTH, ".")}] ${this.#summary()}`;
    const width = Math.min(MAX_LINE_WIDTH, columns - 1);
    this.#screen.overwrite(line.slice(0, width).padEnd(width));
  }

  #summary(): string {
    const percent = Math.floor(100 * this.#stored / this.#total);
    const seconds = Math.max(this.#now() - this.#start, 1) / 1000;
    const rate = `${formatInteger(Math.round(this.#stored / seconds))} events/s`;
    return `${formatInteger(this.#stored)} of ${formatInteger(this.#total)} events, ${percent} %, ${rate}`;
  }
}
