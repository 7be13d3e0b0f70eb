import { events } from "@flowmade-one/aether";

// @ts-expect-error: is not assignable to type 'AnySchema | VersionedEvent'
events({ Placed: (data: { sku: string }) => data });
