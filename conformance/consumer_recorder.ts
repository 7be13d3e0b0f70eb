import type { RecordedEvent } from "../src/events/recorded_event.ts";
import type { CaseContext } from "./case_context.ts";

/** Milliseconds between two checks of a condition. */
const CHECK_INTERVAL_MS = 5;

/** Records the events that the members of a consumer handle. Its handlers fail for the actors in `failing`. */
export class ConsumerRecorder {
  /** Handled events as `actor@version`, in the order of handling. */
  readonly handled: string[] = [];
  readonly failing: Set<string> = new Set();
  readonly #context: CaseContext;

  constructor(context: CaseContext) {
    this.#context = context;
  }

  readonly handler = ({ actorId, version }: RecordedEvent): void => {
    if (this.failing.has(actorId)) throw new Error(`the handler fails for ${actorId}`);
    this.handled.push(`${actorId}@${version}`);
  };

  /** The handled versions of an actor. */
  versions(actorId: string): number[] {
    return this.handled.flatMap((event) => event.startsWith(`${actorId}@`) ? [Number(event.split("@")[1])] : []);
  }

  /** Waits until a number of events was handled. */
  until(count: number): Promise<void> {
    return waitUntil(this.#context, `${count} handled events`, () => this.handled.length >= count);
  }
}

/** Waits until a condition is true. The timeout of the harness ends the wait. */
export async function waitUntil(
  context: CaseContext,
  whatFor: string,
  isTrue: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!await isTrue()) await context.wait(new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS)), whatFor);
}
