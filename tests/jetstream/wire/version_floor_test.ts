import { isAetherError, parseNamespace } from "@flowmade-one/aether";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { encodeHeaders } from "../../../adapters/jetstream/nats/encode_headers.ts";
import { HeaderBlock } from "../../../adapters/jetstream/nats/message_headers.ts";
import { namesOf } from "../../../adapters/jetstream/wire/names.ts";
import { decodeVersionFloor } from "../../../adapters/jetstream/wire/version_floor.ts";

const names = namesOf("aether", parseNamespace("t"));
const valid = { "Aether-Version": "2", "Aether-Commit": "c-1", "Aether-Sequence": "7" };

function decode(headers: Readonly<Record<string, string>>) {
  const block = encodeHeaders(Object.entries({ ...valid, ...headers }));
  const message = { sequence: 5, subject: "s", headers: new HeaderBlock(block.encode()), data: new Uint8Array() };
  return decodeVersionFloor(names, message);
}

Deno.test("decodeVersionFloor() reads well-formed headers, and ignores others", () => {
  for (const headers of [{}, { "Aether-Later": "1" }, { "Aether-Critical": "" }]) {
    assertEquals(decode(headers), { version: 2, commitId: "c-1", sequence: 7 });
  }
});

const refused: [headers: Record<string, string>, errorMessage: string][] = [
  [{ "Aether-Version": "" }, "headers of a version floor"],
  [{ "Aether-Version": "0" }, "headers of a version floor"],
  [{ "Aether-Version": "1.5" }, "headers of a version floor"],
  [{ "Aether-Sequence": "" }, "headers of a version floor"],
  [{ "Aether-Commit": "" }, "headers of a version floor"],
  [{ "Aether-Critical": "Aether-Later" }, `"Aether-Later"`],
];

for (const [headers, errorMessage] of refused) {
  Deno.test(`decodeVersionFloor() refuses ${JSON.stringify(headers)}`, () => {
    const error = assertThrows(() => decode(headers));
    assert(isAetherError(error, "corrupt-data"), String(error));
    assertStringIncludes(error.message, errorMessage);
    assertStringIncludes(error.message, `sequence 5 of stream "t_heads"`);
  });
}
