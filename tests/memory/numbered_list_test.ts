import { assertEquals } from "@std/assert";
import { NumberedList } from "../../adapters/memory/numbered_list.ts";

Deno.test("NumberedList keeps the numbers of items while the first ones are dropped", () => {
  const list = new NumberedList<number>();
  for (let number = 1; number <= 5_000; number++) list.push(number);
  for (let dropped = 1; dropped <= 4_999; dropped++) {
    list.drop();
    assertEquals([list.dropped, list.last], [dropped, 5_000]);
    assertEquals([list.at(dropped), list.at(dropped + 1)], [undefined, dropped + 1]);
  }
  assertEquals(list.slice(5_000, 5_000), [5_000]);
  list.push(5_001);
  assertEquals(list.slice(5_000, 5_001), [5_000, 5_001]);
  assertEquals(list.at(5_002), undefined);
});

Deno.test("NumberedList continues with the next number after all items were removed", () => {
  const list = new NumberedList<string>();
  list.push("a");
  list.drop();
  assertEquals([list.dropped, list.last, list.at(1)], [1, 1, undefined]);
  list.push("b");
  assertEquals([list.last, list.at(2), list.slice(2, 2)], [2, "b", ["b"]]);
});
