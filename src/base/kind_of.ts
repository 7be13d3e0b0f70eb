const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/**
 * The kind of an object, as an error names it: "an object", "an array", "a Date", "a Cart". Runs no accessor of the
 * object. The kind of a proxy whose traps throw is "an object".
 */
export function kindOf(value: object): string {
  try {
    if (Array.isArray(value)) return "an array";
    const prototype: object | null = getPrototypeOf(value);
    if (prototype === null || getPrototypeOf(prototype) === null) return "an object";
    const constructor: unknown = getOwnPropertyDescriptor(prototype, "constructor")?.value;
    if (typeof constructor !== "function") return "an object that inherits from another";
    const name: unknown = getOwnPropertyDescriptor(constructor, "name")?.value;
    if (typeof name !== "string" || name === "") return "an object of a class without a name";
    return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
  } catch {
    return "an object";
  }
}
