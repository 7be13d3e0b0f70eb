import { assertEquals } from "@std/assert";
import { detachString } from "../../src/base/detach_string.ts";

for (const text of ["", "a", "order.42", "é.日本.🦕", "\ud800 alone", "x".repeat(1_000)]) {
  Deno.test(`a copy of ${JSON.stringify(text.slice(0, 20))} equals the string`, () => {
    assertEquals(detachString(text), text);
  });
}
