import { assertEquals } from "@std/assert";
import { Progress, type Screen } from "../../../examples/flights/progress.ts";

/** A screen that remembers, and a clock that goes as told. */
class FakeScreen implements Screen {
  readonly columns: number | undefined;
  readonly lines: string[] = [];
  readonly drawn: string[] = [];
  time = 0;
  readonly now = (): number => this.time;

  constructor(columns?: number) {
    this.columns = columns;
  }

  print(line: string): void {
    this.lines.push(line);
  }

  overwrite(line: string): void {
    this.drawn.push(line);
  }
}

Deno.test("elsewhere than on a terminal, each quarter is one line", () => {
  const screen = new FakeScreen();
  {
    using progress = new Progress(2_000, screen, screen.now);
    for (let i = 0; i < 2_000; i++) {
      screen.time++;
      progress.add(1);
    }
  }
  assertEquals(screen.lines, [
    "500 of 2,000 events, 25 %, 1,000 events/s",
    "1,000 of 2,000 events, 50 %, 1,000 events/s",
    "1,500 of 2,000 events, 75 %, 1,000 events/s",
    "2,000 of 2,000 events, 100 %, 1,000 events/s",
  ]);
  assertEquals(screen.drawn, []);
});

Deno.test("quarters that pass at once are one line", () => {
  const screen = new FakeScreen();
  {
    using progress = new Progress(2, screen, screen.now);
    screen.time = 10;
    progress.add(2);
  }
  assertEquals(screen.lines, ["2 of 2 events, 100 %, 200 events/s"]);
});

Deno.test("on a terminal, a bar is drawn ten times a second, and once more at the end", () => {
  const screen = new FakeScreen(80);
  {
    using progress = new Progress(1_000, screen, screen.now);
    for (let i = 0; i < 1_000; i++) {
      screen.time++;
      progress.add(1);
    }
  }
  assertEquals(screen.drawn.length, 11);
  assertEquals(screen.drawn.at(5), "[############............] 501 of 1,000 events, 50 %, 1,000 events/s".padEnd(79));
  assertEquals(
    screen.drawn.at(-1),
    "[########################] 1,000 of 1,000 events, 100 %, 1,000 events/s".padEnd(79),
  );
  assertEquals(screen.lines, [""]);
});

Deno.test("the bar's line is ended when the work ends early", () => {
  const screen = new FakeScreen(80);
  {
    using progress = new Progress(4, screen, screen.now);
    screen.time = 1_000;
    progress.add(1);
  }
  assertEquals(screen.drawn.at(-1)?.trimEnd(), "[######..................] 1 of 4 events, 25 %, 1 events/s");
  assertEquals(screen.lines, [""]);
});

Deno.test("no line reaches the terminal's last column, where it would wrap", () => {
  const screen = new FakeScreen(40);
  {
    using progress = new Progress(1_000_000, screen, screen.now);
    progress.add(999_999);
  }
  assertEquals(screen.drawn.map((line) => line.length), [39, 39]);
});
