import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { memory } from "@flowmade-one/aether/memory";
import { decodeSnapshot, encodeSnapshot } from "../../src/store/encode_snapshot.ts";

const SNAPSHOT = { version: 1, schema: 1, eventId: "e1", state: { n: 1 } };

for (const fingerprint of [undefined, "0123456789abcdef", "x", "~".repeat(128)]) {
  Deno.test(`put() keeps the fingerprint ${fingerprint?.slice(0, 16)}`, async () => {
    const { snapshots } = memory().store("a");
    const snapshot = fingerprint === undefined ? SNAPSHOT : { ...SNAPSHOT, fingerprint };
    await snapshots.put("o", snapshot);
    assertEquals(await snapshots.latest("o"), snapshot);
  });
}

const refused: [title: string, fingerprint: unknown, message: string][] = [
  ["an empty fingerprint", "", "fingerprint"],
  ["a fingerprint of 129 characters", "a".repeat(129), "fingerprint"],
  ["a fingerprint with a space", "a b", "fingerprint"],
  ["a number as fingerprint", 7, "fingerprint"],
  ["null as fingerprint", null, "fingerprint"],
];

for (const [title, fingerprint, message] of refused) {
  Deno.test(`put() refuses ${title}`, async () => {
    const { snapshots } = memory().store("a");
    const error = await assertRejects(() => snapshots.put("o", { ...SNAPSHOT, fingerprint: fingerprint as string }));
    assert(isAetherError(error, "invalid-argument") && error.argument === "fingerprint", String(error));
    assertStringIncludes(error.message, message);
    assertEquals(await snapshots.latest("o"), undefined);
  });
}

for (const fingerprint of ["", 7, null, {}]) {
  Deno.test(`decodeSnapshot() returns undefined for the fingerprint ${JSON.stringify(fingerprint)}`, () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...SNAPSHOT, fingerprint }));
    assertEquals(decodeSnapshot(1, bytes), undefined);
    assertEquals(decodeSnapshot(1, encodeSnapshot(SNAPSHOT)), SNAPSHOT);
  });
}
