import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: an event type cannot be named \"constructor\": the event map has a member of that name
events({ constructor: unchecked<null>() });
