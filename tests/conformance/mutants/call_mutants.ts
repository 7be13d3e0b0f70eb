import type { Mutant } from "../mutant.ts";

/** Faults of requests between processes. */
export const callMutants: readonly Mutant[] = [
  {
    name: "sends requests without regard to the namespace",
    callsFault: (calls) => ({
      serve: (address, answer) =>
        calls.serve({ ...address, namespace: address.namespace.slice(0, 21) as never }, answer),
      call: (address, request, options) =>
        calls.call({ ...address, namespace: address.namespace.slice(0, 21) as never }, request, options),
    }),
    caughtBy: "calls.call() reaches only the handler of its address, and returns the answer of that handler",
  },
  {
    name: "joins the parts of an address without a separator",
    callsFault: (calls) => {
      const joined = (address: Parameters<typeof calls.serve>[0]) => ({
        ...address,
        service: `${address.service}.${address.session}`,
        session: "all",
      });
      return {
        serve: (address, answer) => calls.serve(joined(address), answer),
        call: (address, request, options) => calls.call(joined(address), request, options),
      };
    },
    caughtBy: "calls.call() reaches only the handler of its address, and returns the answer of that handler",
  },
  {
    name: "addresses requests to the name of a node",
    callsFault: (calls) => {
      const named = (address: Parameters<typeof calls.serve>[0]) => ({
        ...address,
        session: address.session.split("~")[0]!,
      });
      const handlers = new Map<string, Parameters<typeof calls.serve>[1]>();
      return {
        serve: (address, answer) => {
          handlers.set(JSON.stringify(named(address)), answer);
          return { [Symbol.asyncDispose]: () => Promise.resolve() };
        },
        call: (address, request) =>
          handlers.get(JSON.stringify(named(address)))?.(request) ?? Promise.resolve(undefined),
      };
    },
    caughtBy: "calls.call() reaches only the handler of its address, and returns the answer of that handler",
  },
  {
    name: "fails a request that reached no handler",
    callsFault: (calls) => ({
      call: async (address, request, options) => {
        const answer = await calls.call(address, request, options);
        if (answer === undefined) throw new Error("no handler");
        return answer;
      },
    }),
    caughtBy: "calls.call() returns undefined for an address without a handler",
  },
  {
    name: "goes on to call a handler that has ended",
    callsFault: (calls) => ({
      serve: (address, answer) => {
        calls.serve(address, answer);
        return { [Symbol.asyncDispose]: () => Promise.resolve() };
      },
    }),
    caughtBy: "calls.call() returns undefined for an address without a handler",
  },
  {
    name: "answers no request after its handler has begun to end",
    callsFault: (calls) => ({
      serve: (address, answer) => {
        let isEnded = false;
        const served = calls.serve(address, async (request) => {
          const bytes = await answer(request);
          return isEnded ? new Uint8Array() : bytes;
        });
        return {
          [Symbol.asyncDispose]: () => {
            isEnded = true;
            return served[Symbol.asyncDispose]();
          },
        };
      },
    }),
    caughtBy: "calls.serve() answers the requests that have arrived when it ends, and no later ones",
  },
  {
    name: "reports that a request was not received although it was answered",
    callsFault: (calls) => ({
      call: async (address, request, options) => {
        const answer = await calls.call(address, request, options);
        return request.length === 900 ? undefined : answer;
      },
    }),
    caughtBy: "calls.serve() answers the requests that have arrived when it ends, and no later ones",
  },
  {
    name: "lets a second handler take over an address",
    callsFault: (calls) => {
      const served = new Map<string, AsyncDisposable>();
      return {
        serve: (address, answer) => {
          const key = JSON.stringify(address);
          void served.get(key)?.[Symbol.asyncDispose]();
          const serving = calls.serve(address, answer);
          served.set(key, serving);
          return serving;
        },
      };
    },
    caughtBy: "calls.serve() refuses a second handler at an address, and keeps the first handler",
  },
  {
    name: "gives all callers the first answer",
    callsFault: (calls) => {
      let first: Promise<Uint8Array | undefined> | undefined;
      return {
        call: (address, request, options) => {
          const answer = calls.call(address, request, options);
          if (request.length > 2) return answer;
          return first ??= answer;
        },
      };
    },
    caughtBy: "calls.call() gives each of many concurrent requests its own answer, in any order",
  },
  {
    name: "cuts off the last byte of an answer",
    callsFault: (calls) => ({
      call: async (address, request, options) => {
        const answer = await calls.call(address, request, options);
        return answer !== undefined && answer.length > 255 ? answer.slice(0, -1) : answer;
      },
    }),
    caughtBy: "calls.call() carries any bytes in both directions, up to maxBytes",
  },
  {
    name: "takes a request without an answer for one that reached no handler",
    callsFault: (calls) => ({
      call: (address, request, options) => calls.call(address, request, options).catch(() => undefined),
    }),
    caughtBy: "calls.call() fails as unavailable without an answer in time, and with the reason of an aborted signal",
  },
];
