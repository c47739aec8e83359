import { countText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";
import { atLeast, errorAllowance, measuredRequests } from "./measured.ts";

/**
 * As many requests finished as the fidelity asks for, less those that it allows to fail. Of an accuracy run all that were
 * sent. What the client cut off on purpose was not to finish. Turns of conversations that a failed one ended are missing.
 */
export const requestCount: CheckRule = {
  id: "request-count",
  asks: "As many requests finished as the fidelity asks for; of an accuracy run, all.",
  limit: "`counts.<fidelity>.requests` of the workload, less the share that `errors` allows to fail",
  remedy: "Look at the errors of the requests that did not finish, then run again with --retry invalid.",
  judge({ spec, workload, observation }) {
    if (observation === null || spec.purpose === "probe") return null;
    const { all, finished, failed } = measuredRequests(observation);
    const cutOff = all.length - finished.length - failed.length;
    const asked = spec.purpose === "accuracy" ? all.length : workload.counts[spec.fidelity].requests;
    const limit = Math.max(1, Math.ceil((asked - cutOff) * (1 - errorAllowance(spec))));
    const value = finished.length;
    const asks = `${spec.purpose === "accuracy" ? "an accuracy run" : spec.fidelity} asks for at least ${limit}`;
    return {
      ...atLeast(value, limit, "1"),
      message:
        cutOff === 0
          ? `${countText(value, "request")} finished, and ${asks}`
          : `${countText(value, "request")} finished and ${cutOff} ${cutOff === 1 ? "was" : "were"} cut off on purpose, so that ${asks}`,
    };
  },
};
