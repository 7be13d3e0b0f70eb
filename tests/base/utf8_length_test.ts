import { assertEquals } from "@std/assert";
import { utf8Length } from "../../src/base/utf8_length.ts";

for (const text of ["", "a", "\u007f", "\u0080", "é", "\u07ff", "\u0800", "€", "\uffff", "😀", "a😀é€", "\u{10ffff}"]) {
  Deno.test(`the bytes of ${JSON.stringify(text)} are counted by utf8Length() as the encoder counts them`, () => {
    assertEquals(utf8Length(text), new TextEncoder().encode(text).length);
  });
}
