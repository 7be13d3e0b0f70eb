import type { Backend } from "@flowmade-one/aether";

const IN_WORDS: Readonly<Record<Backend["capabilities"]["durability"], string>> = {
  none: "gone when this process ends",
  process: "survives a crash of any process, not a loss of power",
  disk: "survives a loss of power",
  quorum: "survives the loss of a minority of machines",
};

/** The failures that an acknowledged append survives, as the adapter declares them. */
export function durabilityInWords({ capabilities }: Backend): string {
  return IN_WORDS[capabilities.durability];
}
