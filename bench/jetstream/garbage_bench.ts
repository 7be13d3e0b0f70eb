/**
 * The garbage of an append: the bytes that are allocated on V8's heap for each of 256 concurrent appends, including the
 * event of the caller and the work of nats.js. The array buffers of messages are not included.
 */
import { allocatedBytes } from "../garbage.ts";
import type { Row } from "../report.ts";
import type { Scale } from "../scale.ts";
import { makeEvent } from "./make_event.ts";
import type { Fixture } from "./fixture.ts";

const WRITERS = 256;

/** See the top of this file. */
export async function* benchGarbage({ backend }: Fixture, scale: Scale): AsyncGenerator<Row, void, void> {
  const store = backend.store("garbage");
  const each = scale.count(40);
  const appendEach = (from: number) =>
    Promise.all(Array.from({ length: WRITERS }, async (_, i) => {
      let version = from;
      while (version < from + each) {
        version = (await store.append(`order.${i}`, [makeEvent(i + version)], { expectedVersion: version })).version;
      }
    }));
  await appendEach(0);
  const bytes = await allocatedBytes(() => appendEach(each));
  yield {
    group: `commits of 1 event, to ${WRITERS} actors at once`,
    name: "garbage of an append",
    measured: bytes / (WRITERS * each),
    unit: "B",
    reach: 10_000,
    stretch: 8_000,
  };
}
