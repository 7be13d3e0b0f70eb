const { prototype: ROOT, getPrototypeOf } = Object;

/**
 * Whether an object with this prototype is a plain object. The prototype must be `null`, or have no prototype itself,
 * like the `Object.prototype` of any realm.
 */
export function isPlainPrototype(prototype: object | null): boolean {
  // Most objects have the `Object.prototype` of this realm: it is compared first.
  return prototype === ROOT || prototype === null || getPrototypeOf(prototype) === null;
}
