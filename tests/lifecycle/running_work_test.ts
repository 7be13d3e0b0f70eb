import { assertEquals } from "@std/assert";
import { turns } from "../_support/until.ts";
import { RunningWork } from "../../src/lifecycle/running_work.ts";

Deno.test("RunningWork.whenIdle() resolves at once without work, and else when all work has ended", async () => {
  const running = new RunningWork();
  await running.whenIdle();
  const steps: string[] = [];
  running.begin();
  running.begin();
  const waits = [1, 2].map((n) => running.whenIdle().then(() => steps.push(`idle ${n}`)));
  running.end();
  await turns(1);
  steps.push("one is left");
  running.end();
  await Promise.all(waits);
  assertEquals(steps, ["one is left", "idle 1", "idle 2"]);
  running.begin();
  running.end();
  await running.whenIdle();
});
