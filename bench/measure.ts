import process from "node:process";
import { Random } from "./random.ts";

/**
 * One of several implementations to compare. Each has its own loop, because V8 optimizes a shared loop for the first.
 */
export interface Candidate<I> {
  readonly name: string;
  /** Makes the input of one timed call. It is not timed. All candidates of a round receive the number of the round. */
  readonly prepare: (round: number) => I;
  /** The timed call. It must return the same answer for all candidates that are checked. */
  readonly run: (input: I) => number;
  /** How many operations one call does. */
  readonly operations: number;
  /**
   * `false` for a limit that does less than the other candidates and therefore has another answer. The default is
   * `true`.
   */
  readonly checked?: boolean;
}

/** A {@link Candidate} whose calls are awaited. Each candidate may have another type of input. */
export interface AsyncCandidate<I = unknown> extends Pick<Candidate<I>, "name" | "operations" | "checked"> {
  prepare(round: number): I | Promise<I>;
  run(input: I): number | Promise<number>;
}

/**
 * The current time in milliseconds. With `--cpu`, the computing time of all threads of this process, including the
 * garbage collector. On a busy machine it is more exact than wall time. On a quiet machine it exaggerates the cost of
 * garbage, because it counts the helper threads of the garbage collector too.
 */
const clock = Deno.args.includes("--cpu") ? cpuMilliseconds : () => performance.now();

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Seed of the order of candidates in each round. A candidate pays for the cold caches, the garbage and the dirty pages of
 * the candidate before it. With a fixed order, that is the same one in all rounds.
 */
const ORDER_SEED = 1;

/** The samples of one comparison, and their medians. */
export class Measured {
  readonly #samples: ReadonlyMap<string, readonly number[]>;
  readonly #computing: ReadonlyMap<string, readonly number[]>;

  /**
   * @param samples Nanoseconds of one operation in each round, by candidate.
   * @param computing The same, measured as computing time of all threads of this process.
   */
  constructor(
    samples: ReadonlyMap<string, readonly number[]>,
    computing: ReadonlyMap<string, readonly number[]> = new Map(),
  ) {
    this.#samples = samples;
    this.#computing = computing;
  }

  /** The same comparison by computing time. Only {@link measureAsync} measures both. */
  get computing(): Measured {
    return new Measured(this.#computing);
  }

  /** Median nanoseconds of one operation. */
  nanoseconds(name: string): number {
    return median(this.#of(name));
  }

  /** The time of `left` as a multiple of the time of `right`: the median of the ratios of each round. */
  timeRatio(left: string, right: string): number {
    const rights = this.#of(right);
    return median(this.#of(left).map((time, round) => time / rights[round]!));
  }

  /** Nanoseconds by which one operation of `left` takes longer than one of `right`: the median of the rounds. */
  difference(left: string, right: string): number {
    const rights = this.#of(right);
    return median(this.#of(left).map((time, round) => time - rights[round]!));
  }

  #of(name: string): readonly number[] {
    const samples = this.#samples.get(name);
    if (samples === undefined) throw new Error(`Cannot read the samples of "${name}": there is no such candidate`);
    return samples;
  }
}

/**
 * Runs candidates in turn, so that other load of the machine affects all of them equally, and checks that their answers
 * agree. Before the counted rounds, a quarter as many rounds warm up.
 */
export function measure<I>(rounds: number, candidates: readonly Candidate<I>[]): Measured {
  const samples = new Samples(rounds, candidates);
  for (const [round, candidate] of samples.turns()) {
    const input = candidate.prepare(round);
    const start = clock();
    const answer = candidate.run(input);
    samples.add(round, candidate, clock() - start, answer);
  }
  return samples.measured();
}

/** The same as {@link measure} for candidates that are awaited. */
export async function measureAsync(rounds: number, candidates: readonly AsyncCandidate[]): Promise<Measured> {
  const samples = new Samples(rounds, candidates);
  for (const [round, candidate] of samples.turns()) await runAsync(samples, round, candidate);
  return samples.measured();
}

/** A separate function, so that no variable holds a turn's input while the next one is prepared. */
async function runAsync(samples: Samples<AsyncCandidate>, round: number, candidate: AsyncCandidate): Promise<void> {
  const input = await candidate.prepare(round);
  const [start, computed] = [clock(), cpuMilliseconds()];
  const answer = await candidate.run(input);
  samples.add(round, candidate, clock() - start, answer, cpuMilliseconds() - computed);
}

type Timed = Pick<Candidate<unknown>, "name" | "operations" | "checked">;

/** The turns of a comparison, and the samples and answers of the turns so far. */
class Samples<C extends Timed> {
  readonly #rounds: number;
  readonly #warmUp: number;
  readonly #candidates: readonly C[];
  readonly #nanoseconds: Map<string, number[]>;
  readonly #computing: Map<string, number[]>;
  readonly #answers: Map<number, number> = new Map();

  constructor(rounds: number, candidates: readonly C[]) {
    this.#rounds = rounds;
    this.#warmUp = Math.ceil(rounds / 4);
    this.#candidates = candidates;
    this.#nanoseconds = new Map(candidates.map(({ name }) => [name, []]));
    this.#computing = new Map(candidates.map(({ name }) => [name, []]));
  }

  *turns(): Generator<[round: number, candidate: C], void, void> {
    const random = new Random(ORDER_SEED);
    for (let round = 0; round < this.#warmUp + this.#rounds; round++) {
      for (const candidate of random.shuffle(this.#candidates)) yield [round, candidate];
    }
  }

  add(
    round: number,
    { name, operations, checked = true }: C,
    milliseconds: number,
    answer: number,
    computing = milliseconds,
  ): void {
    if (round >= this.#warmUp) {
      this.#nanoseconds.get(name)!.push(milliseconds * 1e6 / operations);
      this.#computing.get(name)!.push(computing * 1e6 / operations);
    }
    if (!checked) return;
    const expected = this.#answers.get(round) ?? answer;
    this.#answers.set(round, expected);
    if (answer !== expected) {
      throw new Error(`Cannot compare "${name}": its answer in round ${round} is ${answer}, not ${expected}`);
    }
  }

  measured(): Measured {
    return new Measured(this.#nanoseconds, this.#computing);
  }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1]!;
}
