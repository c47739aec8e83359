import type { CheckRule } from "./check.ts";
import { figure } from "./measured.ts";

/** The measured window is as long as the fidelity asks for. Not of an accuracy run, which is as long as its answers. */
export const duration: CheckRule = ({ spec, workload, observation }) => {
  const limit = workload.counts[spec.fidelity].seconds;
  if (observation === null || limit === undefined || spec.purpose !== "performance") return null;
  const value = (observation.window.endNs - observation.window.startNs) / 1e9;
  return {
    id: "duration",
    status: value >= limit ? "pass" : "fail",
    value,
    limit,
    margin: value - limit,
    unit: "s",
    message: `the measured window was ${figure(value)} s long, and ${spec.fidelity} asks for at least ${figure(limit)} s`,
    remedy: `Raise counts.${spec.fidelity}.requests in the workload until the run lasts ${figure(limit)} s.`,
  };
};
