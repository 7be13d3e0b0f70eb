const { prototype: ROOT, getPrototypeOf } = Object;

/**
 * Whether a plain object may have this prototype: `null`, or an object without a prototype, such as the
 * `Object.prototype` of any realm.
 */
export function isPlainPrototype(prototype: object | null): boolean {
  // The prototype of this realm is compared first.
  return prototype === ROOT || prototype === null || getPrototypeOf(prototype) === null;
}
