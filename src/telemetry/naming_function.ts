import { isPromise } from "../lifecycle/operation.ts";

/** A function of the application that names a namespace. Its failures do not affect operations. */
export class NamingFunction {
  readonly #option: string;
  readonly #name: (namespace: string) => unknown;
  readonly #fallback: string;
  readonly #fail: (error: unknown) => void;

  /**
   * @param option The name of the option that contains the function.
   * @param fallback The name if the function throws, or returns something other than a string.
   * @param fail Receives each failure. Never throws.
   */
  constructor(
    option: string,
    name: (namespace: string) => unknown,
    fallback: string,
    fail: (error: unknown) => void,
  ) {
    this.#option = option;
    this.#name = name;
    this.#fallback = fallback;
    this.#fail = fail;
  }

  /** The name of a namespace. */
  of(namespace: string): string {
    try {
      const name = this.#name(namespace);
      if (typeof name === "string") return name;
      if (isPromise(name)) void Promise.resolve(name).catch(() => {});
      this.#fail(new TypeError(`The option ${this.#option} must return a string, without a promise`));
    } catch (error) {
      this.#fail(error);
    }
    return this.#fallback;
  }
}
