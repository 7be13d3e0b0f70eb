/** The counters that the processes of `hosting_worker.ts` host. */
import { decider, events } from "@flowmade-one/aether";

/** A command of a counter. Build 1 does not know `double`. With `at`, a counter accepts it only at that count. */
export type CounterCommand =
  | { readonly count: string; readonly at?: number }
  | { readonly double: string };

/** The events of a counter. */
export const Counts = events<{ Counted: { id: string } }>();

/** Makes the decider of a build. */
export function counterOf(build: 1 | 2) {
  return decider(Counts, {
    initial: () => ({ count: 0 }),
    evolve: ({ count }) => ({ count: count + 1 }),
    decide: (command: CounterCommand, { count }) => {
      if ("count" in command) {
        if ((command.at ?? count) !== count) throw new RangeError(`The count is ${count}, not ${command.at}`);
        return [{ type: "Counted", data: { id: command.count } }];
      }
      if (build === 1 || !("double" in command)) throw new TypeError(`Unknown command ${JSON.stringify(command)}`);
      return [1, 2].map(() => ({ type: "Counted", data: { id: command.double } } as const));
    },
  });
}
