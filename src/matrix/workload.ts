import { fidelities, type Fidelity } from "../schema/fidelity.ts";
import type { Count, Workload, WorkloadFile } from "../schema/workload.ts";
import { samplingDefaults, workloadDefaults } from "./workload-defaults.ts";

/** A workload with everything filled in. A file without a dataset has its diagnostic; an empty synthetic one holds its place. */
export function completeWorkload(file: WorkloadFile, name: string): Workload {
  const dataset = file.dataset ?? { kind: "synthetic" as const };
  const scenario = file.scenario ?? workloadDefaults.scenario;
  const load = { order: workloadDefaults.order, ...file.load };
  return {
    name: file.workload ?? name,
    scenario,
    endpoint: file.endpoint ?? workloadDefaults.endpoint,
    prompt: file.prompt ?? workloadDefaults.prompt[dataset.kind === "synthetic" ? "synthetic" : "written"],
    dataset,
    selection: file.selection ?? {},
    sampling: { ...samplingDefaults(), ...file.sampling },
    load: load.batch_size === undefined ? load : { barrier: workloadDefaults.barrier, ...load },
    // Arrivals of another scenario would be hashed and change nothing: `arrivals-without-open` says so.
    arrivals: scenario === "open" ? (file.arrivals ?? workloadDefaults.arrivals) : null,
    slo: file.slo ?? null,
    warmupRequests: file.warmup?.requests ?? workloadDefaults.warmupRequests,
    cache: file.cache ?? workloadDefaults.cache,
    deadlineS: file.deadline_s ?? workloadDefaults.deadlineS,
    counts: completeCounts(file),
  };
}

/** Member by member: a count that says its requests alone keeps the rest of the default. */
function completeCounts(file: WorkloadFile): Record<Fidelity, Count> {
  const complete = fidelities.map((fidelity) => [
    fidelity,
    { ...workloadDefaults.counts[fidelity], ...file.counts?.[fidelity] },
  ]);
  return Object.fromEntries(complete) as Record<Fidelity, Count>;
}
