import type { Study } from "../../schema/study.ts";
import type { RequestClass, Workload } from "../../schema/workload.ts";

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
