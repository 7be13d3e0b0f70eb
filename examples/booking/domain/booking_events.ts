import { events } from "@flowmade-one/aether";
import type { ScreeningEvents } from "./screening.ts";
import type { WalletEvents } from "./wallet.ts";

/** All that happens at one cinema, whichever actor it happens to. */
export interface BookingEvents extends ScreeningEvents, WalletEvents {}
export const BookingEvents = events<BookingEvents>();
