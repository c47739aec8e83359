import { slugsOf } from "./slugs.ts";
import type { SiteStudy } from "./site-study.ts";

/** Where each page of a site is, from the page that asks; names that have no page lead nowhere. */
export interface SitePlaces {
  index: string;
  study: (name: string) => string;
  trials: (study: string) => string;
  model: (name: string) => string;
  gpu: (name: string) => string;
}

/** Paths of a site's pages within its folder. A study's path is the same whatever other studies there are, unless their names differ in case or signs alone. */
export interface SitePaths extends Omit<SitePlaces, "index"> {
  models: string[];
  gpus: string[];
}

/** @param names of all studies in the results folder, also of those that have no page */
export function sitePaths(names: readonly string[], studies: readonly SiteStudy[]): SitePaths {
  const rows = studies.flatMap((study) => study.rows);
  const models = [...new Set(rows.map(({ model }) => model))].toSorted();
  const gpus = [...new Set(rows.flatMap((row) => row.gpus))].toSorted();
  const [ofStudies, ofModels, ofGpus] = [slugsOf(names), slugsOf(models), slugsOf(gpus)];
  return {
    study: (name) => `studies/${ofStudies.get(name)}/index.html`,
    trials: (study) => `studies/${ofStudies.get(study)}/trials.html`,
    model: (name) => `models/${ofModels.get(name)}.html`,
    gpu: (name) => `gpus/${ofGpus.get(name)}.html`,
    models,
    gpus,
  };
}

/** Addresses relative to a page `depth` folders down, so that a site works from any folder of any host, and from files. */
export function placesFrom(paths: SitePaths, depth: number): SitePlaces {
  const up = "../".repeat(depth);
  return {
    index: `${up}index.html`,
    study: (name) => up + paths.study(name),
    trials: (study) => up + paths.trials(study),
    model: (name) => up + paths.model(name),
    gpu: (name) => up + paths.gpu(name),
  };
}
