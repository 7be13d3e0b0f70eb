import { bookSeat, openScreening, setPrice, topUp } from "./changes.ts";
import type { Feeds } from "./feed.ts";
import { redrive, showConsumer } from "./operate.ts";
import { showProgramme, showScreening, showTickets, showWallet } from "./reads.ts";
import type { Route } from "./router.ts";

/** All routes of the service. */
export function bookingRoutes(feeds: Feeds): Route[] {
  return [
    { method: "GET", path: "/:tenant/screenings", handle: showProgramme },
    { method: "GET", path: "/:tenant/screenings/:screening", handle: showScreening },
    { method: "PUT", path: "/:tenant/screenings/:screening", handle: openScreening },
    { method: "PUT", path: "/:tenant/screenings/:screening/price", handle: setPrice },
    { method: "POST", path: "/:tenant/screenings/:screening/bookings", handle: bookSeat },
    { method: "GET", path: "/:tenant/wallets/:customer", handle: showWallet },
    { method: "POST", path: "/:tenant/wallets/:customer/top-ups", handle: topUp },
    { method: "GET", path: "/:tenant/customers/:customer/tickets", handle: showTickets },
    { method: "GET", path: "/:tenant/consumers/:consumer", handle: showConsumer },
    { method: "POST", path: "/:tenant/consumers/:consumer/parked/:actor/redrive", handle: redrive },
    { method: "GET", path: "/:tenant/feed", handle: (context) => feeds.open(context) },
  ];
}
