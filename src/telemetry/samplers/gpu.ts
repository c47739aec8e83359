import { namesGpu } from "../../world/nvidia-smi.ts";
import type { World } from "../../world/world.ts";
import { gpuProcesses } from "../gpu-processes.ts";
import { gpuSamplers } from "../gpu/index.ts";
import {
  gpuFigures,
  type GpuFigure,
  type GpuReading,
  type GpuSampler,
  type RunningGpuSampler,
} from "../gpu/sampler.ts";
import { poll } from "../poll.ts";
import { createSeriesColumns, type SeriesColumns } from "../series-columns.ts";
import { notSampled, type RunningSampler, type SamplingRequest } from "./sampler.ts";

/** Between two looks at who is on a GPU: each starts a program. */
const processesIntervalMs = 10_000;
/** Time for the reading after the end of the load, which the integral is interpolated with, in intervals of the source. */
const lastReadingIntervals = 3;

interface Source {
  sampler: GpuSampler;
  running: RunningGpuSampler;
  readings: { atNs: bigint; reading: GpuReading }[];
}

/**
 * Reads every source of GPU figures that is there, until it is stopped. Series: `gpu<index>/<figure>` of `gpuFigures`,
 * and `gpu<index>/engine_processes` and `/other_processes` where the driver tells who is on it. A figure that several
 * sources tell is that of the first which ever had a value.
 */
export async function sampleGpus(
  world: Pick<World, "clock" | "network" | "processes" | "variables">,
  { devices, engineGroup }: Pick<SamplingRequest, "devices" | "engineGroup">,
  samplers: readonly GpuSampler[] = gpuSamplers,
): Promise<RunningSampler> {
  const { clock } = world;
  if (engineGroup === null)
    return notSampled(
      "the engine was not started here, or its processes cannot be seen: which GPUs are its own cannot be told",
    );
  const found: Source[] = [];
  const absent: string[] = [];
  const started = await Promise.all(
    samplers.map(async (sampler) => {
      const readings: Source["readings"] = [];
      const running = await sampler.start(world, (reading) => readings.push({ atNs: clock.nowNs(), reading }));
      return { sampler, readings, running };
    }),
  );
  for (const { sampler, readings, running } of started) {
    if (running.ok) found.push({ sampler, readings, running: running.value });
    else absent.push(running.problem.message);
  }
  if (found.length === 0) return notSampled(absent.join("; "));

  const seen: { atNs: bigint; processes: Awaited<ReturnType<typeof gpuProcesses>> }[] = [];
  const watch = poll(clock, processesIntervalMs, async () => {
    const processes = await gpuProcesses(world.processes, engineGroup);
    seen.push({ atNs: clock.nowNs(), processes });
  });
  return {
    missing: null,
    async stop(originNs) {
      await Promise.all([watch.stop(), ...found.map((source) => endSource(world, source))]);
      const columns = createSeriesColumns();
      const gpus = gpusOf(found, devices);
      for (const [index, uuids] of gpus) {
        addFigures(columns, index, uuids, found);
        const [uuid] = uuids;
        for (const { atNs, processes } of seen) {
          if (processes === null || uuid === undefined) continue;
          const there = processes.get(uuid) ?? [];
          const engine = there.filter(({ isEngine }) => isEngine).length;
          columns.add(`gpu${index}/engine_processes`, "1", atNs, engine);
          columns.add(`gpu${index}/other_processes`, "1", atNs, there.length - engine);
        }
      }
      return columns.finish(originNs);
    },
  };
}

/** A source that prints at its own pace has one more reading to come; one that is asked is asked once more by its own stop. */
async function endSource({ clock }: Pick<World, "clock">, { sampler, running, readings }: Source): Promise<void> {
  const before = readings.length;
  const newer = () => readings.length > before;
  for (let waited = 0; waited < lastReadingIntervals && !newer(); waited += 1) await clock.sleep(sampler.intervalMs);
  await running.stop();
}

/** The GPUs that the engine may use: index to UUID (none where no source tells it). All where the names match none, as those of MIG slices do. */
function gpusOf(found: readonly Source[], devices: readonly string[]): Map<number, Set<string>> {
  const all = new Map<number, Set<string>>();
  const indexOf = new Map<string, number>();
  for (const { reading } of found.flatMap(({ readings }) => readings)) {
    // Another source may count the same GPU differently.
    if (reading.uuid !== null && (indexOf.get(reading.uuid) ?? reading.index) !== reading.index) continue;
    if (reading.uuid !== null) indexOf.set(reading.uuid, reading.index);
    const uuids = all.getOrInsertComputed(reading.index, () => new Set());
    if (reading.uuid !== null && uuids.size === 0) uuids.add(reading.uuid);
  }
  const named = [...all].filter(([index, uuids]) =>
    devices.some((device) => namesGpu(device, String(index), uuids.values().next().value ?? null)),
  );
  return new Map((named.length > 0 ? named : [...all]).toSorted(([left], [right]) => left - right));
}

function addFigures(columns: SeriesColumns, index: number, uuids: ReadonlySet<string>, found: readonly Source[]): void {
  const isThis = ({ reading }: Source["readings"][number]) =>
    reading.uuid === null || uuids.size === 0 ? reading.index === index : uuids.has(reading.uuid);
  for (const figure of Object.keys(gpuFigures) as GpuFigure[]) {
    const told = found.map(({ readings }) =>
      readings.filter((one) => isThis(one) && one.reading.figures[figure] !== undefined),
    );
    const chosen =
      told.find((readings) => readings.some(({ reading }) => typeof reading.figures[figure] === "number")) ??
      told.find((readings) => readings.length > 0);
    for (const { atNs, reading } of chosen ?? [])
      columns.add(`gpu${index}/${figure}`, gpuFigures[figure], atNs, reading.figures[figure] ?? null);
  }
}
