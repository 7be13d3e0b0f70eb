/** Lines of one failure that are told again at the end. */
const MAX_LINES = 24;
/** Failures of one room that are told again in full; of the rest, the names. */
const MAX_FAILURES = 10;

/** Where `deno test` says what failed, and then which. */
const ERRORS = /^ ERRORS $/m;
const NAMES = /^ FAILURES $/m;

/** The first line of a failure: of a test, with its place, or of a file, outside of any test. */
const HEADING = /^(?:.* => \S+:\d+:\d+|\S+ \(uncaught error\))$/;

/** Steps of a stack that lead through deno itself. */
const OWN_STEPS = /^ +at .*\(?(?:ext|node):/;

/**
 * What failed and how, in short, out of all that `deno test` said: what was said about a failure stands far above the end
 * as a rule, and may be out of sight.
 */
export function failuresIn(output: string): string {
  // deno-lint-ignore no-control-regex
  const text = output.replace(/\x1b\[[0-9;]*m/g, "");
  const [, errors] = text.split(ERRORS);
  if (errors === undefined) return lastLines(text);
  const [details = "", names = ""] = errors.split(NAMES);
  const failures = split(details);
  if (failures.length === 0) return lastLines(errors.trimStart());
  const shown = failures.slice(0, MAX_FAILURES).map(shortened);
  const rest = failures.length - shown.length;
  if (rest > 0) shown.push(`... and ${rest} more:\n${names.trim()}`);
  return shown.join("\n\n");
}

/** Where no failed test is found: the run did not come that far, as it does not compile, or was ended. */
function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-MAX_LINES).join("\n");
}

function split(details: string): string[][] {
  const failures: string[][] = [];
  for (const line of details.split("\n")) {
    if (HEADING.test(line)) failures.push([line]);
    else failures.at(-1)?.push(line);
  }
  return failures;
}

function shortened(lines: readonly string[]): string {
  const told = lines.filter((line) => line.trim() !== "" && !OWN_STEPS.test(line));
  const more = told.length > MAX_LINES ? ["    ..."] : [];
  return [...told.slice(0, MAX_LINES), ...more].join("\n");
}
