/** The sum to which the handlers of a bench add, so that the bench can check that they were called. */
export const seen = { sum: 0 };

/** The part of an event that a handler reads. */
export interface Counted {
  readonly timestamp: number;
}

/** A handler, which returns nothing. */
export type Handler = (event: Counted) => void;

/** Different functions, like real handlers. Closures of one function literal would share the type feedback of V8. */
const HANDLERS: readonly Handler[] = [
  (event) => void (seen.sum += event.timestamp),
  (event) => void (seen.sum += event.timestamp + 1),
  (event) => void (seen.sum += event.timestamp + 2),
  (event) => void (seen.sum += event.timestamp + 3),
  (event) => void (seen.sum += event.timestamp + 4),
  (event) => void (seen.sum += event.timestamp + 5),
  (event) => void (seen.sum += event.timestamp + 6),
  (event) => void (seen.sum += event.timestamp + 7),
];

/** A new handler for each subscription. */
export function newHandler(i: number): Handler {
  return HANDLERS[i % HANDLERS.length]!.bind(undefined);
}
