import { pointerOf } from "../../schema/json-pointer.ts";
import type { UsedDataset, Workload } from "../../schema/workload.ts";
import type { LintContext } from "../rule.ts";
import { workloadsWithPlaces, type PlacedWorkload } from "./workload-places.ts";

/** Every workload as some experiment runs it, with what rows and axes set, once each; accuracy's own with them. */
export function experimentWorkloads({ study, expansion }: Pick<LintContext, "study" | "expansion">): PlacedWorkload[] {
  const declared = workloadsWithPlaces(study);
  const placeOf = new Map(study.workloads.map(({ name }, index) => [name, `/workloads/${index}`]));
  const seen = new Set<PlacedWorkload["workload"]>();
  const run = expansion.experiments.flatMap(({ skip, labels, workload }) => {
    const place = placeOf.get(labels.workload);
    if (skip !== null || place === undefined || seen.has(workload)) return [];
    seen.add(workload);
    return [{ workload, place }];
  });
  return [...run, ...declared.filter(({ place }) => place === "/accuracy")];
}

/** Where a member of a dataset got its value: where the workload writes it, else in a row or an axis, else the dataset. */
export function datasetMemberPlace(
  { study, settings }: Pick<LintContext, "study" | "settings">,
  { workload, place }: PlacedWorkload,
  { requestClass }: UsedDataset,
  member: string,
): string {
  const index = requestClass === null ? -1 : workload.classes.indexOf(requestClass);
  const dataset = place + (index < 0 ? "" : pointerOf("classes", index)) + pointerOf("dataset");
  const written = dataset + pointerOf(member);
  if (study.locations.has(written)) return written;
  const set = settings.find(({ knob, where }) => knob === `dataset.${member}` && where !== "exclude");
  return set?.pointer ?? (study.locations.has(dataset) ? dataset : place);
}

/** Whose requests these are, in words. */
export function userName({ name }: Pick<Workload, "name">, { requestClass }: UsedDataset): string {
  return `workload \`${name}\`${requestClass === null ? "" : `, class \`${requestClass.name}\`,`}`;
}
