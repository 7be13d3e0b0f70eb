import { assertEquals } from "@std/assert";
import { MemoryRecords } from "../../adapters/memory/memory_records.ts";
import { definitionKey, laneKey } from "../../src/consumers/consumer_keys.ts";
import { FORGETTING } from "../../src/consumers/definition.ts";
import { finishForgetting } from "../../src/consumers/finish_forgetting.ts";
import { encodeLane, NEW_LANE } from "../../src/consumers/lane_record.ts";
import { encodeSession, ENDED_SESSION } from "../../src/coordination/session_record.ts";

const SESSION = "sessions.owner~1";

/** Records in which the consumer "c" is being forgotten. A live session owns its lane 0. */
function owned() {
  const records = new MemoryRecords();
  const session = records.put(SESSION, encodeSession({ beat: 2, ttl: 1_000, services: [] }), 0)!;
  const lane = records.put(laneKey("c", 0), encodeLane({ ...NEW_LANE, owner: SESSION }), 0)!;
  records.put(definitionKey("c"), FORGETTING, 0);
  return { records, session, lane };
}

/** A coordinator that has read all records at each step. Calls a function at each step. */
function coordinatorOf(records: MemoryRecords, onStep: (step: number) => void) {
  let step = 0;
  const entries = () => records.scan("", 0).entries;
  return {
    record: (key: string) => entries().find((entry) => entry.key === key),
    get liveSessions() {
      const live = entries().filter(({ key, value }) => key.startsWith("sessions.") && value.length > 0);
      return new Map(live.map(({ key }) => [key, undefined]));
    },
    nextStep: () => Promise.resolve(onStep(++step)),
  };
}

const changes: readonly [title: string, change: (scene: ReturnType<typeof owned>) => void][] = [
  ["the owner releases the lane", ({ records, lane }) => void records.put(laneKey("c", 0), encodeLane(NEW_LANE), lane)],
  ["the session of the owner ends", ({ records, session }) => void records.put(SESSION, ENDED_SESSION, session)],
];

for (const [title, change] of changes) {
  Deno.test(`finishForgetting() reads no records while a live session owns a lane, until ${title}`, async () => {
    const scene = owned();
    const { records } = scene;
    const scanned: string[] = [];
    const read: (readonly string[])[] = [];
    const coordinator = coordinatorOf(records, (step) => {
      read.push(scanned.splice(0));
      if (step === 5) change(scene);
    });
    const observed = {
      isReplaceable: false,
      put: records.put.bind(records),
      delete: records.delete.bind(records),
      scan: (prefix: string, after: number) => {
        scanned.push(prefix);
        return records.scan(prefix, after);
      },
    };
    await finishForgetting("c", observed, coordinator, new AbortController().signal);
    assertEquals(read.slice(-4), [[], [], [], []]);
    assertEquals(new Set([...read.flat(), ...scanned]), new Set(["consumers.c.", "sessions."]));
    const left = records.scan("consumers.c.", 0).entries;
    assertEquals([left.length, left.filter(({ value }) => value.length > 0)], [17, []]);
  });
}
