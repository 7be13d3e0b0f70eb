import { assertEquals } from "@std/assert";
import { fullJitter } from "../../src/state/backoff.ts";

const pauses: [conflicts: number, random: number, milliseconds: number][] = [
  [1, 0, 0],
  [1, 0.5, 5],
  [2, 0.5, 10],
  [3, 0.25, 10],
  [7, 0.5, 320],
  [8, 0.5, 500],
  [1_000, 0.5, 500],
  [5_000, 0.999, 999],
];

for (const [conflicts, random, milliseconds] of pauses) {
  Deno.test(`fullJitter(${conflicts}, ${random}) is ${milliseconds} ms`, () => {
    assertEquals(fullJitter(conflicts, random), milliseconds);
  });
}
