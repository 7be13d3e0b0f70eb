import { storageFaults } from "../../cluster/simulation/storage_faults.ts";
import type { ConsumerWorld } from "./consumer_world.ts";

/** Maximum number of running processes. */
const MAX_PROCESSES = 6;

/** Maximum additional delay of answers in milliseconds. */
const MAX_LAG_MS = 3_000;

/** Injects a random fault. A fault that can be repaired ends at `latestEnd` at the latest. */
export function injectFault(world: ConsumerWorld, latestEnd: number): void {
  const { random, time, storage, running, control } = world;
  const target = running[Math.floor(random() * running.length)];
  if (target === undefined) return void world.start();
  const span = random() < 0.5 ? random() * 2_000 : random() * 12_000;
  const { process } = target;
  const restoring = (restore: () => void) => time.at(Math.min(time.now + span, latestEnd), restore);
  const faults = storageFaults(storage, target.records, MAX_LAG_MS, restoring);
  const kinds: (() => void)[] = [
    () => {
      world.kill(target);
      restoring(() => world.start());
    },
    () => world.pause(target, span),
    () => world.pause(target, span, true),
    faults.cut,
    faults.cannotReceive,
    faults.outage,
    faults.lag,
    () => {
      if (running.length < MAX_PROCESSES) world.start();
    },
    () => process.receive(() => void world.close(target)),
    () => {
      world.operate("pause", () => control.pause());
      restoring(() => world.operate("resume", () => control.resume()));
    },
    () => world.operate("reset", () => control.reset(random() < 0.5 ? "start" : "now")),
    () => void world.redriveAll(),
    () => world.forget(),
    () => {
      if (random() < 0.5) world.restore();
    },
  ];
  const kind = Math.floor(random() * kinds.length);
  world.note(() => `fault ${kind} for ${process.name}, ${Math.round(span)} ms`);
  kinds[kind]!();
}
