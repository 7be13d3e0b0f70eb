import { utf8Length } from "../base/utf8_length.ts";
import { TooLargeError } from "../errors/too_large_error.ts";

/**
 * Bytes of the services of one session, as a JSON array. The other fields of the record take less than the rest of
 * `MAX_RECORD_BYTES`.
 */
const MAX_SERVICES_BYTES = 65_000;

/** The services in which a member takes part. The same service can be offered several times. */
export class OfferedServices {
  readonly #name: string;
  readonly #changed: (services: readonly string[]) => void;
  readonly #offers: Set<{ readonly service: string }> = new Set();

  /**
   * @param name The name of the member, for errors.
   * @param changed Called with all services after each change.
   */
  constructor(name: string, changed: (services: readonly string[]) => void) {
    this.#name = name;
    this.#changed = changed;
  }

  /**
   * Adds a service. Disposal of the result removes it.
   *
   * @throws {TooLargeError} If the services would have more than 65,000 bytes.
   */
  offer(service: string): Disposable {
    const offer = { service };
    this.#check(service);
    this.#offers.add(offer);
    this.#changed([...this.#services()]);
    return {
      [Symbol.dispose]: () => {
        if (this.#offers.delete(offer)) this.#changed([...this.#services()]);
      },
    };
  }

  #services(): Set<string> {
    return new Set([...this.#offers].map(({ service }) => service));
  }

  #check(service: string): void {
    const bytes = utf8Length(JSON.stringify([...this.#services().add(service)]));
    if (bytes <= MAX_SERVICES_BYTES) return;
    throw new TooLargeError(
      `Cannot offer "${service}": the services of "${this.#name}" would have ${bytes} bytes in its session, and the ` +
        `limit is ${MAX_SERVICES_BYTES} bytes. Distribute the services over more nodes`,
      { bytes, maxBytes: MAX_SERVICES_BYTES },
    );
  }
}
