import { neededInWords, neededShare } from "../../checks/index.ts";
import { figureText } from "../../math/figures.ts";
import { askedBefore, calibrationText } from "../../run/index.ts";
import type { Calibration } from "../../schema/trial.ts";
import { about, fine, unknown, warning } from "./check.ts";
import type { PlannedLoad } from "./facts.ts";

/** The load generator itself. */
export const clientChecks = about("client", [
  {
    id: "client-capacity",
    asks: "The load generator on this machine, measured against a null server, can do what the matrix asks of it.",
    limit: "1 core of each client process",
    remedy:
      "Lower load.rate, or raise load.workers and give each a core of its own, or drive the engine from another host.",
    judge({ calibration, loads }) {
      if (calibration === undefined) return [];
      const { measured, skipped } = calibration;
      if (measured === null) return unknown(skipped);
      const found = calibrationText(measured);
      if (measured.endedBy === "machine" || measured.highestTokensPerS === null)
        return warning(found, "End the other work of this machine, and ask again.");
      const beyond = loads.flatMap(({ workload }) => {
        const asked = askedBefore(workload);
        const isBeyond = asked !== null && neededShare(measured, asked) > 1;
        return isBeyond ? `${workload.name}: ${neededInWords(measured, asked)}` : [];
      });
      if (beyond[0] !== undefined) return warning(beyond[0]);
      return fine(`${found}${highestShare(measured, loads)}`);
    },
  },
]);

/** The part of a core that the heaviest load needs, as far as it is known before it is run. */
function highestShare(measured: Calibration, loads: readonly PlannedLoad[]): string {
  const shares = loads.flatMap(({ workload }) => {
    const asked = askedBefore(workload);
    return asked === null ? [] : neededShare(measured, asked);
  });
  return shares.length === 0 ? "" : `; the matrix needs ${figureText(Math.max(...shares))} of a core`;
}
