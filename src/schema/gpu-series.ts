import type { Observation, Series } from "./observation.ts";

/** The GPUs of a trial's series (`gpu0` …) on which a process of the engine was seen; all of them where no process was. */
export function gpusOfEngine(series: readonly Series[]): string[] {
  const all = new Set<string>();
  const seen = new Set<string>();
  for (const { name, value } of series) {
    const [, gpu, figure] = /^(gpu\d+)\/(\w+)$/.exec(name) ?? [];
    if (gpu === undefined) continue;
    all.add(gpu);
    if (figure === "engine_processes" && value.some((count) => (count ?? 0) > 0)) seen.add(gpu);
  }
  return [...(seen.size > 0 ? seen : all)];
}

/** The readings of one series in the window; empty where there is no such series. */
export function readingsInWindow({ series, window }: Pick<Observation, "series" | "window">, name: string): number[] {
  const found = series.find((one) => one.name === name);
  return (found?.value ?? []).filter((value, place): value is number => {
    const atNs = found!.atNs[place]!;
    return value !== null && atNs >= window.startNs && atNs <= window.endNs;
  });
}
