import { prepareEvent } from "../commits/prepare_event.ts";
import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { NewEvent, NewEventOf } from "../events/new_event.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../base/limits.ts";
import type { DeciderHistory } from "./decider_history.ts";
import { formatValue } from "../base/format_value.ts";
import { firstDifference } from "./first_difference.ts";

/**
 * A test of a decider that has its command. Each of the functions checks, and throws an error that shows the difference;
 * where `decide` returns a promise it returns one too, which is to be awaited or returned to the test runner.
 */
export interface WhenCommand<S, E extends EventMap = AnyEvents> {
  /**
   * Exactly these events are decided: their types, data and metadata, and their ids where one is given, in the form in
   * which they would be stored. Without any, nothing is.
   */
  then(...events: NewEventOf<E>[]): void | Promise<void>;
  /** `decide` throws, or rejects with, an error of this class, whose message has this text in it. */
  thenThrows(
    // deno-lint-ignore no-explicit-any -- a class's parameters are its own business
    errorClass?: abstract new (...args: any[]) => unknown,
    messageIncludes?: string,
  ): void | Promise<void>;
  /** After the decided events the state is this one. A property that is `undefined` counts as absent. */
  thenState(state: S): void | Promise<void>;
}

/** What `decide` did. */
type Outcome = { readonly decided: readonly NewEvent[] } | { readonly error: unknown };

/** What was decided on a command, to be compared with what was expected. */
export class Decision<S> implements WhenCommand<S> {
  readonly #history: DeciderHistory<S>;
  readonly #outcome: Outcome | Promise<Outcome>;

  constructor(history: DeciderHistory<S>, decide: () => readonly NewEvent[] | Promise<readonly NewEvent[]>) {
    this.#history = history;
    this.#outcome = outcomeOf(decide);
  }

  then(...events: readonly NewEvent[]): void | Promise<void> {
    if (typeof events[0] === "function") {
      throw new DecisionError("What was decided cannot be awaited as it is: say what is expected with then(...events)");
    }
    const expected = events.map((event, i) => toExpected(event, i));
    return this.#check((outcome) => {
      const actual = this.#recorded(outcome).map((event, i) => toActual(event, events[i]));
      const difference = firstDifference(actual, expected, "decided");
      if (difference === undefined) return;
      const { path, left, right } = difference;
      throw new DecisionError(
        `${path} is ${formatValue(left)}, expected ${formatValue(right)}\n\n${list("decided", actual)}\n${
          list("expected", expected)
        }`,
        { actual, expected },
      );
    });
  }

  thenThrows(
    // deno-lint-ignore no-explicit-any -- a class's parameters are its own business
    errorClass?: abstract new (...args: any[]) => unknown,
    messageIncludes?: string,
  ): void | Promise<void> {
    return this.#check((outcome) => {
      if (!("error" in outcome)) {
        throw new DecisionError(`decide did not throw\n\n${list("decided", this.#recorded(outcome))}`);
      }
      const { error } = outcome;
      if (errorClass !== undefined && !(error instanceof errorClass)) {
        throw new DecisionError(`decide threw ${formatValue(error)}, expected ${errorClass.name}`, { cause: error });
      }
      const message = error instanceof Error ? error.message : String(error);
      if (messageIncludes === undefined || message.includes(messageIncludes)) return;
      throw new DecisionError(
        `decide threw ${formatValue(error)}, expected a message with ${formatValue(messageIncludes)}`,
        {
          actual: message,
          expected: messageIncludes,
          cause: error,
        },
      );
    });
  }

  thenState(expected: S): void | Promise<void> {
    return this.#check((outcome) => {
      const actual = this.#history.after(this.#recorded(outcome));
      const difference = firstDifference(actual, expected, "state");
      if (difference === undefined) return;
      const { path, left, right } = difference;
      throw new DecisionError(
        `${path} is ${formatValue(left)}, expected ${formatValue(right)}\n\n  state:    ${
          formatValue(actual)
        }\n  expected: ${formatValue(expected)}`,
        { actual, expected },
      );
    });
  }

  #check(check: (outcome: Outcome) => void): void | Promise<void> {
    return isPromise(this.#outcome) ? this.#outcome.then(check) : check(this.#outcome);
  }

  #recorded(outcome: Outcome): RecordedEvent[] {
    if ("decided" in outcome) return this.#history.record(outcome.decided);
    throw new DecisionError(`decide threw ${formatValue(outcome.error)}`, { cause: outcome.error });
  }
}

/** A difference between what was decided and what was expected, as test runners show it. */
class DecisionError extends Error {
  override readonly name = "AssertionError";
  readonly actual: unknown;
  readonly expected: unknown;

  constructor(
    message: string,
    { actual, expected, cause }: { actual?: unknown; expected?: unknown; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.actual = actual;
    this.expected = expected;
  }
}

function outcomeOf(decide: () => readonly NewEvent[] | Promise<readonly NewEvent[]>): Outcome | Promise<Outcome> {
  try {
    const decided = decide();
    if (!isPromise(decided)) return { decided };
    return decided.then((decided) => ({ decided }), (error) => ({ error }));
  } catch (error) {
    return { error };
  }
}

/** What an event is compared by. */
type Compared = Pick<NewEvent, "id" | "type" | "schemaVersion" | "data" | "metadata">;

/** An expected event in the form in which it would be stored. */
function toExpected(event: NewEvent, i: number): Compared {
  const settings = { newId: () => "none", maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES };
  const { event: prepared } = prepareEvent(event, `expected[${i}]`, settings);
  return toActual(prepared, event);
}

/** What counts of an event: its id only where one is expected. */
function toActual({ id, type, schemaVersion, data, metadata }: Compared, expected: NewEvent | undefined): Compared {
  return {
    ...(expected?.id !== undefined && { id }),
    type,
    ...(schemaVersion !== 1 && { schemaVersion }),
    data,
    ...(Object.keys(metadata!).length > 0 && { metadata }),
  };
}

function list(title: string, events: readonly Compared[]): string {
  const lines = events.map(({ id, type, schemaVersion, data, metadata }, i) => {
    const rest = metadata === undefined || Object.keys(metadata).length === 0
      ? ""
      : ` metadata ${formatValue(metadata)}`;
    const version = schemaVersion === undefined ? "" : ` (schema version ${schemaVersion})`;
    return `    ${i}. ${type}${id === undefined ? "" : ` (id ${id})`}${version} ${formatValue(data)}${rest}`;
  });
  return `  ${title}:\n${lines.length === 0 ? "    nothing" : lines.join("\n")}`;
}
