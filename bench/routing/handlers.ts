/** The sum to which the handlers of a bench add, so that their calls can be counted. */
export const seen = { sum: 0 };

/** The part of an event that a handler reads. */
export interface Counted {
  readonly timestamp: number;
}

/** A handler, which returns nothing. */
export type Handler = (event: Counted) => void;

/** Written out, because closures of one literal share V8's feedback, and real handlers are different functions. */
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

/** A separate handler for every subscription. */
export function newHandler(i: number): Handler {
  return HANDLERS[i % HANDLERS.length]!.bind(undefined);
}
