import { assert, assertEquals } from "@std/assert";
import { type ErrorCode, isAetherError } from "@flowmade-one/aether";
import { toProblem } from "../../examples/booking/http/problem.ts";
import { inRoot } from "../../tools/root.ts";
import { exampleErrors } from "../errors/example_errors.ts";

const examples = exampleErrors(new Error("why"));
const rows = [
  ...Deno.readTextFileSync(inRoot("docs/errors.md")).matchAll(
    /^\| `([a-z-]+)` +\| `([A-Za-z]+)` +\| (.*?) +\| (.*?) +\| (.*?) +\|$/gm,
  ),
].map(([, code, name, meaning, retry, statuses]) => ({ code, name, meaning, retry, statuses }));

/** The `isRetryable` of an error for each cell of the column "retry". */
const RETRIES: Readonly<Record<string, boolean>> = {
  "yes": true,
  "no": false,
  "with a commit id": false,
  "the command": false,
};

Deno.test("docs/errors.md has a row for each code, in alphabetical order", () => {
  assertEquals(rows.map(({ code }) => code), Object.keys(examples).sort());
});

for (const { code, name, meaning, retry, statuses } of rows) {
  Deno.test(`docs/errors.md has the class, the retry and the status of "${code}"`, () => {
    const error = examples[code as ErrorCode];
    assert(isAetherError(error, code as ErrorCode));
    assertEquals([error.name, error.isRetryable], [name, RETRIES[retry!]]);
    assert(/^[A-Z].*[.]$/.test(meaning!));
    assert(statuses!.split(" or ").includes(String(toProblem(error).status)), `${toProblem(error).status}`);
  });
}
