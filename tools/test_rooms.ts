/** A part of the tests that runs in a process of its own, because of what it may do. */
export interface TestRoom {
  readonly name: string;
  /** Files and folders; one that does not exist (yet) is passed over. */
  readonly paths: readonly string[];
  /** Parts of `paths` that are another room's. */
  readonly except: readonly string[];
  /** The permissions, as deno's flags. `--no-prompt` goes without saying: a test that lacks one fails. */
  readonly permissions: readonly string[];
  /** Whether its files run side by side: for those that mostly wait for servers. */
  readonly parallel: boolean;
  /** Whether the examples in docstrings and Markdown are the tests. */
  readonly doc: boolean;
}

/** What starts nats-servers or deno commands needs the machine; the rest of the tests have to do without. */
const MACHINE = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-run", "--allow-net"];

/** The folders of tests/ that need permissions, in one place: whatever is not named here runs with none. */
const NEED_THE_MACHINE = [
  "tests/jetstream",
  "tests/sqlite",
  "tests/examples",
  "tests/architecture",
  "tests/tools",
  "tests/bench",
  "tests/docs",
  "tests/types",
];

/**
 * Those that need the machine to themselves: examples lock files, which a server that another test starts at that moment
 * would hold on to; servers that elect a leader amid faults want a processor.
 */
const ONE_BY_ONE = [
  "tests/examples",
  "tests/jetstream/changed_stream_test.ts",
  "tests/jetstream/cluster_fault_test.ts",
  "tests/jetstream/cluster_test.ts",
  "tests/jetstream/crash_test.ts",
  "tests/jetstream/race_of_processes_test.ts",
  "tests/jetstream/read_test.ts",
  "tests/jetstream/retention_test.ts",
];

/** Every room, in the order in which they run. */
export const TEST_ROOMS: readonly TestRoom[] = [
  {
    name: "core and memory, without any permission",
    paths: ["tests"],
    except: NEED_THE_MACHINE,
    permissions: [],
    parallel: false,
    doc: false,
  },
  {
    name: "JetStream, SQLite, architecture and tools, with the permissions they need",
    paths: NEED_THE_MACHINE.filter((path) => !ONE_BY_ONE.includes(path)),
    except: ONE_BY_ONE,
    permissions: MACHINE,
    parallel: true,
    doc: false,
  },
  {
    name: "examples and faults, with the permissions they need, one after another",
    paths: ONE_BY_ONE,
    except: [],
    permissions: MACHINE,
    parallel: false,
    doc: false,
  },
  {
    name: "examples in docstrings and Markdown, without any permission",
    paths: ["mod.ts", "adapter.ts", "conformance.ts", "src", "adapters", "README.md", "docs"],
    except: [],
    permissions: [],
    parallel: false,
    doc: true,
  },
];

/** The rooms with only what `wanted` names in them; all of them if it names nothing. */
export function chooseRooms(wanted: readonly string[]): TestRoom[] {
  if (wanted.length === 0) return [...TEST_ROOMS];
  const chosen = TEST_ROOMS.map((room) => {
    const below = room.paths.filter((path) =>
      wanted.some((folder) => path !== normalize(folder) && isIn(path, folder))
    );
    return { ...room, paths: [...wanted.filter((path) => belongsTo(path, room)), ...below] };
  });
  const homeless = wanted.find((path) => !chosen.some((room) => room.paths.includes(path)));
  if (homeless !== undefined) {
    throw new Error(`Cannot test "${homeless}": it is in no room of tools/test_rooms.ts. Tests stand in tests/`);
  }
  return chosen.filter((room) => room.paths.length > 0);
}

function belongsTo(path: string, room: TestRoom): boolean {
  const isBelow = (folder: string): boolean => isIn(path, folder);
  return room.paths.some(isBelow) && !room.except.some(isBelow);
}

function isIn(path: string, folder: string): boolean {
  return `${normalize(path)}/`.startsWith(`${normalize(folder)}/`);
}

function normalize(path: string): string {
  return path.replaceAll("\\", "/").replace(/^\.\//, "").replace(/\/+$/, "");
}
