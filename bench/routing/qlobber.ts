import qlobber from "npm:qlobber@8.0.1";

/** The part of qlobber that the benches use. */
export interface Qlobber<T> {
  add(pattern: string, value: T): void;
  remove(pattern: string, value: T): void;
  match(subject: string): T[];
}

/**
 * A qlobber with the separator and the wildcards of NATS. Its `>` also matches zero tokens. The subjects of the benches
 * avoid that case.
 */
export function newQlobber<T>(): Qlobber<T> {
  return new qlobber.Qlobber({ separator: ".", wildcard_one: "*", wildcard_some: ">", max_words: 1000 }) as Qlobber<T>;
}
