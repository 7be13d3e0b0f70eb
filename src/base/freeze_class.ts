const { freeze, getOwnPropertyDescriptors } = Object;

/**
 * Freezes the parts of a class that its instances share: the constructor, the prototype with its methods, and the
 * prototypes of generator methods. Code that has one instance, such as the store of one namespace, then cannot change
 * the behaviour of other instances.
 */
export function freezeClass(constructor: { readonly prototype: object }): void {
  const members = getOwnPropertyDescriptors(constructor.prototype) as Record<string | symbol, PropertyDescriptor>;
  for (const key of Reflect.ownKeys(members)) {
    for (const method of [members[key]!.value, members[key]!.get, members[key]!.set]) {
      if (typeof method !== "function") continue;
      if (key !== "constructor" && method.prototype !== undefined) freeze(method.prototype);
      freeze(method);
    }
  }
  freeze(constructor.prototype);
}
