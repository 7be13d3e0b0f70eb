import type { Page } from "../../../adapter.ts";
import { delegateTo, mapItems } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Faults of what is followed. */
export const followMutants: readonly Mutant[] = [
  {
    name: "loses the rest of a commit that a position cuts",
    fault: (log) => ({
      follow: (range, signal) => {
        const from = typeof range.from === "number" && range.from > 1 ? range.from + 1 : range.from;
        return log.follow({ ...range, from }, signal);
      },
    }),
    caughtBy: "project() into a model with a mark continues after the mark, even in the middle of a commit",
  },
  {
    name: "says caughtUp before it has given anything",
    fault: (log) => ({
      follow: async function* (range, signal) {
        yield "caughtUp";
        for await (const item of log.follow(range, signal)) if (item !== "caughtUp") yield item;
      },
    }),
    caughtBy: "caughtUp does not resolve before the reader has handled the last stored event",
  },
  {
    name: "never says caughtUp",
    fault: (log) => ({
      follow: async function* (range, signal) {
        for await (const item of log.follow(range, signal)) if (item !== "caughtUp") yield item;
      },
    }),
    caughtBy: "caughtUp resolves even if the filter selects no event",
  },
  {
    name: "says caughtUp only with the first live event",
    fault: (log) => ({
      follow: async function* (range, signal) {
        let late = false;
        for await (const item of log.follow(range, signal)) {
          if (item === "caughtUp") late = true;
          else {
            yield item;
            if (late) yield "caughtUp";
            late = false;
          }
        }
      },
    }),
    caughtBy: "subscribe() to an unused namespace is caught up at once, and returns the first event",
  },
  {
    name: "misses what is appended between catching up and going live",
    fault: (log) => ({
      follow: async function* (range, signal) {
        for await (const item of log.follow(range, signal)) {
          yield item;
          if (item === "caughtUp") break;
        }
        // The consumer has been at work meanwhile.
        for (let i = 0; i < 10; i++) await Promise.resolve();
        yield* log.follow({ ...range, from: "now" }, signal);
      },
    }),
    caughtBy: "subscribe() delivers every event to a slow reader in order, and delays no other reader",
  },
  {
    name: "gives the last page of what is stored again as the first that is live",
    fault: (log) => ({
      follow: async function* (range, signal) {
        let last: Page = [];
        for await (const item of log.follow(range, signal)) {
          yield item;
          if (item === "caughtUp" && last.length > 0) yield last;
          else if (item !== "caughtUp") last = [...item];
        }
      },
    }),
    caughtBy: "subscribe() returns the stored events, then the new events, without gap or repeat",
  },
  {
    name: "drops live events while no reader waits",
    fault: (log) => ({
      follow: async function* (range, signal) {
        for await (const item of log.follow(range, signal)) yield item === "caughtUp" ? item : item.slice(-20);
      },
    }),
    caughtBy: "subscribe() without a reader delays no append",
  },
  {
    name: "gives live events newest first",
    fault: (log) => ({ follow: (range, signal) => mapItems(log.follow(range, signal), (page) => page.reverse()) }),
    caughtBy: "subscribe() neither misses nor repeats an event if writers append while it catches up",
  },
  {
    name: "follows from the start and ignores the given position",
    fault: (log) => ({ follow: (range, signal) => log.follow({ ...range, from: 1 }, signal) }),
    caughtBy:
      'subscribe() after "now" returns events that are appended after caughtUp, and no event from before the call',
  },
  {
    name: "follows from the commit after the one that is due",
    fault: (log) => ({
      follow: (range, signal) =>
        log.follow(
          { ...range, from: typeof range.from === "number" && range.from > 1 ? range.from + 1 : range.from },
          signal,
        ),
    }),
    caughtBy: "subscribe() after a position continues with the next event, even if the position is inside a commit",
  },
  {
    name: "follows only actors of more tokens than the pattern has",
    fault: (log) => ({
      follow: (range, signal) => {
        const tokens = range.actors?.split(".").length;
        const wanted = (actorId: string) => tokens === undefined || actorId.split(".").length > tokens;
        return mapItems(log.follow(range, signal), (page) => page.filter(({ actorId }) => wanted(actorId)));
      },
    }),
    caughtBy: "subscribe() with an actor pattern returns the events of the actors that it covers, stored and live",
  },
  {
    name: "waits for a position beyond the end",
    fault: (log) => ({
      follow: (range, signal) => {
        try {
          return log.follow(range, signal);
        } catch {
          return log.follow({ ...range, from: "now" }, signal);
        }
      },
    }),
    caughtBy: "subscribe() fails if the position in after is beyond the end of the log",
  },
  {
    name: "continues to wait after its signal is aborted",
    fault: (log) => ({ follow: (range) => log.follow(range, new AbortController().signal) }),
    caughtBy: "subscription.close() ends the iteration without an error, also while it waits",
  },
  {
    name: "ends every subscription when one of them is stopped",
    fault: (log) => {
      const all = new AbortController();
      return {
        follow: (range, signal) => {
          signal.addEventListener("abort", () => all.abort());
          return log.follow(range, all.signal);
        },
      };
    },
    caughtBy: "subscribe() misses no event when other subscriptions end",
  },
  {
    name: "delays appends for a subscription without a reader",
    fault: (log) => {
      let turn = Promise.resolve();
      return {
        append: async (commit, signal) => {
          await turn;
          return log.append(commit, signal);
        },
        follow: async function* (range, signal) {
          for await (const item of log.follow(range, signal)) {
            const { promise, resolve } = Promise.withResolvers<void>();
            turn = promise;
            yield item;
            resolve();
          }
        },
      };
    },
    caughtBy: "subscribe() without a reader delays no append",
  },
  {
    name: "ends a subscription to an unused namespace",
    fault: (log) => {
      const good = delegateTo(log);
      return {
        follow: async function* (range, signal) {
          let isEmpty = true;
          for await (const item of good.follow(range, signal)) {
            yield item;
            if (item === "caughtUp" && isEmpty) return;
            isEmpty = false;
          }
        },
      };
    },
    caughtBy: "subscribe() to an unused namespace is caught up at once, and returns the first event",
  },
];
