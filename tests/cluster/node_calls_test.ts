import type { Cluster } from "@flowmade-one/aether/cluster";
import { parseNamespace } from "@flowmade-one/aether";
import { assertEquals } from "@std/assert";
import { turns, until } from "../_support/until.ts";
import { endSession, openBackend } from "./open_cluster.ts";

const SERVICE = { namespace: parseNamespace("screenings"), service: "seats" };

const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The answer to a request to a session; `undefined` if no node has received it. */
async function ask(caller: Cluster, session: string): Promise<string | undefined> {
  const answer = await caller.calls!.call({ ...SERVICE, session }, encode("?"), { timeout: 20_000 });
  return answer && new TextDecoder().decode(answer);
}

Deno.test("Cluster.calls.serve() answers requests to the session of the node, and to each later session instead", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  await using _served = one.calls!.serve(SERVICE, (_, session) => Promise.resolve(encode(session)));
  const first = one.session!;
  assertEquals(await ask(two, first), first);
  assertEquals(await ask(two, "one"), undefined);
  endSession(test.records, one);
  await until("the node has joined again", () => ![undefined, first].includes(one.session));
  assertEquals(await ask(two, one.session!), one.session);
  assertEquals(await ask(two, first), undefined);
});

Deno.test("Cluster.calls.serve() answers requests as soon as other nodes can see the session", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  await using _served = one.calls!.serve(SERVICE, () => Promise.resolve(encode("answer")));
  const answers: (string | undefined)[] = [];
  const asked = new Set<string>();
  using _listening = two.onChange(() => {
    for (const { name, session } of two.members) {
      if (name !== "one" || asked.has(session)) continue;
      asked.add(session);
      void ask(two, session).then((answer) => answers.push(answer));
    }
  });
  for (let rejoins = 0; rejoins < 5; rejoins++) {
    const { session } = one;
    endSession(test.records, one);
    await until("the node has joined again", () => ![undefined, session].includes(one.session));
    await until("the other node sees the session", () => asked.has(one.session!));
  }
  await until("all requests were answered", () => answers.length === asked.size);
  assertEquals(answers.filter((answer) => answer === undefined), []);
});

Deno.test("Cluster.calls.serve() ends when it is disposed of, or the cluster is closed", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const session = one.session!;
  const served = one.calls!.serve(SERVICE, () => Promise.resolve(encode("first")));
  await served[Symbol.asyncDispose]();
  assertEquals(await ask(two, session), undefined);
  one.calls!.serve(SERVICE, () => Promise.resolve(encode("second")));
  assertEquals(await ask(two, session), "second");
  await one.close();
  assertEquals(await ask(two, session), undefined);
});

Deno.test("Cluster.calls.serve() waits at its disposal for answers to requests to earlier sessions", async () => {
  await using test = openBackend();
  const [one, two] = [await test.join("one"), await test.join("two")];
  const first = one.session!;
  const answering = Promise.withResolvers<void>();
  const served = one.calls!.serve(SERVICE, async (_, session) => {
    await answering.promise;
    return encode(session);
  });
  const answer = ask(two, first);
  endSession(test.records, one);
  await until("the node has joined again", () => ![undefined, first].includes(one.session));
  let isEnded = false;
  const ended = served[Symbol.asyncDispose]().then(() => isEnded = true);
  await turns(1);
  assertEquals(isEnded, false);
  answering.resolve();
  await ended;
  assertEquals(await answer, first);
});
