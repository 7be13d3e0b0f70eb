import { readdirSync, readlinkSync } from "node:fs";

/** The open descriptors of this process with their files. Only for Linux. */
export function listDescriptors(): readonly (readonly [descriptor: string, file: string])[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [[descriptor, readlinkSync(`/proc/self/fd/${descriptor}`)] as const];
    } catch {
      return []; // The descriptor was closed meanwhile.
    }
  });
}
