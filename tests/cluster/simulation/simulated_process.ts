import type { Environment } from "../../../src/coordination/environment.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** A process with its own clocks. It can be paused, suspended with its machine, and killed. */
export class SimulatedProcess {
  readonly name: string;
  readonly environment: Environment;
  isAlive = true;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #rate: number;
  readonly #offset: number;
  #pausedUntil = 0;
  /** Milliseconds that the steady clock has lost while the machine was suspended. */
  #lost = 0;
  #suspendedAt: number | undefined;
  /** Timers that became due while the process was paused. */
  readonly #timers: (() => void)[] = [];
  /** Messages that arrived while the process was paused. */
  readonly #arrivals: (() => void)[] = [];
  #ids = 0;

  /** @param rate The rate of its clocks relative to virtual time. */
  constructor(name: string, time: VirtualTime, random: () => number, rate: number) {
    this.name = name;
    this.#time = time;
    this.#random = random;
    this.#rate = rate;
    this.#offset = random() * 1e6;
    this.environment = {
      now: () => this.#local(this.#steady()),
      wallTime: () => this.#local(this.#time.now),
      schedule: (delay, call) => this.#schedule(delay, call),
      random: () => random(),
      newId: () => `${name}-${this.#ids++}`,
    };
  }

  get isPaused(): boolean {
    return this.#time.now < this.#pausedUntil;
  }

  /** Handles a message from the network: at once, or when the paused process continues. */
  receive(run: () => void): void {
    this.#run(run, this.#arrivals);
  }

  /** Pauses the process. Its clocks continue. */
  pause(duration: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#time.now + duration);
    this.#time.at(this.#pausedUntil, () => this.#resume());
  }

  /** Suspends the machine. The steady clock of the process stops. */
  suspend(duration: number): void {
    if (this.isPaused) return;
    this.#suspendedAt = this.#time.now;
    this.pause(duration);
  }

  /** Continues a paused process at once. */
  wake(): void {
    if (!this.isPaused) return;
    this.#pausedUntil = this.#time.now;
    this.#resume();
  }

  #resume(): void {
    if (this.isPaused) return;
    if (this.#suspendedAt !== undefined) {
      this.#lost += this.#time.now - this.#suspendedAt;
      this.#suspendedAt = undefined;
    }
    const [timers, arrivals] = [this.#timers.splice(0), this.#arrivals.splice(0)];
    // Either the timers or the messages run first, each in their order.
    const all = this.#random() < 0.5 ? [...timers, ...arrivals] : [...arrivals, ...timers];
    for (const run of all) this.#time.after(0, () => this.isAlive && run());
  }

  #steady(): number {
    return (this.#suspendedAt ?? this.#time.now) - this.#lost;
  }

  #local(time: number): number {
    return this.#offset + this.#rate * time;
  }

  #schedule(delay: number, call: () => void): () => void {
    let isCancelled = false;
    const run = () => {
      if (!isCancelled) call();
    };
    // A timer fires up to 5 ms late, and never early.
    this.#time.after(delay / this.#rate + this.#random() * 5, () => this.#run(run, this.#timers));
    return () => void (isCancelled = true);
  }

  #run(run: () => void, backlog: (() => void)[]): void {
    if (!this.isAlive) return;
    if (this.isPaused) backlog.push(run);
    else run();
  }
}
