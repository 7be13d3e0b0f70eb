import type { RecordEntry, Records, RecordScan } from "../../../adapter.ts";
import type { Mutant } from "../mutant.ts";

/** Faults of records. */
export const recordMutants: readonly Mutant[] = [
  {
    name: "stores a record and ignores the expected revision",
    recordsFault: (records) => ({
      put: async (key, value) => await records.put(key, value, (await lastOf(records, key))?.revision ?? 0),
    }),
    caughtBy: "A put over the revision of the last value stores it; one over any other revision changes nothing",
  },
  {
    name: "takes a newer expected revision for the last one",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        const last = (await lastOf(records, key))?.revision ?? 0;
        return await records.put(key, value, last > 0 && expected > last ? last : expected);
      },
    }),
    caughtBy: "A put over the revision of the last value stores it; one over any other revision changes nothing",
  },
  {
    name: "refuses a put that is repeated",
    recordsFault: (records) => ({
      put: async (key, value, expected) => {
        const last = await lastOf(records, key);
        return (last?.revision ?? 0) === expected ? await records.put(key, value, expected) : undefined;
      },
    }),
    caughtBy: "A put that is repeated returns the revision of the first, as long as its value is the last",
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
    caughtBy: "A put that is repeated returns the revision of the first, as long as its value is the last",
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
    caughtBy: "Revisions rise over all keys, also when the last record was deleted",
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
    caughtBy: "Revisions rise over all keys, also when the last record was deleted",
  },
  {
    name: "deletes a record and ignores its revision",
    recordsFault: (records) => ({
      delete: async (key) => {
        const last = await lastOf(records, key);
        if (last !== undefined) await records.delete(key, last.revision);
      },
    }),
    caughtBy: "A deletion removes the last value at its revision, and the key then has no value",
  },
  {
    name: "deletes nothing",
    recordsFault: () => ({ delete: () => {} }),
    caughtBy: "A deletion removes the last value at its revision, and the key then has no value",
  },
  {
    name: "reports a deletion as an empty value",
    recordsFault: (records) => ({
      delete: async (key, revision) => void await records.put(key, new Uint8Array(), revision),
    }),
    caughtBy: "A deletion removes the last value at its revision, and the key then has no value",
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
    caughtBy: "Values of 0 bytes up to 64 KiB come back byte by byte, and are copies",
  },
  {
    name: "cuts values at 64,000 bytes",
    recordsFault: (records) => ({
      put: (key, value, expected) => records.put(key, value.slice(0, 64_000), expected),
    }),
    caughtBy: "Values of 0 bytes up to 64 KiB come back byte by byte, and are copies",
  },
  {
    name: "takes keys that differ in case for one",
    recordsFault: (records) => ({
      put: (key, value, expected) => records.put(key.toLowerCase(), value, expected),
      scan: (prefix, after) => records.scan(prefix.toLowerCase(), after),
    }),
    caughtBy: "Keys of every permitted character and length are keys of their own",
  },
  {
    name: "takes a prefix for the beginning of a string",
    recordsFault: (records) => ({
      scan: (prefix, after) => records.scan(prefix.endsWith(".") ? prefix.slice(0, -1) : prefix, after),
    }),
    caughtBy: "A scan gives the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans in the order of keys",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.toSorted((a, b) => a.key < b.key ? -1 : 1) };
      },
    }),
    caughtBy: "A scan gives the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans from a revision on, not after it",
    recordsFault: (records) => ({ scan: (prefix, after) => records.scan(prefix, after - 1) }),
    caughtBy: "A scan gives the last value of each key under a prefix of whole tokens, in the order of revisions",
  },
  {
    name: "scans one level of keys",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.filter(({ key }) => !key.slice(prefix.length).includes(".")) };
      },
    }),
    caughtBy: "A scan for the prefix of all keys gives every record of its scope and of no other",
  },
  {
    name: "says that a long scan is whole when it is not",
    recordsFault: (records) => ({
      scan: async (prefix, after) => {
        const scan = await records.scan(prefix, after);
        return { ...scan, entries: scan.entries.slice(0, 1_000) };
      },
    }),
    caughtBy: "A scan of more records than one part holds misses none",
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
    caughtBy: "A scan has every put that was acknowledged before, by whichever driver",
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
    caughtBy: "Records outlive the driver that put them",
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
    caughtBy: "The generation stays as it is while records change",
  },
  {
    name: "gives hints after they were disposed of",
    recordsFault: (records) => ({
      onHint: (prefix, listener) => {
        records.onHint!(prefix, listener);
        return { [Symbol.dispose]: () => {} };
      },
    }),
    caughtBy: "Where there are hints, one comes after a put of another driver, until it is disposed of",
  },
  {
    name: "gives no hint, though it offers them",
    recordsFault: () => ({ onHint: () => ({ [Symbol.dispose]: () => {} }) }),
    caughtBy: "Where there are hints, one comes after a put of another driver, until it is disposed of",
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
    caughtBy: "A put whose signal was aborted before stores nothing",
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
    caughtBy: "One of many puts over one revision succeeds, from any driver",
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
    caughtBy: "Namespaces and the backend see nothing of each other's records",
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
