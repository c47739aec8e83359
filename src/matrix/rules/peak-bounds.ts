import type { Rule } from "../rule.ts";

/** A search that would begin above the highest rate that it may try. */
export const peakBounds: Rule = {
  code: "peak-bounds",
  severity: "error",
  check({ study: { peak } }) {
    if (peak === null || peak.to === null || peak.to >= peak.from) return [];
    const message = `the search begins at ${peak.from} requests a second, and may try ${peak.to} at most`;
    const hint = "`from` is the rate to begin with, and is doubled or halved from there; `to` is never passed";
    return [{ pointer: "/peak/to", aim: "value", message, hint }];
  },
};
