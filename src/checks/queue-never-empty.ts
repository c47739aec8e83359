import { countText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";

/** Offline: the engine never waited for the client. Not where the client sends in chunks, which lets the queue run empty by design. */
export const queueNeverEmpty: CheckRule = {
  id: "queue-never-empty",
  asks: "Offline: the engine never waited for the client.",
  limit: "never, before the last request was sent",
  remedy: "Raise load.max_in_flight, so that the engine always has requests waiting.",
  judge({ spec, workload, observation }) {
    const applies = workload.scenario === "offline" && workload.load.batch_size === undefined;
    if (observation === null || !applies || spec.purpose !== "performance") return null;
    const { queueRanEmpty } = observation;
    const { asked } = observation.inFlight;
    const when = `before the last request was sent, with ${countText(asked, "request")} in flight`;
    return {
      status: queueRanEmpty === null ? "unknown" : queueRanEmpty ? "fail" : "pass",
      value: queueRanEmpty === null ? null : queueRanEmpty ? "ran empty" : "never",
      limit: "never",
      margin: null,
      unit: "",
      message:
        queueRanEmpty === null
          ? "nobody could tell whether the engine's queue ran empty"
          : `the engine's queue ${queueRanEmpty ? "ran" : "never ran"} empty ${when}`,
      remedy: `Raise load.max_in_flight above ${asked}, so that the engine always has requests waiting.`,
    };
  },
};
