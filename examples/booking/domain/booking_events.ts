import { events } from "@flowmade-one/aether";
import type { EventMapFrom } from "@flowmade-one/aether/types";
import { screeningSchemas } from "./screening.ts";
import { walletSchemas } from "./wallet.ts";

const bookingSchemas = { ...screeningSchemas, ...walletSchemas };

/** The events of all actors of one cinema. */
export const BookingEvents = events(bookingSchemas);
export type BookingEvents = EventMapFrom<typeof bookingSchemas>;
