import { memory } from "@flowmade-one/aether/memory";

// @ts-expect-error: Property 'overflow' is missing
memory().bus.within("prod.orders").queue({ capacity: 10 });
