import { assertEquals } from "@std/assert";
import { utf8Length } from "../../src/base/utf8_length.ts";

for (const text of ["", "a", "\u007f", "\u0080", "é", "\u07ff", "\u0800", "€", "\uffff", "😀", "a😀é€", "\u{10ffff}"]) {
  Deno.test(`utf8Length() of ${JSON.stringify(text)} is the number of bytes that TextEncoder makes`, () => {
    assertEquals(utf8Length(text), new TextEncoder().encode(text).length);
  });
}
