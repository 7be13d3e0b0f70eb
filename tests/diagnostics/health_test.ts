import { assert, assertEquals, assertRejects } from "@std/assert";
import { isAetherError } from "@flowmade-one/aether";
import { consumer as control } from "@flowmade-one/aether/consumers";
import { UnavailableError } from "@flowmade-one/aether/errors";
import { memory } from "@flowmade-one/aether/memory";
import { type CheckedConsumer, health, type HealthOptions } from "@flowmade-one/aether/observability";

const subscriptions = { open: 0, reconnecting: 0 };
const never: Promise<never> = new Promise(() => {});

function consumer(name: string, status: CheckedConsumer["status"]): CheckedConsumer {
  return { name, status };
}

const running = {
  paused: false,
  lanes: [{ state: "running", lag: { events: 0, milliseconds: 0 }, idle: 0, parked: 0 }],
};

Deno.test("health() of a memory backend passes and counts subscriptions", async () => {
  await using backend = memory();
  const subscription = backend.store("a").subscribe();
  const report = await health(backend);
  assertEquals([report.status, report.reasons, report.storage?.subscriptions.open], ["pass", [], 1]);
  await subscription.close();
  assertEquals((await health(backend)).storage?.subscriptions.open, 0);
});

Deno.test("health() returns a report that is JSON", async () => {
  await using backend = memory();
  const report = await health(backend, { consumers: [consumer("mailer", () => Promise.resolve(running))] });
  assertEquals(JSON.parse(JSON.stringify(report)).consumers, report.consumers);
});

Deno.test("health() of a closed backend fails", async () => {
  const backend = memory();
  await backend.close();
  const { status, reasons } = await health(backend);
  assertEquals([status, reasons.map(({ code }) => code)], ["fail", ["unreachable"]]);
});

Deno.test("health() fails after its timeout if the storage never answers", async () => {
  const { status, reasons, storage } = await health({ probe: () => never }, { timeout: 1 });
  assertEquals([status, reasons[0]?.code, storage], ["fail", "unreachable", undefined]);
  assert(reasons[0]!.message.includes("within 1 ms"));
});

Deno.test("health() reports the other parts if the status of a consumer never resolves", async () => {
  const probe = () => Promise.resolve({ roundTrip: 1, subscriptions });
  const consumers = [consumer("stuck", () => never), consumer("mailer", () => Promise.resolve(running))];
  const report = await health({ probe }, { timeout: 5, consumers });
  assertEquals([report.status, report.reasons.map(({ code }) => code), report.consumers.map(({ name }) => name)], [
    "fail",
    ["unknown-consumer"],
    ["mailer"],
  ]);
});

Deno.test("health() puts reasons to fail before reasons to warn", async () => {
  const probe = () => Promise.resolve({ roundTrip: 2_000, subscriptions });
  const failed = {
    paused: false,
    lanes: [{ state: "failed", lag: { events: 0, milliseconds: 0 }, idle: 0, parked: 1 }],
  };
  const { reasons } = await health({ probe }, { consumers: [consumer("mailer", () => Promise.resolve(failed))] });
  assertEquals(reasons.map(({ code, status }) => [code, status]), [["failed", "fail"], ["slow", "warn"], [
    "parked",
    "warn",
  ]]);
});

const secret = new UnavailableError('Cannot read namespace "acme": the storage did not answer');

Deno.test("health() names the error of each part, and no message, unless errorMessages is true", async () => {
  const probe = () => Promise.reject(secret);
  const consumers = [
    consumer("mailer", () => Promise.reject(new Error("acme"))),
    consumer("packer", () => Promise.reject({ name: "acme" })),
  ];
  const { reasons } = await health({ probe }, { consumers });
  assertEquals(reasons.map(({ code, error, consumer }) => [code, error, consumer]), [
    ["unreachable", "unavailable", undefined],
    ["unknown-consumer", "Error", "mailer"],
    ["unknown-consumer", "_OTHER", "packer"],
  ]);
  assert(!JSON.stringify(reasons).includes("acme"));
  const detailed = await health({ probe }, { consumers, errorMessages: true });
  assert(detailed.reasons.every(({ message }) => message.includes("acme")));
});

Deno.test("health() names no namespace for a consumer that does not exist", async () => {
  await using backend = memory();
  const { status, reasons } = await health(backend, { consumers: [control(backend.store("acme"), "mailer")] });
  assertEquals([status, reasons.map(({ error }) => error)], ["fail", ["invalid-argument"]]);
  assert(!JSON.stringify(reasons).includes("acme"));
});

Deno.test("health() aborts the request of a status after its timeout", async () => {
  const signals: AbortSignal[] = [];
  const probe = () => Promise.resolve({ roundTrip: 1, subscriptions });
  const stuck: CheckedConsumer = {
    name: "stuck",
    status: ({ signal }) => {
      signals.push(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("acme"))));
    },
  };
  const { reasons } = await health({ probe }, { timeout: 5, consumers: [stuck] });
  assertEquals([signals.map(({ aborted }) => aborted), reasons.map(({ error }) => error)], [[true], ["timeout"]]);
});

Deno.test("health() rejects when its signal is aborted", async () => {
  const controller = new AbortController();
  const check = health({ probe: () => never }, { signal: controller.signal });
  controller.abort(new Error("the client left"));
  assert(isAetherError(await assertRejects(() => check), "aborted"));
});

const refused: readonly (readonly [of: string, options: HealthOptions])[] = [
  ["a timeout of 0", { timeout: 0 }],
  ["a timeout of 600,001", { timeout: 600_001 }],
  ["a negative maxIdle", { maxIdle: -1 }],
  ["a maxUsage of 0", { maxUsage: 0 }],
  ["a maxUsage of 99", { maxUsage: 99 }],
  ["errorMessages that is a string", { errorMessages: "yes" } as never],
  ["null as consumers", { consumers: null } as never],
  ["a consumer without status()", { consumers: [{ name: "mailer" }] } as never],
  ["a consumer that is undefined", { consumers: [undefined] } as never],
  ["a fractional maxRoundTrip", { maxRoundTrip: 0.5 }],
  ["an unknown option", { maxLag: 1 } as never],
];

for (const [of, options] of refused) {
  Deno.test(`health() refuses ${of}`, async () => {
    await using backend = memory();
    assert(isAetherError(await assertRejects(() => health(backend, options)), "invalid-argument"));
  });
}

Deno.test("probe() rejects when its signal is aborted, and the storage never answers", async () => {
  await using backend = memory();
  const controller = new AbortController();
  controller.abort();
  assert(isAetherError(await assertRejects(() => backend.probe({ signal: controller.signal })), "aborted"));
});
