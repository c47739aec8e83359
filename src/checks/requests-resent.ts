import { countText, figureText } from "../math/figures.ts";
import { certifies } from "../schema/fidelity.ts";
import type { CheckRule } from "./check.ts";
import { atMost, measuredRequests } from "./measured.ts";

/**
 * The share of requests that the client may have resent, in %. A resent request took longer by its first attempt, and the
 * server may have received both. A certified result allows one in a thousand, which does not reach a p99; the lower
 * fidelities allow one in a hundred, as they do for errors.
 */
const screening = 1;
const certified = 0.1;

/** The client resent few requests: those whose kept connection the server had closed before it can have read them. Asked only where there was one. */
export const requestsResent: CheckRule = {
  id: "requests-resent",
  asks: "The client resent few requests (those whose kept connection the server had just closed). Asked only where there was one.",
  limit: `${screening} % of the requests; ${certified} % at valid and submission`,
  remedy:
    "Raise the server's keep-alive timeout (uvicorn: --timeout-keep-alive), or have it answer with `connection: close` " +
    "where it keeps no connections.",
  judge({ spec, observation }) {
    if (observation === null) return null;
    const { all } = measuredRequests(observation);
    let resent = 0;
    for (const request of all) if (request.resent > 0) resent += 1;
    if (resent === 0) return null;
    const limit = certifies(spec.fidelity) ? certified : screening;
    const value = (resent / all.length) * 100;
    return {
      ...atMost(value, limit, "%"),
      message:
        `the client resent ${resent} of ${countText(all.length, "request")} (${figureText(value)} %), because the server had closed their ` +
        `keep-alive connections; at most ${figureText(limit)} % is allowed`,
    };
  },
};
