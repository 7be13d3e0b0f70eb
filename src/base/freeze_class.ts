const { freeze, getOwnPropertyDescriptors } = Object;

/**
 * Freezes what the instances of a class share: the class, its prototype and the prototypes of its generators. Code that
 * holds one instance, such as the store of one namespace, can then not change what the other instances do.
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
