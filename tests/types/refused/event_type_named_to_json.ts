import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: an event type cannot be named \"toJSON\": the event map has a member of that name
events({ toJSON: unchecked<null>() });
