/** What the handlers of a bench add to, so that calls of them can be counted. */
export const seen = { sum: 0 };

/** What a handler takes of an event. */
export interface Counted {
  readonly timestamp: number;
}

/** A handler, which returns nothing. */
export type Handler = (event: Counted) => void;

/** Written out, because closures of one literal share what V8 learns about them, and real handlers are many functions. */
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

/** A handler of its own for every subscription. */
export function newHandler(i: number): Handler {
  return HANDLERS[i % HANDLERS.length]!.bind(undefined);
}
