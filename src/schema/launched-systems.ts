import type { Experiment } from "./experiment.ts";
import { canonicalJson } from "./json.ts";
import { onceEach } from "./once-each.ts";
import type { Study } from "./study.ts";
import { sutOf, type Sut } from "./sut.ts";

/** One of the systems that the experiments of a study run on. */
export interface LaunchedSystem {
  /** As `systems` of the matrix names it; null where the matrix has none. */
  id: string | null;
  /** Ids of the rows that run on it. */
  rows: string[];
  engine: string;
  engineTitle: string;
  version: string | null;
  model: string;
  revision: string | null;
}

/** What the experiments of a study run on, in their order; those that are SKIPPED where nothing else is there. */
export function launchedSystems(
  study: Study,
  experiments: readonly Pick<Experiment, "knobs" | "labels" | "skip">[],
): LaunchedSystem[] {
  const running = experiments.filter(({ skip }) => skip === null);
  const found = new Map<string, Omit<LaunchedSystem, "rows"> & { rows: Set<string> }>();
  // A hundred thousand experiments have few systems: each is put into words once.
  const wordsOf = onceEach(({ engine, version, model, revision }: Sut) =>
    canonicalJson([engine.name, version, model, revision]),
  );
  for (const { knobs, labels } of running.length === 0 ? experiments : running) {
    const sut = sutOf(study, knobs);
    const { engine, version, model, revision } = sut;
    const id = labels.system ?? null;
    const system = { id, engine: engine.name, engineTitle: engine.title, version, model, revision };
    found
      .getOrInsertComputed(`${JSON.stringify(id)} ${wordsOf(sut)}`, () => ({ ...system, rows: new Set() }))
      .rows.add(labels.row);
  }
  return [...found.values()].map((system) => ({ ...system, rows: [...system.rows] }));
}

/** `vLLM 0.32.0, meta-llama/Llama-3.1-8B at abc` */
export function systemText({ engineTitle, version, model, revision }: LaunchedSystem): string {
  return `${engineTitle}${version === null ? "" : ` ${version}`}, ${model}${revision === null ? "" : ` at ${revision}`}`;
}

/** Rows beyond these are counted. */
const mostRows = 3;

/** A line for each of several systems, `8b: vLLM 0.32.0, …` or by their rows; none where all experiments run on one that has no name. */
export function systemLines(systems: readonly LaunchedSystem[]): string[] {
  if (systems.length < 2 && systems.every(({ id }) => id === null)) return [];
  return systems.map((system) => {
    const { id, rows } = system;
    const isWhole = id !== null && systems.filter((other) => other.id === id).length === 1;
    const more = rows.length > mostRows ? [`${rows.length - mostRows} more`] : [];
    const named = isWhole ? "" : [...rows.slice(0, mostRows), ...more].join(", ");
    return `${named}${id === null ? "" : named === "" ? id : ` of ${id}`}: ${systemText(system)}`;
  });
}
