import { events } from "@flowmade-one/aether";
import type { EventMapFrom } from "@flowmade-one/aether/types";
import { screeningSchemas } from "./screening.ts";
import { walletSchemas } from "./wallet.ts";

const bookingSchemas = { ...screeningSchemas, ...walletSchemas };

/** All events of one cinema, of every actor. */
export const BookingEvents = events(bookingSchemas);
export type BookingEvents = EventMapFrom<typeof bookingSchemas>;
