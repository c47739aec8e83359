import { figureText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";
import { atLeast, measuredRequests } from "./measured.ts";

/**
 * The measured requests were sent for as long as the fidelity asks for, or the window is as long: a load goes on until it is,
 * so that no engine is too fast for it. Not of an accuracy run, which is as long as its answers.
 */
export const duration: CheckRule = {
  id: "duration",
  asks: "The load lasted as long as the fidelity asks for. Not of accuracy runs.",
  limit: "`counts.<fidelity>.seconds` of the workload",
  remedy:
    "Look at why it ended early: the errors of the requests, or a trace that is shorter than the workload's counts; then run again with --retry invalid.",
  judge({ spec, workload, observation }) {
    const limit = workload.counts[spec.fidelity].seconds;
    if (observation === null || limit === undefined || spec.purpose !== "performance") return null;
    let lastNs = observation.window.endNs;
    for (const { sentNs } of measuredRequests(observation).all) lastNs = Math.max(lastNs, sentNs);
    const value = (lastNs - observation.window.startNs) / 1e9;
    return {
      ...atLeast(value, limit, "s"),
      message: `the measured window was ${figureText(value)} s long, and ${spec.fidelity} asks for ${limit === 0 ? "no shortest time" : `at least ${figureText(limit)} s`}`,
      remedy: `Look at why it ended early: the errors of the requests, or a trace that is shorter than counts.${spec.fidelity}.seconds; then run again with --retry invalid.`,
    };
  },
};
