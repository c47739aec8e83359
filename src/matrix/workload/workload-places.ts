import type { Study } from "../../schema/study.ts";
import { usedDatasets, type RequestClass, type UsedDataset, type Workload } from "../../schema/workload.ts";
import { asMap, memberOf, pointerOf, sameJson, type Json } from "../../schema/json.ts";
import { settingsByValue } from "../computed-values.ts";
import type { LintContext } from "../rule.ts";

/** A workload as the matrix writes it, and the pointer to it. */
export interface PlacedWorkload {
  workload: Workload;
  place: string;
}

/** Every workload that the matrix writes, and accuracy's where it has its own. */
export function workloadsWithPlaces(study: Study): PlacedWorkload[] {
  const listed = study.workloads.map((workload, index) => ({ workload, place: `/workloads/${index}` }));
  const own = study.accuracy !== null && !study.workloads.includes(study.accuracy);
  return own ? [...listed, { workload: study.accuracy!, place: "/accuracy" }] : listed;
}

/** Every request class of them, and the pointer to it. */
export function classesWithPlaces(study: Study): { requestClass: RequestClass; workload: Workload; place: string }[] {
  return workloadsWithPlaces(study).flatMap(({ workload, place }) =>
    workload.classes.map((requestClass, index) => ({ requestClass, workload, place: `${place}/classes/${index}` })),
  );
}

/** Every dataset that they ask, of classes too, and the pointer to it. */
export function datasetsWithPlaces(study: Study): (UsedDataset & PlacedWorkload)[] {
  return workloadsWithPlaces(study).flatMap((placed) => datasetsOf(placed));
}

/** The datasets of one workload, each with the pointer to it as `place`. */
export function datasetsOf({ workload, place }: PlacedWorkload): (UsedDataset & PlacedWorkload)[] {
  return usedDatasets(workload).map((used) => {
    const index = used.requestClass === null ? -1 : workload.classes.indexOf(used.requestClass);
    return { ...used, workload, place: `${place}${index < 0 ? "" : `/classes/${index}`}/dataset` };
  });
}

/** The pointer to the workload that a dataset, at this pointer, is of. */
export function placeOfWorkload(dataset: string): string {
  return dataset.replace(/\/(classes|dataset)\b.*$/, "");
}

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

/** The row or the axis that gives a setting of a workload, which stands at `place`, a value; null where none does. */
export function placeOfSetting(
  context: Pick<LintContext, "settings" | "expansion">,
  place: string,
  setting: string,
  value: Json,
): string | null {
  const found = settingsByValue(context).find(
    ({ knob, pointer, where, values }) =>
      knob === setting &&
      where !== "exclude" &&
      (!pointer.startsWith("/workloads/") || pointer.startsWith(`${place}/`)) &&
      values.some((one) => sameJson(one.value, value)),
  );
  return found?.pointer ?? null;
}

/** Where a member of a dataset got its value: the row or the axis that sets it, else where the workload writes it, else the dataset. */
export function datasetMemberPlace(
  context: Pick<LintContext, "study" | "settings" | "expansion">,
  { workload, place }: PlacedWorkload,
  { dataset: used, requestClass }: UsedDataset,
  member: string,
): string {
  const { study, settings } = context;
  const value = memberOf<Json>(used, member) ?? null;
  // A row writes a bare number, which the dataset has as a distribution of that one length.
  const { distribution, value: length = null } = asMap(value) ?? {};
  const forms = distribution === "fixed" ? [value, length] : [value];
  for (const one of requestClass === null ? forms : []) {
    const set = placeOfSetting(context, place, `dataset.${member}`, one);
    if (set !== null) return set;
  }
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
