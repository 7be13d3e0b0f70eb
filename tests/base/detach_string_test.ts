import { assertEquals } from "@std/assert";
import { detachString } from "../../src/base/detach_string.ts";

for (const text of ["", "a", "order.42", "é.日本.🦕", "\ud800 alone", "x".repeat(1_000)]) {
  Deno.test(`detachString() of ${JSON.stringify(text.slice(0, 20))} returns an equal string`, () => {
    assertEquals(detachString(text), text);
  });
}
