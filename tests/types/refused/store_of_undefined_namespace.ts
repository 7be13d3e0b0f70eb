import { memory } from "@flowmade-one/aether/memory";

declare const tenant: { readonly id: string } | undefined;
// @ts-expect-error: Argument of type 'string | undefined' is not assignable to parameter of type
memory().store(tenant?.id);
