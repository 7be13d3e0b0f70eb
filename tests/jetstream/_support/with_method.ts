/** Wraps a connection. The wrapper has another method with this name, and all other members of the connection. */
export function withMethod<C extends object, K extends keyof C>(connection: C, name: K, method: C[K]): C {
  return new Proxy(connection, {
    get(target, member) {
      if (member === name) return method;
      const value = Reflect.get(target, member, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
