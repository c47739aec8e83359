import type { Study } from "../../schema/study.ts";
import { usedDatasets, type RequestClass, type UsedDataset, type Workload } from "../../schema/workload.ts";

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
