import type { Contrast } from "../schema/experiment.ts";
import { sameJson, type Json } from "../schema/json.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import { experimentsByName, type ComparedStudy, type KnobPath } from "./study.ts";

/** What moved in the resolved configuration beside the declared change. */
export interface Collateral {
  treatment: string;
  control: string;
  family: Contrast["family"];
  moved: { path: string; control: Json; treatment: Json }[];
  /** Why nothing can be said; null where both sides told their configuration. */
  unknown: string | null;
}

/** Names of a life of the engine, not of its configuration: addresses, places, clocks, random seeds. */
const namesOfALife =
  /(^|[._])(instance_id|engine_id|request_id|port|ports|host|ip|pid|uuid|url|dir|folder|path|file|socket|time|timestamp|date|seed)([._]|$)/i;

/**
 * For each contrast the paths whose value differs between the two sides, less those that the change explains, those that
 * name a life of the engine, and those that differ between trials of one side already.
 */
export function collateral(study: ComparedStudy, trials: readonly Trial[]): Collateral[] {
  const experiments = experimentsByName(study);
  const configurations = new Map<string, StableConfiguration | null>();
  const configurationOf = (name: string): StableConfiguration | null => {
    const known = configurations.get(name);
    if (known !== undefined) return known;
    const own = trials.filter(
      ({ spec }) => spec.experimentId === experiments.get(name)?.id && spec.fidelity === study.fidelity,
    );
    const stable = stableConfiguration(own);
    configurations.set(name, stable);
    return stable;
  };
  return study.contrasts.map((contrast) => {
    const { treatment, control, family } = contrast;
    const [above, below] = [configurationOf(treatment), configurationOf(control)];
    if (above === null || below === null) {
      const silent = above === null ? treatment : control;
      return { treatment, control, family, moved: [], unknown: `${silent} has no resolved configuration` };
    }
    const explained = explainedBy(contrast, study.knobPaths ?? []);
    const moved = [...new Set([...Object.keys(above.values), ...Object.keys(below.values)])]
      .filter((path) => !above.varying.has(path) && !below.varying.has(path))
      .filter((path) => !namesOfALife.test(path) && !explained(path))
      .filter((path) => !sameJson(above.values[path], below.values[path]))
      .toSorted()
      .map((path) => ({ path, control: below.values[path] ?? null, treatment: above.values[path] ?? null }));
    return { treatment, control, family, moved, unknown: null };
  });
}

interface StableConfiguration {
  values: { [path: string]: Json };
  varying: Set<string>;
}

/** The first trial's configuration, and the paths in which others of the same experiment differ. Usable trials where there are any. */
function stableConfiguration(own: readonly Trial[]): StableConfiguration | null {
  const told = own.filter(({ resolvedConfiguration }) => resolvedConfiguration !== null);
  const usable = told.filter(isUsable);
  const [first, ...rest] = (usable.length > 0 ? usable : told).map(
    ({ resolvedConfiguration }) => resolvedConfiguration ?? {},
  );
  if (first === undefined) return null;
  const varying = new Set<string>();
  for (const other of rest) {
    for (const path of new Set([...Object.keys(first), ...Object.keys(other)]))
      if (!sameJson(first[path], other[path])) varying.add(path);
  }
  return { values: first, varying };
}

/** A knob explains its own path and what lies below it, and any path that ends in its name. */
function explainedBy({ changed }: Contrast, knobPaths: readonly KnobPath[]): (path: string) => boolean {
  const knobs = Object.keys(changed);
  const paths = knobPaths.filter(({ knob }) => knobs.includes(knob)).map(({ path }) => path);
  return (path) =>
    paths.some((own) => path === own || path.startsWith(`${own}.`)) ||
    knobs.some((knob) => path === knob || path.endsWith(`.${knob}`));
}
