/** The rule by which several values of one gauge become the reported value. */
export type Combination = "highest" | "sum";

/** The object and the namespace to which a value belongs. */
export interface ValueOwner {
  /** See `Measurement.source`. */
  readonly source: object;
  /** Absent if the value belongs to no namespace. */
  readonly namespace: string | undefined;
}

/**
 * Combines the values that several namespaces, backends, nodes and observers measure for a gauge with the same name and
 * attributes. An SDK keeps one value per gauge: without a combination, each value would replace the previous one.
 */
export class GaugeValues {
  /** The values by gauge, then by source, then by namespace. Values of 0 are left out. */
  readonly #values: Map<string, Map<object, Map<string, number>>> = new Map();

  /**
   * Records a new value.
   *
   * @param gauge The name and the attributes of the gauge.
   * @returns The value to report: the highest value, or the sum of all values.
   */
  update(gauge: string, { source, namespace = "" }: ValueOwner, value: number, combination: Combination): number {
    const sources = this.#values.get(gauge) ?? new Map<object, Map<string, number>>();
    const values = sources.get(source) ?? new Map<string, number>();
    if (value === 0) values.delete(namespace);
    else values.set(namespace, value);
    if (values.size === 0) sources.delete(source);
    else sources.set(source, values);
    if (sources.size === 0) this.#values.delete(gauge);
    else this.#values.set(gauge, sources);
    const all = [...sources.values()].flatMap((ofNamespaces) => [...ofNamespaces.values()]);
    return all.reduce((result, each) => combination === "sum" ? result + each : Math.max(result, each), 0);
  }
}

/** The values of each meter provider. Observers of one SDK share its gauges through this map. */
const VALUES_OF_PROVIDERS: WeakMap<object, GaugeValues> = new WeakMap();

/** The values of the gauges of a meter provider. */
export function gaugeValuesOf(provider: object): GaugeValues {
  let values = VALUES_OF_PROVIDERS.get(provider);
  if (values === undefined) VALUES_OF_PROVIDERS.set(provider, values = new GaugeValues());
  return values;
}
