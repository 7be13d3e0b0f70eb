import { events, unchecked } from "@flowmade-one/aether";

// @ts-expect-error: an event type cannot be named \"then\": the event map has a member of that name
events({ then: unchecked<null>() });
