/**
 * The values of gauges with equal names in several namespaces. A metric without a namespace shows the highest of them, so
 * that it shows the worst tenant and names none.
 */
export class HighestValues {
  readonly #values: Map<string, Map<string, number>> = new Map();

  /**
   * Takes a new value.
   *
   * @returns The highest value of the gauge over all namespaces.
   */
  update(gauge: string, namespace: string, value: number): number {
    let values = this.#values.get(gauge);
    if (values === undefined) this.#values.set(gauge, values = new Map());
    if (value === 0) values.delete(namespace);
    else values.set(namespace, value);
    return values.size === 0 ? value : Math.max(...values.values());
  }
}
