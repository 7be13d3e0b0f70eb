import { type BusTransport, recordCommit, type TransportReceiver } from "../../../adapter.ts";
import type { BusEvent } from "../../../mod.ts";
import { compilePattern, type Matcher, type NamespacePattern, parseNamespacePattern } from "../../../patterns.ts";
import type { CarrierFault } from "../faulty_driver.ts";
import type { Mutant } from "../mutant.ts";

/** Changes what is received: what is given instead of the events, call by call. */
type Change = (events: readonly BusEvent[]) => readonly (readonly BusEvent[])[];

/** Faults in how bus events are carried from one backend to another. */
export const carrierMutants: readonly Mutant[] = [
  {
    name: "sends nothing of what is published",
    carrierFault: () => ({ send: () => {} }),
    caughtBy: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
  },
  {
    name: "gives what was published twice",
    carrierFault: receiving((events) => isStored(events) ? [events] : [events, events]),
    caughtBy: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
  },
  {
    name: "loses the schema version of what was published",
    carrierFault: receiving(each((event) => ({ ...event, schemaVersion: 1 }))),
    caughtBy: "bus.subscribe() receives the schema versions of events of another backend",
  },
  {
    name: "loses the metadata of what was published",
    carrierFault: receiving(each((event) => ({ ...event, metadata: {} }))),
    caughtBy: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
  },
  {
    name: "gives what was published with the time of its arrival",
    carrierFault: receiving(each((event) => ({ ...event, timestamp: event.timestamp + 1 }))),
    caughtBy: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
  },
  {
    name: "gives every second event of an actor before the one that it follows",
    carrierFault: swapping((events) => !isStored(events)),
    caughtBy: "bus.publish() reaches another backend once, in order, as the publisher's own bus delivers it",
  },
  {
    name: "announces no commits of other backends",
    carrierFault: receiving((events) => isStored(events) ? [] : [events]),
    caughtBy: "append() reaches the bus of another backend once, in order, as a read returns it",
  },
  {
    name: "tells twice of what others store",
    carrierFault: receiving((events) => isStored(events) ? [events, events] : [events]),
    caughtBy: "append() reaches the bus of another backend once, in order, as a read returns it",
  },
  {
    name: "tells of what others store without its position",
    carrierFault: receiving(each(({ position: _, ...event }) => event as BusEvent)),
    caughtBy: "append() reaches the bus of another backend once, in order, as a read returns it",
  },
  {
    name: "tells of one event of a commit only",
    carrierFault: receiving((events) => [events.slice(0, 1)]),
    caughtBy: "append() reaches the bus of another backend once, in order, as a read returns it",
  },
  {
    name: "tells the events of a commit one by one",
    carrierFault: receiving((events) => events.map((event) => [event])),
    caughtBy: "bus.publish() in a handler delivers no event between the events of another backend's commit",
  },
  {
    name: "gives back what was published here",
    carrierFault: echo,
    caughtBy: "bus.subscribe() receives the events of its own backend once, although others receive them too",
  },
  announcingToAll(),
  {
    name: "tells of an older commit after a newer one",
    carrierFault: swapping(isStored),
    caughtBy: "append() of several backends to one actor reaches each bus in the order of versions",
  },
  {
    name: "takes * for one or more tokens",
    carrierFault: listening((pattern) => pattern.replace(/\*$/, ">")),
    caughtBy: "bus.observe() receives events of other backends only in the namespaces of its grant",
  },
  {
    name: "takes > for one token",
    carrierFault: listening((pattern) => pattern.replace(/>$/, "*")),
    caughtBy: "bus.observe() receives events of other backends only in the namespaces of its grant",
  },
  {
    name: "hears the namespaces below the one that it listens to",
    carrierFault: listening((pattern) => /[*>]/.test(pattern) ? pattern : `${pattern}.>`),
    caughtBy: "bus.subscribe() receives no event that another backend publishes or stores in another namespace",
  },
  {
    name: "listens to namespaces in lower case",
    carrierFault: listening((pattern) => pattern.toLowerCase()),
    caughtBy: "bus.subscribe() receives no event that another backend publishes or stores in another namespace",
  },
  {
    name: "gives events that can be changed",
    carrierFault: receiving((events) => [structuredClone(events) as BusEvent[]]),
    caughtBy: "bus.subscribe() receives deeply frozen events from another backend",
  },
  {
    name: "does not listen to a namespace again",
    carrierFault: (carrier) => {
      const known = new Set<string>();
      return {
        listen: (pattern, receiver) => {
          if (known.has(pattern)) return { [Symbol.dispose]: () => {} };
          known.add(pattern);
          return carrier.listen(pattern, receiver);
        },
      };
    },
    caughtBy: "bus.subscribe() receives no event of other backends after its end, and other subscriptions continue",
  },
  {
    name: "stops listening to everything when it stops listening to something",
    carrierFault: (carrier) => {
      const listeners: Disposable[] = [];
      return {
        listen: (pattern, receiver) => {
          listeners.push(carrier.listen(pattern, receiver));
          return { [Symbol.dispose]: () => listeners.forEach((listener) => listener[Symbol.dispose]()) };
        },
      };
    },
    caughtBy: "bus.subscribe() receives no event of other backends after its end, and other subscriptions continue",
  },
  {
    name: "takes a repeated commit for a new one",
    fault: (log) => ({
      append: (commit, signal) => {
        const outcome = log.append(commit, signal);
        return !(outcome instanceof Promise) && outcome.ok ? { ...outcome, duplicate: false } : outcome;
      },
    }),
    caughtBy: "append() that repeats the commit of another backend delivers no second event",
  },
];

function isStored(events: readonly BusEvent[]): boolean {
  return events[0]?.version !== undefined;
}

function each(change: (event: BusEvent) => BusEvent): Change {
  return (events) => [events.map((event) => Object.freeze(change(event)))];
}

/** A carrier that gives something else than what comes. */
function receiving(change: Change): CarrierFault {
  return (carrier) => ({
    listen: (pattern, receiver) =>
      carrier.listen(
        pattern,
        changed(receiver, (events) => {
          for (const given of change(events)) receiver.receive(given);
        }),
      ),
  });
}

/** A carrier that gives two of some in the wrong order; probes of the case not among them. */
function swapping(isOne: (events: readonly BusEvent[]) => boolean): CarrierFault {
  return (carrier) => {
    let kept: readonly BusEvent[] | undefined;
    const change: Change = (events) => {
      if (!isOne(events) || events[0]?.actorId !== "order.1") return [events];
      const before = kept;
      kept = before === undefined ? events : undefined;
      return before === undefined ? [] : [events, before];
    };
    return receiving(change)(carrier);
  };
}

/** A transport that listens to another pattern than requested. */
function listening(change: (pattern: NamespacePattern) => string): CarrierFault {
  return (carrier) => ({
    listen: (pattern, receiver) => carrier.listen(parseNamespacePattern(change(pattern)), receiver),
  });
}

function echo(carrier: BusTransport): Partial<BusTransport> {
  const own = new Set<TransportReceiver>();
  return {
    send: (event) => {
      carrier.send(event);
      for (const { receive } of own) receive([event]);
    },
    listen: (pattern, receiver) => {
      own.add(receiver);
      return carrier.listen(pattern, receiver);
    },
  };
}

/** A writer receives its own commits too. */
function announcingToAll(): Mutant {
  const listeners: { covers: Matcher; receiver: TransportReceiver }[] = [];
  return {
    name: "tells of what was stored here",
    fault: (log, { namespace }) => ({
      append: async (commit, signal) => {
        const outcome = await log.append(commit, signal);
        if (!outcome.ok) return outcome;
        const { version, identity, offset } = outcome;
        const events = recordCommit({ namespace, identity }, commit, version - commit.events.length + 1, offset);
        for (const { covers, receiver } of listeners) if (covers(namespace)) receiver.receive(events);
        return outcome;
      },
    }),
    carrierFault: (carrier) => ({
      listen: (pattern, receiver) => {
        listeners.push({ covers: compilePattern(pattern), receiver });
        return carrier.listen(pattern, receiver);
      },
    }),
    caughtBy: "bus.subscribe() receives the events of its own backend once, although others receive them too",
  };
}

function changed(receiver: TransportReceiver, receive: TransportReceiver["receive"]): TransportReceiver {
  return { receive, fail: (error) => receiver.fail(error) };
}
