/**
 * Runs the conformance kit on the in-memory adapter with whatever runtime it is started by, to show that the core needs
 * none in particular: `npx -y node@22 tools/run_conformance.ts`.
 *
 * @module
 */
import { memory } from "../adapters/memory/mod.ts";
import { conformanceCases } from "../conformance/mod.ts";

const untried = { reason: "tried by the tests of the in-memory adapter" };
const cases = conformanceCases({
  open: memory,
  reopen: untried,
  sharedStorage: untried,
  records: untried,
  retainCommits: (maxCommits) => memory({ retention: { maxCommits } }),
  retainBytes: (maxBytes) => memory({ retention: { maxBytes } }),
  retainAge: untried,
  quotaCommits: (maxCommits) => memory({ quota: { maxCommits } }),
  quotaBytes: (maxBytes) => memory({ quota: { maxBytes } }),
});

let failed = 0;
const tried = cases.filter(({ skip }) => skip === undefined);
for (const { title, run } of tried) {
  try {
    await run();
  } catch (error) {
    failed++;
    console.error(title, error);
  }
}
console.log(`${tried.length - failed} conformance cases hold on the in-memory adapter, ${failed} do not`);
if (failed > 0) throw new Error("The core does not run everywhere");
