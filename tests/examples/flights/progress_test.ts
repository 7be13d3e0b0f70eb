import { assertEquals } from "@std/assert";
import { Progress, type Screen } from "../../../examples/flights/progress.ts";

/** A screen that records its output, and a clock that the test sets. */
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

Deno.test("Progress prints one line for each quarter if the output is not a terminal", () => {
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

Deno.test("Progress prints one line for several quarters that pass in one step", () => {
  const screen = new FakeScreen();
  {
    using progress = new Progress(2, screen, screen.now);
    screen.time = 10;
    progress.add(2);
  }
  assertEquals(screen.lines, ["2 of 2 events, 100 %, 200 events/s"]);
});

Deno.test("Progress draws a bar ten times a second on a terminal, and once more at the end", () => {
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

Deno.test("Progress ends the line of the bar when the work ends early", () => {
  const screen = new FakeScreen(80);
  {
    using progress = new Progress(4, screen, screen.now);
    screen.time = 1_000;
    progress.add(1);
  }
  assertEquals(screen.drawn.at(-1)?.trimEnd(), "[######..................] 1 of 4 events, 25 %, 1 events/s");
  assertEquals(screen.lines, [""]);
});

Deno.test("Progress leaves the last column of a terminal empty, because a line would wrap there", () => {
  const screen = new FakeScreen(40);
  {
    using progress = new Progress(1_000_000, screen, screen.now);
    progress.add(999_999);
  }
  assertEquals(screen.drawn.map((line) => line.length), [39, 39]);
});
