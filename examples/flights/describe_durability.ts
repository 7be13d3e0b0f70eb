import type { Backend } from "@flowmade-one/aether";

const DESCRIPTIONS: Readonly<Record<Backend["capabilities"]["durability"], string>> = {
  none: "lost when this process ends",
  process: "survives a crash of any process, but not a power loss",
  disk: "survives a power loss",
  quorum: "survives the loss of a minority of machines",
};

/** Describes the failures that an acknowledged append survives. */
export function describeDurability({ capabilities }: Backend): string {
  return DESCRIPTIONS[capabilities.durability];
}
