import { count } from "./report/format.ts";

/** Where progress is shown. */
export interface Screen {
  /** How wide the terminal is. Undefined: it is none, but a file or another program. */
  readonly columns: number | undefined;
  /** Writes a line. */
  print(line: string): void;
  /** Writes over the line that the cursor is in, and stays there. For terminals. */
  overwrite(line: string): void;
}

const REDRAW_MS = 100;
const BAR_WIDTH = 24;
const WIDEST_LINE = 79;

/** The standard output of this process. */
export function standardOutput(): Screen {
  return {
    // Some terminals do not know their size and say 0.
    columns: Deno.stdout.isTerminal() ? Deno.consoleSize().columns || WIDEST_LINE + 1 : undefined,
    print: (line) => console.log(line),
    overwrite: (line) => void Deno.stdout.writeSync(new TextEncoder().encode(`\r${line}`)),
  };
}

/**
 * Says how far the work has come: on a terminal by a bar that moves, elsewhere by a line for each quarter. Disposing of
 * it ends the bar's line, also when the work ended early.
 */
export class Progress implements Disposable {
  readonly #total: number;
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #start: number;
  #done = 0;
  #drawnAt = -Infinity;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(total: number, screen: Screen, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#screen = screen;
    this.#now = now;
    this.#start = now();
  }

  /** Takes note of more events that are done. */
  add(events: number): void {
    const quarter = this.#quarter;
    this.#done += events;
    if (this.#screen.columns === undefined) {
      if (this.#quarter > quarter) this.#screen.print(this.#text());
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
    return Math.floor(4 * this.#done / this.#total);
  }

  /** Over what was drawn before. Padded, so that nothing of it is left. */
  #draw(columns: number): void {
    this.#drawnAt = this.#now();
    const full = Math.floor(BAR_WIDTH * this.#done / this.#total);
    const line = `[${"#".repeat(full).padEnd(BAR_WIDTH, ".")}] ${this.#text()}`;
    const width = Math.min(WIDEST_LINE, columns - 1);
    this.#screen.overwrite(line.slice(0, width).padEnd(width));
  }

  #text(): string {
    const percent = Math.floor(100 * this.#done / this.#total);
    const seconds = Math.max(this.#now() - this.#start, 1) / 1000;
    const rate = `${count(Math.round(this.#done / seconds))} events/s`;
    return `${count(this.#done)} of ${count(this.#total)} events, ${percent} %, ${rate}`;
  }
}
