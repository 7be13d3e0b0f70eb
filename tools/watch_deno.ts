import { denoCommand, type DenoResult, handOnSignals } from "./deno.ts";
import type { PackageSource } from "./jsr.ts";

/** How long a command is waited for. */
export interface Patience {
  /** Milliseconds that it may say nothing: by default 300,000. Nothing that it does by steps takes as long by far. */
  readonly silenceMs?: number;
  /** Milliseconds in which what it said last has to arrive once it has ended, by default 5,000. */
  readonly restMs?: number;
}

/**
 * Runs a `deno` command that says what it does all the time, and keeps that. It is ended when it falls silent, as
 * something in it waits for what never comes. What it leaves behind when it ends is not waited for, though that may
 * go on to hold the ways on which it speaks.
 *
 * @param quiet Whether to keep what it says from the terminal.
 */
export async function watchDeno(
  source: PackageSource,
  args: readonly [string, ...string[]],
  quiet: boolean,
  { silenceMs = 300_000, restMs = 5_000 }: Patience = {},
): Promise<DenoResult> {
  const env = Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : {};
  const child = denoCommand(source, args, { stdin: "null", stdout: "piped", stderr: "piped", env }).spawn();
  const letGo = handOnSignals(child);
  let output = "";
  let hasEnded = false;
  let told = Promise.resolve();
  const end = () => {
    output += `\nIt was ended, as it had said nothing for ${silenceMs / 1_000} seconds.\n`;
    endChild(child);
  };
  let timer = setTimeout(end, silenceMs);
  const hear = async (reader: ReadableStreamDefaultReader<Uint8Array>, terminal: Terminal) => {
    const text = new TextDecoder();
    let line: Uint8Array = new Uint8Array();
    // Beside, so that a slow terminal does not look like a command that says nothing.
    const tell = (bytes: Uint8Array) => {
      told = told.then(() => writeAll(terminal, bytes));
      told.catch(() => endChild(child));
    };
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const bytes = next.value;
      output += text.decode(bytes, { stream: true });
      if (!hasEnded) {
        clearTimeout(timer);
        timer = setTimeout(end, silenceMs);
      }
      if (quiet) continue;
      const said = new Uint8Array(line.length + bytes.length);
      said.set(line);
      said.set(bytes, line.length);
      const whole = said.lastIndexOf(NEWLINE) + 1;
      tell(said.subarray(0, whole));
      line = said.subarray(whole);
    }
    tell(line);
  };
  const readers = [child.stdout.getReader(), child.stderr.getReader()] as const;
  const heard = Promise.all([hear(readers[0], Deno.stdout), hear(readers[1], Deno.stderr)]);
  const { code } = await child.status;
  hasEnded = true;
  letGo();
  clearTimeout(timer);
  await Promise.allSettled([told]);
  timer = setTimeout(() => readers.forEach((reader) => void reader.cancel()), restMs);
  await heard;
  clearTimeout(timer);
  await told;
  return { code, output };
}

function endChild(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What takes what a command says. */
export interface Terminal {
  writeSync(bytes: Uint8Array): number;
}

/** So many bytes a pipe of Linux takes whole or not at all. Of more it may take a part, and it is not told how much. */
const PIECE = 4_096;

const NEWLINE = 10;

/** Writes all of it, also where whoever reads it is slow, and does not let a writer wait. */
export async function writeAll(terminal: Terminal, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += terminal.writeSync(firstPiece(bytes.subarray(at)));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Whole lines as far as possible: of the rest of a line Deno keeps a copy, and may say all the same that it took nothing. */
function firstPiece(bytes: Uint8Array): Uint8Array {
  const most = bytes.subarray(0, PIECE);
  return most.subarray(0, most.lastIndexOf(NEWLINE) + 1 || PIECE);
}
