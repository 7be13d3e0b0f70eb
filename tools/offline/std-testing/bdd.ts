/**
 * Stands in for the part of `jsr:@std/testing/bdd` that this project's tests use, on machines that reach npm but not
 * JSR: `describe` and `it` on top of `Deno.test`, an outermost `describe` being a test and all inside it its steps.
 *
 * @module
 */

/** What may be told of one case or of one group. */
export interface CaseOptions {
  readonly ignore?: boolean;
  readonly only?: boolean;
  readonly sanitizeOps?: boolean;
  readonly sanitizeResources?: boolean;
  readonly sanitizeExit?: boolean;
}

type Hook = () => void | Promise<void>;
type CaseBody = (t: Deno.TestContext) => void | Promise<void>;
type HookName = "beforeAll" | "afterAll" | "beforeEach" | "afterEach";

interface Group {
  readonly hooks: Readonly<Record<HookName, Hook[]>>;
  readonly steps: {
    name: string;
    options: CaseOptions;
    run: (t: Deno.TestContext, around: Group[]) => Promise<void>;
  }[];
}

/** The group whose `describe` is being read; undefined at the top of a file. */
let current: Group | undefined;

export function describe(name: string, fn: () => void): void;
export function describe(name: string, options: CaseOptions, fn: () => void): void;
export function describe(name: string, ...rest: [() => void] | [CaseOptions, () => void]): void {
  const [options, read] = rest.length === 1 ? [{}, rest[0]] : rest;
  const group = readGroup(read);
  register(name, options, (t, around) => runGroup(group, t, around));
}

export function it(name: string, fn: CaseBody): void;
export function it(name: string, options: CaseOptions, fn: CaseBody): void;
export function it(name: string, ...rest: [CaseBody] | [CaseOptions, CaseBody]): void {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  register(name, options, (t, around) => runCase(body, t, around));
}

it.ignore = (name: string, fn: CaseBody): void => it(name, { ignore: true }, fn);
it.skip = it.ignore;
it.only = (name: string, fn: CaseBody): void => it(name, { only: true }, fn);
describe.ignore = (name: string, fn: () => void): void => describe(name, { ignore: true }, fn);
describe.skip = describe.ignore;
describe.only = (name: string, fn: () => void): void => describe(name, { only: true }, fn);

export function beforeAll(fn: Hook): void {
  addHook("beforeAll", fn);
}

export function afterAll(fn: Hook): void {
  addHook("afterAll", fn);
}

export function beforeEach(fn: Hook): void {
  addHook("beforeEach", fn);
}

export function afterEach(fn: Hook): void {
  addHook("afterEach", fn);
}

function readGroup(read: () => void): Group {
  const group: Group = { hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] }, steps: [] };
  const outer = current;
  current = group;
  try {
    read();
  } finally {
    current = outer;
  }
  return group;
}

function register(
  name: string,
  options: CaseOptions,
  run: (t: Deno.TestContext, around: Group[]) => Promise<void>,
): void {
  if (current === undefined) Deno.test({ ...options, name, fn: (t) => run(t, []) });
  else current.steps.push({ name, options, run });
}

async function runGroup(group: Group, t: Deno.TestContext, around: Group[]): Promise<void> {
  const chosen = group.steps.some((step) => step.options.only)
    ? group.steps.filter((s) => s.options.only)
    : group.steps;
  try {
    for (const hook of group.hooks.beforeAll) await hook();
    for (const { name, options: { only: _, ...options }, run } of chosen) {
      await t.step({ ...options, name, fn: (inner) => run(inner, [...around, group]) });
    }
  } finally {
    for (const hook of group.hooks.afterAll) await hook();
  }
}

async function runCase(body: CaseBody, t: Deno.TestContext, around: Group[]): Promise<void> {
  try {
    for (const group of around) for (const hook of group.hooks.beforeEach) await hook();
    await body(t);
  } finally {
    for (const group of around.toReversed()) for (const hook of group.hooks.afterEach) await hook();
  }
}

function addHook(name: HookName, hook: Hook): void {
  if (current === undefined) {
    throw new Error(`Cannot add a ${name} hook here: it stands outside every describe, which this bridge lacks`);
  }
  current.hooks[name].push(hook);
}
