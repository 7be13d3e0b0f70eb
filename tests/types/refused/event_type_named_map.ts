import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: an event type cannot be named \"map\": the event map has a member of that name
events({ map: unchecked<null>() });
