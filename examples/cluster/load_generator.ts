import { SCREENINGS } from "./screening.ts";

/** Milliseconds of one attempt. After that, the client sends the command to another node. */
const ATTEMPT_TIMEOUT = 5_000;
/** Milliseconds of all attempts of one command. */
const COMMAND_TIMEOUT = 30_000;
/** Milliseconds between two attempts. */
const PAUSE = 50;

/** Concurrent clients. Each of them sends one command after the other. */
export class LoadGenerator {
  /** The number of sent commands. */
  sent = 0;
  /** The number of commands with a response: executed, or refused because all seats are taken. */
  answered = 0;
  /** The number of failed attempts: without a response, or with a status that asks to repeat the command. */
  repeated = 0;
  /** Milliseconds of the slowest command since the caller last set this to 0. */
  slowest = 0;
  readonly #ports: () => readonly number[];
  readonly #clients: readonly Promise<void>[];
  #isStopped = false;

  /** @param ports Returns the ports of the nodes that are ready. */
  constructor(clients: number, ports: () => readonly number[]) {
    this.#ports = ports;
    this.#clients = Array.from({ length: clients }, (_, i) => this.#client(`guest-${i}`));
  }

  /** Stops sending, and resolves when each client has the response to its last command. */
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
      if (await this.#sendUntilAnswered(actorId, command)) this.answered++;
      this.slowest = Math.max(this.slowest, performance.now() - began);
    }
  }

  /**
   * Repeats a command at any node until it gets a response. The idempotency key ensures that it is executed once.
   *
   * @returns Whether a response arrived in time.
   */
  async #sendUntilAnswered(actorId: string, command: object): Promise<boolean> {
    const key = crypto.randomUUID();
    const end = performance.now() + COMMAND_TIMEOUT;
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

/** Sends a command to one node. Returns the status of the response, or `undefined` without a response. */
async function send(port: number, actorId: string, command: object, key: string): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/${actorId}`, {
      method: "POST",
      body: JSON.stringify(command),
      headers: { "idempotency-key": key },
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
