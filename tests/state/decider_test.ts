import { assert, assertEquals, assertThrows } from "@std/assert";
import { decider, events, isAetherError } from "@flowmade-one/aether";

const Counted = events<{ Counted: null }>();
const parts = { initial: () => 0, evolve: (sum: number) => sum + 1, decide: () => [] };

Deno.test("decider() returns a frozen object with the given parts", () => {
  const made = decider(Counted, parts);
  assertEquals<object>({ ...made }, parts);
  assert(Object.isFrozen(made));
});

const refused: [make: () => unknown, argument: string, title: string][] = [
  [() => decider(undefined as never, parts), "events", "without an event map"],
  [() => decider({} as never, parts), "events", "with another value as event map"],
  [() => decider(Counted, undefined as never), "options", "without parts"],
  [() => decider(Counted, { ...parts, initial: 0 as never }), "initial", "with a state in place of initial"],
  [() => decider(Counted, { ...parts, evolve: undefined as never }), "evolve", "without evolve"],
  [() => decider(Counted, { ...parts, decide: null as never }), "decide", "without decide"],
  [() => decider(Counted, { ...parts, react: () => {} } as never), "react", "with an unknown part"],
];

for (const [make, argument, title] of refused) {
  Deno.test(`decider() refuses parts ${title}`, () => {
    const error = assertThrows(make);
    assert(isAetherError(error, "invalid-argument"), String(error));
    assertEquals(error.argument, argument);
  });
}
