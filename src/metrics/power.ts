import { countText } from "../math/figures.ts";
import { median } from "../math/quantile.ts";
import type { Series } from "../schema/observation.ts";
import { growth, integrate, pointsOf, type Told } from "./integrals.ts";
import type { MetricInput } from "./metric.ts";

/** Energy of the GPUs that the engine used, over the window. `rule` is how it was had; `why` is what to know about it, or why it is null. */
export interface Energy {
  joules: number | null;
  why: string | null;
  rule: string;
}

/** Shorter than this, and the second at each end over which drivers average decides too much. */
const shortestWindowS = 30;

/**
 * Joules in the window, summed over the engine's GPUs: the growth of the energy counter where there is one, else the
 * trapezoid over the power of the moment, else over the driver's averages, and says so. Null with *not attributable*
 * where it would not be the engine's alone.
 */
export function gpuEnergy(input: MetricInput): Energy {
  const { window } = input.observation;
  const used = usedGpus(input);
  if (used.gpus === null) return { joules: null, why: used.why, rule: "none" };
  const windowS = (window.endNs - window.startNs) / 1e9;
  if (windowS < shortestWindowS)
    return {
      joules: null,
      why: `not attributable: the window is ${windowS.toFixed(1)} s, and power needs ${shortestWindowS} s`,
      rule: "none",
    };
  const notes = new Set(used.why === null ? [] : [used.why]);
  const rules = new Set<string>();
  let joules = 0;
  for (const gpu of used.gpus) {
    const energy = energyOf(input, gpu);
    if (energy.joules === null) return { ...energy, why: `${gpu}: ${energy.why}` };
    joules += energy.joules;
    rules.add(energy.rule);
    if (energy.why !== null) notes.add(energy.why);
  }
  return { joules, why: notes.size > 0 ? [...notes].join("; ") : null, rule: [...rules].join(" and ") };
}

/**
 * What the engine's GPUs drew with the engine up and nothing asked of it (W): the median of the readings of the last
 * second before the first request.
 */
export function idlePower(input: MetricInput): Told {
  const used = usedGpus(input);
  if (used.gpus === null) return { value: null, why: used.why };
  let firstSentNs = 0;
  for (const { sentNs } of input.observation.requests) firstSentNs = Math.min(firstSentNs, sentNs);
  let watts = 0;
  for (const gpu of used.gpus) {
    const power = seriesOf(input, `${gpu}/power_w`) ?? seriesOf(input, `${gpu}/power_average_w`);
    const idle = power ? pointsOf(power).filter(({ atNs }) => atNs < firstSentNs && atNs >= firstSentNs - 1e9) : [];
    if (idle.length < fewestIdleReadings)
      return {
        value: null,
        why: `${gpu}: fewer than ${fewestIdleReadings} power readings in the second before the first request`,
      };
    watts += median(idle.map(({ value }) => value))!;
  }
  return { value: watts, why: null };
}

const fewestIdleReadings = 3;

const ways = [
  { rule: "counter", figure: "energy_j", compute: growth, note: null },
  { rule: "trapezoid", figure: "power_w", compute: integrate, note: null },
  {
    rule: "trapezoid of averages",
    figure: "power_average_w",
    compute: integrate,
    note: "from the power that the driver averages (on an H100 over a second), not the power of the moment",
  },
] as const;

/** The first way that works; the reasons of all where none does. */
function energyOf(input: MetricInput, gpu: string): Energy {
  const reasons: string[] = [];
  for (const { rule, figure, compute, note } of ways) {
    const series = seriesOf(input, `${gpu}/${figure}`);
    if (!series) continue;
    const told = compute(series, input.observation.window);
    if (told.value !== null)
      return { joules: told.value, why: [...reasons, ...(note ? [note] : [])].join("; ") || null, rule };
    reasons.push(told.why);
  }
  return { joules: null, why: reasons.join("; ") || "no source tells its power", rule: "none" };
}

/** The GPUs whose energy is the engine's (`gpu0` …), or why nobody can say. With GPUs, `why` is what was taken and not seen. */
function usedGpus(input: MetricInput): { gpus: string[]; why: string | null } | { gpus: null; why: string } {
  const names = input.observation.series.map(
    ({ name }) => /^(gpu\d+)\/(power_w|power_average_w|energy_j)$/.exec(name)?.[1],
  );
  const gpus = [...new Set(names.filter((name) => name !== undefined))];
  if (gpus.length === 0)
    return { gpus: null, why: "no power was sampled: telemetry.gpu among what the provenance misses says why" };
  const most = (gpu: string, figure: string): number | null => mostIn(input, `${gpu}/${figure}`);
  const whose = gpus.map((gpu) => ({
    gpu,
    engine: most(gpu, "engine_processes"),
    other: most(gpu, "other_processes"),
  }));
  const seen = whose.filter(({ engine }) => (engine ?? 0) > 0);
  const candidates = seen.length > 0 ? seen : whose;
  const sliced = candidates.find(({ gpu }) => most(gpu, "mig") === 1);
  const strange = candidates.find(({ other }) => (other ?? 0) > 0);
  if (sliced) return refuse(`${sliced.gpu} is cut into MIG slices, and its power is that of all of them`);
  if (strange && seen.length === 0)
    return refuse(
      `no process of the engine is seen on a GPU, and ${strange.other} that are not its own are on ${strange.gpu}`,
    );
  if (strange) {
    const others = strange.other ?? 0;
    const isOne = others === 1;
    return refuse(
      `${countText(others, "process", "processes")} that ${isOne ? "is" : "are"} not the engine's ${isOne ? "is" : "are"} on ${strange.gpu}`,
    );
  }
  if (seen.length > 0) return { gpus: seen.map(({ gpu }) => gpu), why: null };
  if (gpus.length > 1) return refuse(`nobody tells which of ${gpus.length} GPUs the engine uses`);
  const told = whose.some(({ engine }) => engine !== null);
  if (told && (most(gpus[0] ?? "", "utilisation") ?? 0) === 0)
    return refuse("no process of the engine is seen on a GPU, and the GPU did nothing");
  return { gpus, why: "nobody tells who is on the GPU: that its work was the engine's alone is taken, not seen" };
}

function refuse(reason: string): { gpus: null; why: string } {
  return { gpus: null, why: `not attributable: ${reason}` };
}

function mostIn(input: MetricInput, name: string): number | null {
  const values = (seriesOf(input, name)?.value ?? []).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value));
}

function seriesOf({ observation }: MetricInput, name: string): Series | undefined {
  return observation.series.find((one) => one.name === name && one.value.some((value) => value !== null));
}
