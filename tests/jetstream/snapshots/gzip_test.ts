import { assert, assertEquals } from "@std/assert";
import { concat, gunzip, gzip } from "../../../adapters/jetstream/snapshots/gzip.ts";

Deno.test("gzip() compresses only where that saves bytes, and gunzip() restores them", async () => {
  const cases: [bytes: Uint8Array, isGzip: boolean][] = [
    [new Uint8Array(), false],
    [new Uint8Array(1_023), false],
    [new Uint8Array(1_024), true],
    [crypto.getRandomValues(new Uint8Array(2_000)), false],
    [concat([new Uint8Array(100_000), crypto.getRandomValues(new Uint8Array(1_000))]), true],
  ];
  for (const [bytes, isGzip] of cases) {
    const packed = await gzip(bytes);
    assertEquals(packed.isGzip, isGzip);
    assert(packed.bytes.length <= bytes.length);
    assertEquals(await gunzip(packed, bytes.length), bytes);
    assertEquals(await gunzip(packed, bytes.length + 1), undefined, "the size differs");
    if (bytes.length > 0) assertEquals(await gunzip(packed, bytes.length - 1), undefined, "the size differs");
  }
  const packed = await gzip(new Uint8Array(1_024));
  const cut = { bytes: packed.bytes.slice(0, -5), isGzip: true };
  assertEquals(await gunzip(cut, 1_024), undefined, "truncated");
});
