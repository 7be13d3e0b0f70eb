const { freeze, getOwnPropertyDescriptors } = Object;

/**
 * Freezes the shared parts of a class: the class, its prototype and the prototypes of its generators. Code that has one
 * instance, such as the store of one namespace, cannot then change the behaviour of other instances.
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
