import { listText } from "../math/figures.ts";
import { derivedFigures, derivedRow } from "../schema/derived-figures.ts";
import type { Json } from "../schema/json.ts";
import { isClientKnob, type Assignment } from "../schema/knob.ts";
import type { Measurement } from "../schema/measurement.ts";
import { onceEach } from "../schema/once-each.ts";
import { trialsOf, type Trial } from "../schema/trial.ts";
import { armsOf, experimentsByName, type Cell, type ComparedExperiment, type ComparedStudy } from "./study.ts";

/** The knobs whose product was the number of GPUs in every engine file before trials had it. */
const earlierKnobs = ["tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size"];

/** GPUs of a trial's configuration; of a trial that lacks the number, by what was declared or resolved. Null where that is not known. */
export function gpusOfTrial({ gpus, knobs, resolvedConfiguration }: Trial): number | null {
  return gpus === undefined ? gpusByKnobs(knobs, resolvedConfiguration) : gpus;
}

function gpusByKnobs(knobs: Assignment = {}, resolved: { [path: string]: Json } | null = null): number | null {
  const factors = earlierKnobs.flatMap((knob) => {
    const value = knobs[knob] ?? resolved?.[`parallel_config.${knob}`];
    return typeof value === "number" ? value : [];
  });
  return factors.length === 0 ? null : factors.reduce((product, factor) => product * factor, 1);
}

/** GPUs of an experiment's configuration; null where that is not known. */
export function gpusOfExperiment({ id, gpus, knobs }: ComparedExperiment, trials: readonly Trial[]): number | null {
  if (gpus !== undefined) return gpus;
  const own = trialsOf(trials, id).map(gpusOfTrial);
  return own.find((count) => count !== null) ?? gpusByKnobs(knobs);
}

/** Whether the configurations of a cell are compared per GPU. */
export interface GpuStanding {
  isPerGpu: boolean;
  /** Why, and why not where they might have unlike numbers of GPUs; null where they have the same. */
  why: string | null;
}

/** Throughput and goodput are compared per GPU where all numbers are known and not the same. Skipped experiments do not count. */
export function gpuStanding(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): GpuStanding {
  const experiments = experimentsByName(study);
  const arms = armsOf(cell).flatMap((name) => {
    const experiment = experiments.get(name);
    return experiment === undefined || experiment.skip !== null ? [] : experiment;
  });
  const counts = arms.map((experiment) => gpusOfExperiment(experiment, trials));
  const known = new Set(counts.flatMap((count) => count ?? []));
  if (counts.includes(null)) {
    const isUnsaid =
      arms.some(({ gpus }) => gpus === null) &&
      cell.contrasts.some(({ changed }) => Object.keys(changed).some((knob) => !isClientKnob(knob)));
    const whose = known.size > 0 ? "some of its configurations take" : "its configurations take";
    const why = `how many GPUs ${whose} is not known, so that nothing is divided by their number`;
    return { isPerGpu: false, why: known.size > 0 || isUnsaid ? why : null };
  }
  if (known.size < 2) return { isPerGpu: false, why: null };
  if (known.has(0)) {
    return {
      isPerGpu: false,
      why: "some of its configurations take no GPU, so that nothing is divided by their number",
    };
  }
  return {
    isPerGpu: true,
    why: `its configurations take ${listText([...known].toSorted((left, right) => left - right))} GPUs, so that it is judged per GPU`,
  };
}

/** Its rows by their metric: comparisons ask for hundreds of figures of a trial. */
const rowsOf = onceEach(({ measurements }: Trial) => Map.groupBy(measurements, ({ metric }) => metric), new WeakMap());

/** A figure of a trial; one that a trial of an earlier version lacks and that follows from another is worked out. */
export function rowOf(trial: Trial, metric: string, stat: string): Measurement | undefined {
  const stored = rowsOf(trial)
    .get(metric)
    ?.find((row) => row.stat === stat);
  if (stored !== undefined) return stored;
  const figure = derivedFigures.find((one) => one.metric === metric && one.stat === stat);
  if (figure === undefined) return undefined;
  return derivedRow(figure, trial.measurements, gpusOfTrial(trial)) ?? undefined;
}

/** The value of such a row; null where the trial has none. */
export function valueOf(trial: Trial, metric: string, stat: string): number | null {
  return rowOf(trial, metric, stat)?.value ?? null;
}
