import { countText, figureText } from "../math/figures.ts";
import { gpusOfEngine, readingsInWindow } from "../schema/gpu-series.ts";
import { atMost, type CheckRule } from "./check.ts";

/** NVML's clock event reasons (nvml.h, nvmlClocksEventReasons) that slow a GPU down and point to a fault of the machine around it. */
export const slowdowns: readonly { bit: number; name: string }[] = [
  { bit: 0x8, name: "hardware slowdown" },
  { bit: 0x20, name: "software thermal slowdown" },
  { bit: 0x40, name: "hardware thermal slowdown" },
  { bit: 0x80, name: "power brake" },
];

/** A GPU under load runs at its power limit: the check reports it and does not fail. */
const powerCap = 0x4;

/** The share of its readings in which a GPU may be slowed down, in %. */
const mostSlowed = 1;

/** The engine's GPUs were neither slowed down by heat or hardware, nor shared with a process that is not the engine's. */
export const gpuUndisturbed: CheckRule = {
  id: "gpu-undisturbed",
  about: "machine",
  asks: "The engine's GPUs were neither slowed down by heat or hardware, nor shared with another process. A power limit alone does not count.",
  limit: `slowed down in ${mostSlowed} % of the window; no other process`,
  remedy:
    "See why it was throttled (`nvidia-smi -q -d PERFORMANCE,TEMPERATURE`) and which other processes use it (`nvidia-smi`). Cool the GPU, end those processes, or lock its clocks (`nvidia-smi -lgc`).",
  judge({ observation }) {
    if (observation === null) return null;
    const gpus = gpusOfEngine(observation.series);
    if (gpus.length === 0) return null;
    const looks = gpus.map((gpu) => lookAt(gpu, (figureName) => readingsInWindow(observation, `${gpu}/${figureName}`)));
    const worst = Math.max(...looks.map(({ slowed }) => slowed));
    const disturbed = looks.some(({ slowed, others }) => slowed > mostSlowed || others > 0);
    const unknown = looks.every(({ told }) => !told);
    return {
      ...atMost(unknown ? null : worst, mostSlowed, "%"),
      ...(disturbed ? { status: "fail" as const } : {}),
      message: looks.map(({ words }) => words).join("; "),
    };
  },
};

/** What the readings of one GPU say. */
interface Look {
  /** False where the driver reported neither slowdowns nor processes. */
  told: boolean;
  /** Share of the readings in which it was slowed down, in %. */
  slowed: number;
  /** Processes that are not the engine's; of a sliced GPU they are on another slice. */
  others: number;
  words: string;
}

function lookAt(gpu: string, readings: (figureName: string) => number[]): Look {
  const reasons = readings("throttle");
  const share = (mask: number): number =>
    reasons.length === 0 ? 0 : (100 * reasons.filter((bits) => (bits & mask) !== 0).length) / reasons.length;
  const slowed = share(slowdowns.reduce((mask, { bit }) => mask | bit, 0));
  const sliced = readings("mig").includes(1);
  const neighbours = readings("other_processes");
  const most = Math.max(0, ...neighbours);
  // In a container the driver names processes by numbers of the host, so that the engine's own look foreign.
  const engineIsSeen = readings("engine_processes").some((count) => count > 0);
  const others = sliced || !engineIsSeen ? 0 : most;
  const told = reasons.length > 0 || (neighbours.length > 0 && engineIsSeen && !sliced);
  if (!told)
    return { told, slowed, others, words: `${gpu}: the driver does not report whether it was throttled or shared` };
  const why = slowdowns.filter(({ bit }) => share(bit) > 0).map(({ name }) => name);
  const found = [
    ...(reasons.length === 0
      ? ["the driver does not report throttling"]
      : [`throttled in ${figureText(slowed)} % of the window${why.length > 0 ? ` by ${why.join(", ")}` : ""}`]),
    ...(share(powerCap) > 0 ? [`at its power limit in ${figureText(share(powerCap))} %`] : []),
    ...(most > 0 && !engineIsSeen && !sliced ? ["the driver does not report whose processes are on it"] : []),
    ...(others > 0 ? [`shared with ${countText(others, "other process", "other processes")}`] : []),
  ];
  return { told, slowed, others, words: `${gpu}: ${found.join(", ")}` };
}
