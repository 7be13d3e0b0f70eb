import { assert, assertEquals } from "@std/assert";
import { openInFolder } from "../../../examples/booking/open_backend.ts";
import { denoCommand } from "../../_support/deno.ts";
import { Client } from "./client.ts";
import { SERVICE_CASES } from "./service_cases.ts";
import { start } from "./started.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "aether-booking-" });
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the booking service on SQLite", async (t) => {
  await inFolder(async (folder) => {
    await using open = await openInFolder(folder);
    await using started = await start(open.backend, { data: folder });
    for (const [name, run] of SERVICE_CASES) await t.step(name, () => run(started));
    assertEquals(started.reports, []);
  });
});

/** Runs the service with `--data` while `use` runs, and then kills it. */
async function withService(folder: string, use: (north: Client) => Promise<void>): Promise<void> {
  const permissions = ["--allow-net", `--allow-read=${folder}`, `--allow-write=${folder}`];
  const args = ["run", "--quiet", "--no-prompt", ...permissions, "examples/booking/main.ts"] as const;
  const command = denoCommand([...args, "--port", "0", "--data", folder], { stdin: "null", stdout: "piped" });
  const process = command.spawn();
  let output = "";
  const listening = Promise.withResolvers<string>();
  const ended = (async () => {
    for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      const url = /http:\/\/[\d.:]+/.exec(output)?.[0];
      if (url !== undefined && output.includes("Ctrl-C")) listening.resolve(url);
    }
    listening.reject(new Error(`The service ended: ${output}`));
  })();
  await use(new Client(`${await listening.promise}/north`));
  process.kill("SIGKILL");
  await process.status;
  await ended;
  assert(output.includes(`stored by SQLite in ${folder}/events.db`), output);
}

Deno.test("the booking service continues with its events and tables after kill -9", async () => {
  await inFolder(async (folder) => {
    await withService(folder, async (north) => {
      await north.open("s", 2, 100);
      await north.topUp("ann", 250, "first");
      const held = await north.book("s", "ann");
      using feed = await north.feed(`?after=${held.body.position}`);
      await feed.until("SeatSold");
    });
    await withService(folder, async (north) => {
      assertEquals((await north.topUp("ann", 250, "first")).body.repeated, true);
      assertEquals((await north.get("/wallets/ann")).body.balance, 150);
      const { position } = (await north.book("s", "ann")).body;
      const { body } = await north.get(`/screenings?atLeast=${position}`);
      assertEquals(body.screenings.map(({ id, free }: { id: string; free: number }) => [id, free]), [["s", 0]]);
    });
  });
});
