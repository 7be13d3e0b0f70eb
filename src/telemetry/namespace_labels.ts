import type { Attributes } from "./api.ts";

/** The label of namespaces beyond the limit. */
export const OTHER_NAMESPACES = "_OTHER";

/** Labels of namespaces on metrics, up to a limit of different ones. */
export class NamespaceLabels {
  readonly #label: (namespace: string) => string;
  readonly #limit: number;
  readonly #known: Set<string> = new Set();

  constructor(label: (namespace: string) => string, limit: number) {
    this.#label = label;
    this.#limit = limit;
  }

  /** The attribute for a namespace. A label that would exceed the limit becomes {@link OTHER_NAMESPACES}. */
  attributesOf(namespace: string): Attributes {
    const label = String(this.#label(namespace));
    if (!this.#known.has(label)) {
      if (this.#known.size >= this.#limit) return { "aether.namespace.label": OTHER_NAMESPACES };
      this.#known.add(label);
    }
    return { "aether.namespace.label": label };
  }
}
