/** Maximum characters of a formatted value. Longer values are truncated. */
const MAX_SHOWN = 400;

/**
 * Formats a value for an error message: on one line, like JSON. Values that JSON does not have, such as `undefined`,
 * functions, errors and maps, get a notation of their own. A long result is truncated, and the members of an object
 * after the last shown character are not read. Does not throw, for values with members that throw either.
 */
export function formatValue(value: unknown): string {
  try {
    return value instanceof Error || !isObject(value) ? truncate(formatLeaf(value)) : formatWhole(value);
  } catch {
    return `${typeof value === "object" ? "an object" : `a ${typeof value}`} that cannot be formatted`;
  }
}

/**
 * Returns the message of a thrown error, or a thrown string itself. Formats any other value, as {@link formatValue}. Does
 * not throw.
 */
export function messageOf(error: unknown): string {
  try {
    if (typeof error === "string") return error;
    if (error instanceof Error && typeof error.message === "string") return error.message;
  } catch {
    // A member of the value has thrown.
  }
  return formatValue(error);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function truncate(formatted: string): string {
  const { length } = formatted;
  return length > MAX_SHOWN ? `${formatted.slice(0, MAX_SHOWN)}… (${length} characters)` : formatted;
}

function formatWhole(value: object): string {
  const formatter = new ObjectFormatter();
  formatter.add(value);
  const { formatted } = formatter;
  return formatted.length > MAX_SHOWN ? `${formatted.slice(0, MAX_SHOWN)}…` : formatted;
}

/** Formats an error, or a value that is not an object. */
function formatLeaf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Formats an object until the result has more than {@link MAX_SHOWN} characters. */
class ObjectFormatter {
  #formatted = "";
  /** The objects that contain the current value. */
  readonly #ancestors: object[] = [];

  get formatted(): string {
    return this.#formatted;
  }

  add(value: unknown): void {
    if (this.#isFull) return;
    if (value instanceof Error || !isObject(value)) return this.#write(formatLeaf(value));
    if (this.#ancestors.includes(value)) return this.#write("a cycle");
    this.#ancestors.push(value);
    this.#addObject(value);
    this.#ancestors.pop();
  }

  get #isFull(): boolean {
    return this.#formatted.length > MAX_SHOWN;
  }

  #write(part: string): void {
    this.#formatted += part;
  }

  #addObject(value: object): void {
    if (Array.isArray(value)) return this.#addItems(value);
    const isCollection = value instanceof Map || value instanceof Set || isTypedArray(value);
    if (!isCollection) return this.#addProperties(value);
    this.#write(`${value.constructor.name} `);
    this.#addItems(value);
  }

  #addItems(items: Iterable<unknown>): void {
    let separator = "";
    this.#write("[");
    for (const item of items) {
      this.#write(separator);
      this.add(item);
      if (this.#isFull) return;
      separator = ", ";
    }
    this.#write("]");
  }

  #addProperties(value: object): void {
    const keys = Object.keys(value);
    if (keys.length === 0) return this.#write(`${classPrefix(value)}{}`);
    let separator = "{ ";
    for (const key of keys) {
      this.#write(`${separator}${key}: `);
      if (this.#isFull) return;
      this.add((value as Record<string, unknown>)[key]);
      if (this.#isFull) return;
      separator = ", ";
    }
    this.#write(" }");
  }
}

function isTypedArray(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** The name of the class of an object and a space; `""` for objects without a class. */
function classPrefix(value: object): string {
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `${name} ` : "";
}
