import type { Attributes } from "./api.ts";

/** The label of namespaces beyond the limit, and of namespaces for which the application's function fails. */
export const OTHER_NAMESPACES = "_OTHER";

/** Labels of namespaces on metrics, up to a maximum number of different labels. */
export class NamespaceLabels {
  readonly #label: (namespace: string) => string;
  readonly #limit: number;
  readonly #known: Set<string> = new Set([OTHER_NAMESPACES]);

  /** @param label Never throws. */
  constructor(label: (namespace: string) => string, limit: number) {
    this.#label = label;
    this.#limit = limit;
  }

  /** The attribute for a namespace. A label that would exceed the limit becomes {@link OTHER_NAMESPACES}. */
  attributesOf(namespace: string): Attributes {
    const label = this.#label(namespace);
    if (!this.#known.has(label)) {
      // OTHER_NAMESPACES does not count.
      if (this.#known.size > this.#limit) return { "aether.namespace.label": OTHER_NAMESPACES };
      this.#known.add(label);
    }
    return { "aether.namespace.label": label };
  }
}
