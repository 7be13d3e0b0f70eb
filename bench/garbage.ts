import { Session } from "node:inspector";

/** Average number of allocated bytes between two samples. */
const SAMPLING_INTERVAL = 1_024;

interface Node {
  readonly selfSize: number;
  readonly children: readonly Node[];
}

/**
 * Estimates by sampling the bytes that `work` allocates on V8's heap, including objects that are collected meanwhile.
 */
export async function allocatedBytes(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await post(session, "HeapProfiler.startSampling", {
      samplingInterval: SAMPLING_INTERVAL,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await work();
    const { profile } = await post(session, "HeapProfiler.stopSampling") as { profile: { head: Node } };
    return sizeOf(profile.head);
  } finally {
    session.disconnect();
  }
}

function sizeOf({ selfSize, children }: Node): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}

function post(session: Session, method: string, params: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) =>
    session.post(method, params, (error: unknown, result: unknown) => error ? reject(error) : resolve(result))
  );
}
