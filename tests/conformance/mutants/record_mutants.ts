import type { RecordEntry, Records, RecordScan } from "../../../adapter.ts";
import type { Mutant } from "../mutant.ts";

/** Faults of records. */
export const recordMutants: readonly Mutant[] = [
  {
    name: "stores a record and ignores the expected revision",
    recordsFault: (records) => ({
      put: async (key, value) => await records.put(key, value, (await lastOf(records, key))?.revision ?? 0),
    }),
    caughtBy: "records.put() stores a value over the last revision, and changes nothing over any other revision",
  },
  {
    name: "takes a newer expected revision for the last one",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        const last = (await lastOf(records, key))?.revision ?? 0;
        return await records.put(key, value, last > 0 && expected > last ? last : expected);
      },
    }),
    caughtBy: "records.put() stores a value over the last revision, and changes nothing over any other revision",
  },
  {
    name: "refuses a put that is repeated",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        const last = await lastOf(records, key);
        return (last?.revision ?? 0) === expected ? await records.put(key, value, expected) : undefined;
      },
    }),
    caughtBy: "records.put() that is repeated returns its first revision, while its value is the last one",
  },
  {
    name: "takes equal bytes for a repeated put and ignores its expected revision",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        const last = await lastOf(records, key);
        const isEqual = last !== undefined && `${last.value}` === `${value}`;
        return isEqual && last.revision !== expected ? last.revision : await records.put(key, value, expected);
      },
    }),
    caughtBy: "records.put() that is repeated returns its first revision, while its value is the last one",
  },
  {
    name: "gives out a deleted revision again",
    recordsFault: (records) => {
      let back = 0;
      const shifted = ({ key, value, revision }: RecordEntry) => ({ key, value, revision: revision - back });
      return {
        put: async (key, value, expected) => {
          const revision = await records.put(key, value, expected === 0 ? 0 : expected + back);
          return revision && revision - back;
        },
        scan: async (prefix, after) => changed(await records.scan(prefix, after + back), shifted),
        delete: async (key, revision) => {
          await records.delete(key, revision + back);
          back++;
        },
      };
    },
    caughtBy: "records.put() returns rising revisions over all keys, also after the last record was deleted",
  },
  {
    name: "counts the revisions of each key for itself",
    recordsFault: (records) => {
      const counts = new Map<string, number[]>();
      return {
        put: async (key, value, expected) => {
          const known = counts.get(key) ?? [];
          const revision = await records.put(key, value, known[expected - 1] ?? 0);
          if (revision === undefined) return undefined;
          counts.set(key, [...known, revision]);
          return known.length + 1;
        },
      };
    },
    caughtBy: "records.put() returns rising revisions over all keys, also after the last record was deleted",
  },
  {
    name: "deletes a record and ignores its revision",
    recordsFault: (records) => ({
      delete: async (key) => {
        const last = await lastOf(records, key);
        if (last !== undefined) await records.delete(key, last.revision);
      },
    }),
    caughtBy: "records.delete() removes the last value at its revision, and the key then has no value",
  },
  {
    name: "deletes nothing",
    recordsFault: () => ({ delete: () => {} }),
    caughtBy: "records.delete() removes the last value at its revision, and the key then has no value",
  },
  {
    name: "reports a deletion as an empty value",
    recordsFault: (records) => ({
      delete: async (key, revision) => void await records.put(key, new Uint8Array(), revision),
    }),
    caughtBy: "records.delete() removes the last value at its revision, and the key then has no value",
  },
  {
    name: "keeps the bytes that it was given, not a copy",
    recordsFault: (records) => {
      const given = new Map<string, Uint8Array>();
      return {
        put: (key, value, expected) => {
          given.set(key, value);
          return records.put(key, value, expected);
        },
        scan: async (prefix, after) =>
          changed(await records.scan(prefix, after), (entry) => ({ ...entry, value: given.get(entry.key)! })),
      };
    },
    caughtBy: "records.scan() returns copies of values of 0 bytes to 64 KiB",
  },
  {
    name: "cuts values at 64,000 bytes",
    recordsFault: (records) => ({
      put: (key, value, expected) => records.put(key, value.slice(0, 64_000), expected),
    }),
    caughtBy: "records.scan() returns copies of values of 0 bytes to 64 KiB",
  },
  {
    name: "takes keys that differ in case for one",
    recordsFault: (records) => ({
      put: (key, value, expected) => records.put(key.toLowerCase(), value, expected),
      scan: (prefix, after) => records.scan(prefix.toLowerCase(), after),
    }),
    caughtBy: "records.put() accepts keys of every permitted character and length, and keeps them apart",
  },
  {
    name: "takes a prefix for the beginning of a string",
    recordsFault: (records) => ({
      scan: (prefix, after) => records.scan(prefix.endsWith(".") ? prefix.slice(0, -1) : prefix, after),
    }),
    caughtBy:
      "records.scan() returns the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans in the order of keys",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.toSorted((a, b) => a.key < b.key ? -1 : 1) };
      },
    }),
    caughtBy:
      "records.scan() returns the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans from a revision on, not after it",
    recordsFault: (records) => ({ scan: (prefix, after) => records.scan(prefix, after - 1) }),
    caughtBy:
      "records.scan() returns the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans one level of keys",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.filter(({ key }) => !key.slice(prefix.length).includes(".")) };
      },
    }),
    caughtBy: "records.scan() with an empty prefix returns every record of its scope, and no others",
  },
  {
    name: "says that a long scan is whole when it is not",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.slice(0, 1_000) };
      },
    }),
    caughtBy: "records.scan() returns all records in several batches",
  },
  {
    name: "scans what it knew when it last put",
    recordsFault: (records) => {
      let known: RecordScan | undefined;
      return {
        put: async (key, value, expected) => {
          const revision = await records.put(key, value, expected);
          known = await records.scan("", 0);
          return revision;
        },
        scan: async (prefix, after) => {
          const { entries, ...rest } = known ?? await records.scan("", 0);
          return { ...rest, entries: entries.filter((e) => e.key.startsWith(prefix) && e.revision > after) };
        },
      };
    },
    caughtBy: "records.scan() returns every put that was acknowledged before, by any driver",
  },
  {
    name: "takes its records along when it closes",
    recordsFault: (records) => {
      const own = new Map<string, RecordEntry>();
      return {
        put: async (key, value, expected) => {
          const revision = await records.put(key, value, expected);
          if (revision === undefined) return undefined;
          await records.delete(key, revision);
          own.set(key, { key, value: value.slice(), revision });
          return revision;
        },
        scan: (_, after) => ({
          entries: [...own.values()].filter(({ revision }) => revision > after),
          more: false,
          generation: 0,
        }),
      };
    },
    caughtBy: "records.scan() returns the records of a closed driver",
  },
  {
    name: "changes the generation with every put",
    recordsFault: (records) => {
      let generation = 0;
      return {
        put: (key, value, expected) => {
          generation++;
          return records.put(key, value, expected);
        },
        scan: async (prefix, after) => ({ ...await records.scan(prefix, after), generation }),
      };
    },
    caughtBy: "records.scan() returns one generation while records change",
  },
  {
    name: "gives hints after they were disposed of",
    recordsFault: (records) => ({
      onHint: (prefix, listener) => {
        records.onHint!(prefix, listener);
        return { [Symbol.dispose]: () => {} };
      },
    }),
    caughtBy: "records.onHint() calls its listener after a put of another driver, until it is disposed",
  },
  {
    name: "gives no hint, though it offers them",
    recordsFault: () => ({ onHint: () => ({ [Symbol.dispose]: () => {} }) }),
    caughtBy: "records.onHint() calls its listener after a put of another driver, until it is disposed",
  },
  {
    name: "stores a put whose signal was aborted before, and says that it did not",
    recordsFault: (records) => ({
      put: async (key, value, expected, signal) => {
        const revision = await records.put(key, value, expected);
        signal?.throwIfAborted();
        return revision;
      },
    }),
    caughtBy: "records.put() that fails because of an aborted signal stores nothing",
  },
  {
    name: "lets two puts over one revision succeed",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        if (((await lastOf(records, key))?.revision ?? 0) !== expected) return undefined;
        while (true) {
          const revision = await records.put(key, value, (await lastOf(records, key))?.revision ?? 0);
          if (revision !== undefined) return revision;
        }
      },
    }),
    caughtBy: "records.put() over one revision succeeds once, from any of several drivers",
  },
  {
    name: "keeps the records of all namespaces in one scope",
    recordsFault: (records) => {
      shared ??= records;
      return {
        put: (key, value, expected) => shared!.put(key, value, expected),
        scan: (prefix, after) => shared!.scan(prefix, after),
      };
    },
    caughtBy: "records.scan() returns no record of another namespace or of the backend",
  },
];

/** The first records that a driver has, in the mutant that has no others. */
let shared: Records | undefined;

async function lastOf(records: Records, key: string): Promise<RecordEntry | undefined> {
  const { entries } = await records.scan("", 0);
  return entries.find((entry) => entry.key === key);
}

function changed({ entries, ...rest }: RecordScan, change: (entry: RecordEntry) => RecordEntry): RecordScan {
  return { ...rest, entries: entries.map(change) };
}
