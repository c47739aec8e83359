import type { Fidelity } from "../schema/fidelity.ts";
import type { CheckRule } from "./check.ts";
import { count, figure, measuredRequests } from "./measured.ts";

/**
 * The share of requests that may have been sent again, in %. A second sending makes its request slower by the first, and the
 * server may have seen both: where it is certified, one in a thousand, which is not in a p99; else one in a hundred, which is
 * what may fail.
 */
const limits: Readonly<Record<Fidelity, number>> = { smoke: 1, screen: 1, valid: 0.1, submission: 0.1 };

/** Few requests had to be sent again, since the server had ended the kept connection that they went out on. Only asked where one was. */
export const requestsResent: CheckRule = ({ spec, observation }) => {
  if (observation === null) return null;
  const { all } = measuredRequests(observation);
  let resent = 0;
  for (const request of all) if (request.resent > 0) resent += 1;
  if (resent === 0) return null;
  const limit = limits[spec.fidelity];
  const value = (resent / all.length) * 100;
  return {
    id: "requests-resent",
    status: value <= limit ? "pass" : "fail",
    value,
    limit,
    margin: limit - value,
    unit: "%",
    message:
      `${resent} of ${count(all.length, "request")} were sent twice (${figure(value)} %), since the server had ended their kept ` +
      `connection; at most ${figure(limit)} % is allowed`,
    remedy:
      "Have the server keep idle connections for longer (uvicorn: --timeout-keep-alive), or answer with `connection: close` " +
      "where it keeps none.",
  };
};
