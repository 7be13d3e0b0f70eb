/** Describes the machine and the versions. Figures without them have no meaning. */
export function describeMachine(): Record<string, string> {
  const { deno, v8 } = Deno.version;
  const cores = `${navigator.hardwareConcurrency} cores, load ${Deno.loadavg()[0]?.toFixed(1)}`;
  return { deno, v8, processor: processorName(), cores, system: `${Deno.build.os} ${Deno.build.arch}` };
}

function processorName(): string {
  if (Deno.build.os !== "linux") return "unknown processor";
  return /^model name\s*: (.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? "unknown processor";
}
