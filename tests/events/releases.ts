import { events, unchecked } from "@flowmade-one/aether";

const toQuantity = (old: { readonly sku: string }) => ({ ...old, quantity: 1 });
const first = unchecked<{ readonly sku: string }>();
const second = unchecked<{ readonly sku: string; readonly quantity: number }>();

/** The event maps of a service, release by release, with the type and the data that each of them writes. */
export const RELEASES = {
  /** The first release. */
  old: { map: events({ OrderPlaced: first }), type: "OrderPlaced", dataOf: (sku: string) => ({ sku }) },
  /** Knows the new name in advance, and writes the old one. */
  prepared: {
    map: events({ OrderPlaced: { schema: first, formerly: ["Placed"] } }),
    type: "OrderPlaced",
    dataOf: (sku: string) => ({ sku }),
  },
  /** Writes the new name. */
  renamed: {
    map: events({ Placed: { schema: first, formerly: ["OrderPlaced"] } }),
    type: "Placed",
    dataOf: (sku: string) => ({ sku }),
  },
  /** Writes version 2. */
  versioned: {
    map: events({
      Placed: { schema: second, version: 2, from: { 1: toQuantity }, formerly: ["OrderPlaced"] },
    }),
    type: "Placed",
    dataOf: (sku: string) => ({ sku, quantity: 2 }),
  },
} as const;

/** The name of a release. */
export type ReleaseName = keyof typeof RELEASES;
