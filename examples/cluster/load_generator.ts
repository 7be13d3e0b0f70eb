import { SCREENINGS } from "./screening.ts";

/** Milliseconds that one attempt may take, after which a client asks another node. */
const PATIENCE = 5_000;
/** Milliseconds that a client repeats a command for. */
const LIMIT = 30_000;
/** Milliseconds between two attempts. */
const PAUSE = 50;

/** Clients that send commands, one after the other each. */
export class LoadGenerator {
  /** Commands that were sent. */
  sent = 0;
  /** Commands that were answered: executed, or refused because all seats are taken. */
  answered = 0;
  /** Attempts that got no answer, or one that says to repeat the command. */
  repeated = 0;
  /** Milliseconds of the slowest command since the last look. */
  slowest = 0;
  readonly #ports: () => readonly number[];
  readonly #clients: readonly Promise<void>[];
  #isStopped = false;

  /** @param ports The ports of the nodes that are ready now. */
  constructor(clients: number, ports: () => readonly number[]) {
    this.#ports = ports;
    this.#clients = Array.from({ length: clients }, (_, i) => this.#client(`guest-${i}`));
  }

  /** Ends when each client has the answer to its last command. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #client(guest: string): Promise<void> {
    for (let i = 0; !this.#isStopped; i++) {
      const actorId = SCREENINGS[Math.floor(Math.random() * SCREENINGS.length)]!;
      const command = i % 3 === 2 ? { return: guest } : { take: guest };
      const began = performance.now();
      this.sent++;
      if (await this.#execute(actorId, command)) this.answered++;
      this.slowest = Math.max(this.slowest, performance.now() - began);
    }
  }

  /** Repeats a command at any node until it is answered. The key makes sure that it is executed once. */
  async #execute(actorId: string, command: object): Promise<boolean> {
    const key = crypto.randomUUID();
    const end = performance.now() + LIMIT;
    for (; performance.now() < end; this.repeated++) {
      const ports = this.#ports();
      const port = ports[Math.floor(Math.random() * ports.length)];
      const status = port === undefined ? undefined : await send(port, actorId, command, key);
      if (status === 200 || status === 409) return true;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    return false;
  }
}

/** The status of the answer; `undefined` without one. */
async function send(port: number, actorId: string, command: object, key: string): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${actorId}`, {
      method: "POST",
      body: JSON.stringify(command),
      headers: { "idempotency-key": key },
      signal: AbortSignal.timeout(PATIENCE),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
