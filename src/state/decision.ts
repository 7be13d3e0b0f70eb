import { prepareEvent } from "../commits/prepare_event.ts";
import type { AnyEvents, EventMap } from "../events/event_map.ts";
import type { EventTypes } from "../events/event_types.ts";
import type { NewEvent, NewEventOf } from "../events/new_event.ts";
import type { RecordedEvent } from "../events/recorded_event.ts";
import { isPromise } from "../lifecycle/operation.ts";
import { DEFAULT_MAX_COMMIT_BYTES } from "../base/limits.ts";
import type { DeciderHistory } from "./decider_history.ts";
import { formatValue } from "../base/format_value.ts";
import { firstDifference } from "./first_difference.ts";

/**
 * A test of a decider with its history and its command. Each function checks the outcome and throws an error that shows
 * the difference. If `decide` returns a promise, so does the function: await it, or return it to the test runner.
 */
export interface WhenCommand<S, E extends EventMap = AnyEvents> {
  /**
   * Expects exactly these events. Types, data and metadata are compared, and the id if the expected event has one.
   * Events are compared in the form in which a store would store them. Without arguments, it expects no events.
   */
  then(...events: NewEventOf<E>[]): void | Promise<void>;
  /** Expects that `decide` throws, or rejects with, an error of this class whose message contains this string. */
  thenThrows(
    // deno-lint-ignore no-explicit-any -- a class of any parameters is allowed
    errorClass?: abstract new (...args: any[]) => unknown,
    messageIncludes?: string,
  ): void | Promise<void>;
  /** Expects this state after the decided events. A property that is `undefined` counts as absent. */
  thenState(state: S): void | Promise<void>;
}

/** The result of `decide`. */
type Outcome = { readonly decided: readonly NewEvent[] } | { readonly error: unknown };

/** Decides a command, and compares the outcome with an expectation. */
export class Decision<S> implements WhenCommand<S> {
  readonly #history: DeciderHistory<S>;
  readonly #outcome: Outcome | Promise<Outcome>;

  constructor(history: DeciderHistory<S>, decide: () => readonly NewEvent[] | Promise<readonly NewEvent[]>) {
    this.#history = history;
    this.#outcome = outcomeOf(decide);
  }

  then(...events: readonly NewEvent[]): void | Promise<void> {
    if (typeof events[0] === "function") {
      throw new DecisionError(
        "Cannot await the outcome of a command: it needs an expectation. Call then(...events) with the expected events",
      );
    }
    const expected = events.map((event, i) => toExpected(event, i, this.#history.types));
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
    // deno-lint-ignore no-explicit-any -- a class of any parameters is allowed
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

/** A difference between the actual and the expected outcome, in a form that test runners show. */
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

/** The fields by which events are compared. */
type Compared = Pick<NewEvent, "id" | "type" | "schemaVersion" | "data" | "metadata">;

/** An expected event in the form in which it would be stored. */
function toExpected(event: NewEvent, i: number, types: EventTypes | undefined): Compared {
  const settings = { newId: () => "none", maxCommitBytes: DEFAULT_MAX_COMMIT_BYTES, types };
  const { event: prepared } = prepareEvent(event, `expected[${i}]`, settings);
  return toActual(prepared, event);
}

/** The fields of a decided event that are compared: its id only if the expected event has one. */
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
