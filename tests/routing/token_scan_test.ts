import { assert, assertEquals } from "@std/assert";
import { TokenScan } from "../../src/routing/token_scan.ts";

Deno.test("TokenScan.read() splits a string at its dots", () => {
  const scan = new TokenScan(1);
  for (const [text, tokens] of [["a", ["a"]], ["ab.c", ["ab", "c"]], ["a.é.🦕", ["a", "é", "🦕"]]] as const) {
    assertEquals(scan.read(text), true);
    assertEquals(tokens.map((_, i) => text.slice(scan.starts[i]!, scan.starts[i + 1]! - 1)), [...tokens]);
    assertEquals(tokens.map((_, i) => scan.hashes[i]!), tokens.map((token) => scan.tokenHash(token, 0, token.length)));
    assertEquals(scan.count, tokens.length);
  }
});

for (const text of ["", ".", "a.", ".a", "a..b"]) {
  Deno.test(`TokenScan.read() refuses "${text}", which has an empty token`, () => {
    const scan = new TokenScan(1);
    scan.read("a.b");
    assertEquals(scan.read(text), false);
    assertEquals(scan.count, 0);
  });
}

Deno.test("TokenScan makes other hashes with another seed", () => {
  const wholes = (seed: number) => {
    const scan = new TokenScan(seed);
    return Array.from({ length: 1_000 }, (_, i) => (scan.read(`a.${i}.b`), scan.whole));
  };
  const [one, two] = [wholes(1), wholes(2)];
  assertEquals(one.filter((hash, i) => hash === two[i]).length, 0);
});

Deno.test("TokenScan spreads the hashes of 32,768 similar strings over 65,536 slots, at most 12 per slot, for any seed", () => {
  for (const seed of [0, 1, -1, 0x9e3779b9, 123_456_789]) {
    const scan = new TokenScan(seed);
    const taken = new Uint8Array(65_536);
    for (let i = 0; i < 32_768; i++) {
      scan.read(`t${String(i % 1_000).padStart(4, "0")}.orders.${i}.open`);
      taken[scan.whole & 65_535]!++;
    }
    const most = taken.reduce((left, right) => Math.max(left, right));
    assert(most <= 12, `seed ${seed}: ${most}`);
  }
});

Deno.test("TokenScan.tokenHash() does not collide for Thue-Morse words, as a polynomial hash does with any odd multiplier", () => {
  const word = (length: number, first: string, second: string) =>
    Array.from({ length }, (_, i) => i.toString(2).replaceAll("0", "").length % 2 ? second : first).join("");
  for (const seed of [1, 2, 3, 4, 5]) {
    const scan = new TokenScan(seed);
    assert(scan.tokenHash(word(128, "a", "b"), 0, 128) !== scan.tokenHash(word(128, "b", "a"), 0, 128), `seed ${seed}`);
  }
});
