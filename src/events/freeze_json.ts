/**
 * Event data is checked, copied and frozen in one pass, before an append or a publication. It is never copied or frozen
 * again.
 *
 * - Each property is read once. The result of a getter counts, as for `JSON.stringify`. A getter or a proxy therefore
 *   cannot return one value to the check and another value to the copy.
 * - Size is limited during the copy. An object that several others refer to is copied for each of them.
 * - Depth is limited, so that neither deep nesting nor a cycle can overflow the stack. A cycle is detected only
 *   when the copy exceeds this limit.
 * - `__proto__` as a key is refused: it is legal JSON, but a careless copy of it would change a prototype.
 *   `constructor` and similar keys are allowed.
 * - Symbol keys, properties that are not enumerable and extra properties of arrays are left out, as `JSON.stringify`
 *   leaves them out. `-0` becomes `0`, as in `JSON.stringify`.
 *
 * @module
 */
import { InvalidEventError } from "../errors/invalid_event_error.ts";
import { TooLargeError } from "../errors/too_large_error.ts";
import { isPlainPrototype } from "../base/is_plain_prototype.ts";
import { kindOf } from "../base/kind_of.ts";
import { quote } from "../base/quote.ts";
import { MAX_DATA_DEPTH } from "../base/limits.ts";
import { pathStep } from "../base/path_step.ts";
import { jsonFix } from "./json_fix.ts";

/** A frozen copy, and an upper bound of the bytes of its JSON. */
export interface FrozenJson {
  /** The copy: deeply frozen, of plain objects and arrays. */
  readonly value: unknown;
  /** At least the bytes of UTF-8 of `JSON.stringify(value)`. */
  readonly maxBytes: number;
}

/**
 * Creates a deeply frozen copy of a JSON value.
 *
 * @param value Any value; it is not changed.
 * @param path The name of the value in errors, such as `events[0].data`.
 * @param limit Maximum bytes of its JSON. The copy stops when the JSON is certainly larger. A slightly larger value may
 * be accepted.
 * @throws {InvalidEventError} If it is not JSON; the error names the path.
 * @throws {TooLargeError} If it is certainly larger than the limit.
 */
export function freezeJson(value: unknown, path: string, limit: number): FrozenJson {
  const copier = new Copier(value, path, limit);
  try {
    return { value: copier.copy(value, 0), maxBytes: copier.maxBytes };
  } catch (cause) {
    if (cause === copier.refusal) throw cause;
    // Only a getter or a proxy trap can throw here.
    throw new InvalidEventError(`${path} cannot be read: reading an object in it throws`, { path }, {
      cause,
    });
  }
}

/** Maximum bytes of one UTF-16 code unit in JSON, such as `\u001f`. */
const BYTES_PER_UNIT = 6;
/** Maximum bytes of a number, a boolean or `null` in JSON. */
const BYTES_PER_SCALAR = 24;
/** Maximum bytes of quotes, colon and comma around a key or a string, or of brackets and comma around an object. */
const BYTES_AROUND = 4;

const { prototype: OBJECT_PROTOTYPE, getPrototypeOf, getOwnPropertyDescriptor, hasOwn, freeze } = Object;

class Copier {
  maxBytes = 0;
  /** The error that the copier has thrown. Any other error comes from a getter or a proxy of the value. */
  refusal: Error | undefined;
  /** A lower bound of the number of bytes of the JSON that was copied so far. */
  #minBytes = 0;
  readonly #limit: number;
  readonly #root: unknown;
  readonly #rootPath: string;
  /** The keys from the root to the value that is being copied. Read only for an error. */
  readonly #trail: (string | number)[] = [];

  constructor(root: unknown, rootPath: string, limit: number) {
    this.#limit = limit;
    this.#root = root;
    this.#rootPath = rootPath;
  }

  copy(value: unknown, depth: number): unknown {
    // A value with several references is copied for each of them: 30 levels can cause 2^30 copies.
    if (++this.#minBytes > this.#limit) this.#refuseSize();
    switch (typeof value) {
      case "string":
        this.#minBytes += value.length;
        if (!value.isWellFormed()) this.#refuse(depth, "is a string with a lone surrogate, which UTF-8 cannot carry");
        this.maxBytes += value.length * BYTES_PER_UNIT + BYTES_AROUND;
        return value;
      case "number":
        if (!Number.isFinite(value)) this.#refuse(depth, `is ${value}`, jsonFix(value));
        this.maxBytes += BYTES_PER_SCALAR;
        return value === 0 ? 0 : value;
      case "boolean":
        this.maxBytes += BYTES_PER_SCALAR;
        return value;
      case "object":
        if (value !== null) return this.#copyObject(value, depth);
        this.maxBytes += BYTES_PER_SCALAR;
        return null;
      default:
        return value === undefined && depth === 0
          ? this.#refuse(depth, "is missing")
          : this.#refuse(depth, `is ${quote(value)}`, jsonFix(value));
    }
  }

  #copyObject(value: object, depth: number): unknown {
    if (depth >= MAX_DATA_DEPTH) this.#refuseDepth(value, depth);
    this.maxBytes += BYTES_AROUND;
    if (Array.isArray(value)) return this.#copyArray(value, depth);
    const prototype = getPrototypeOf(value);
    if (!isPlainPrototype(prototype)) this.#refuse(depth, `is ${kindOf(value)}`, jsonFix(value));
    // `for...in` also visits inherited keys. A spread removes those of an `Object.prototype` of another realm.
    return this.#copyPlain(prototype === OBJECT_PROTOTYPE || prototype === null ? value : { ...value }, depth);
  }

  #copyPlain(value: object, depth: number): unknown {
    const copy: Record<string, unknown> = {};
    // `Object.keys` would allocate an array for each object.
    for (const key in value) {
      if (!hasOwn(value, key)) continue;
      this.#trail[depth] = key;
      const property = (value as Readonly<Record<string, unknown>>)[key];
      if (property === undefined) continue;
      if (key === "__proto__") this.#refuse(depth + 1, "is a key that would change a prototype when it is copied");
      if (!key.isWellFormed()) this.#refuse(depth + 1, "is a key with a lone surrogate, which UTF-8 cannot carry");
      this.maxBytes += key.length * BYTES_PER_UNIT + BYTES_AROUND;
      copy[key] = this.copy(property, depth + 1);
    }
    return freeze(copy);
  }

  #copyArray(value: readonly unknown[], depth: number): unknown {
    const { length } = value;
    const copy: unknown[] = [];
    for (let i = 0; i < length; i++) {
      this.#trail[depth] = i;
      const item = value[i];
      if (item === undefined && !hasOwn(value, i)) {
        this.#refuse(depth + 1, "is a hole in a sparse array; use null");
      }
      this.maxBytes += BYTES_AROUND;
      copy.push(this.copy(item, depth + 1));
    }
    return freeze(copy);
  }

  #refuse(depth: number, problem: string, fix?: string): never {
    const path = this.#pathTo(depth);
    throw this.refusal = new InvalidEventError(
      `${path} ${problem}; it must be JSON: a string, finite number, boolean, null, array or plain object` +
        (fix === undefined ? "" : `. ${fix}`),
      { path },
    );
  }

  #refuseSize(): never {
    const [bytes, maxBytes] = [this.#minBytes, this.#limit];
    throw this.refusal = new TooLargeError(
      `${this.#rootPath} is too large: it has more than ${maxBytes} bytes. Split it, or keep large contents elsewhere ` +
        `and refer to them`,
      { bytes, maxBytes },
    );
  }

  #refuseDepth(value: object, depth: number): never {
    this.#refuse(
      depth,
      this.#isOnTrail(value, depth)
        ? "is part of a cycle: it refers to an object that contains it"
        : `is nested more than ${MAX_DATA_DEPTH} levels deep`,
    );
  }

  /**
   * Whether an object contains itself: whether it is on the trail above `depth`. The search stops at a getter, because
   * getters are not called again.
   */
  #isOnTrail(value: object, depth: number): boolean {
    let at: unknown = this.#root;
    for (let i = 0; i < depth && at !== undefined && at !== null; i++) {
      if (at === value) return true;
      at = getOwnPropertyDescriptor(at, this.#trail[i] ?? 0)?.value;
    }
    return false;
  }

  #pathTo(depth: number): string {
    const steps = this.#trail.slice(0, Math.min(depth, 8)).map(pathStep);
    return `${this.#rootPath}${steps.join("")}${depth > 8 ? "…" : ""}`;
  }
}
