import { bookSeat, openScreening, setPrice, topUp } from "./changes.ts";
import type { Feeds } from "./feed.ts";
import { redrive, showConsumer } from "./operate.ts";
import { showProgramme, showScreening, showTickets, showWallet } from "./reads.ts";
import type { Route } from "./router.ts";

/** All routes of the service. */
export function bookingRoutes(feeds: Feeds): Route[] {
  return [
    { method: "GET", path: "/:tenant/screenings", answer: showProgramme },
    { method: "GET", path: "/:tenant/screenings/:screening", answer: showScreening },
    { method: "PUT", path: "/:tenant/screenings/:screening", answer: openScreening },
    { method: "PUT", path: "/:tenant/screenings/:screening/price", answer: setPrice },
    { method: "POST", path: "/:tenant/screenings/:screening/bookings", answer: bookSeat },
    { method: "GET", path: "/:tenant/wallets/:customer", answer: showWallet },
    { method: "POST", path: "/:tenant/wallets/:customer/top-ups", answer: topUp },
    { method: "GET", path: "/:tenant/customers/:customer/tickets", answer: showTickets },
    { method: "GET", path: "/:tenant/consumers/:consumer", answer: showConsumer },
    { method: "POST", path: "/:tenant/consumers/:consumer/parked/:actor/redrive", answer: redrive },
    { method: "GET", path: "/:tenant/feed", answer: (call) => feeds.answer(call) },
  ];
}
