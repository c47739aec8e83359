import { countText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";
import { measuredRequests } from "./measured.ts";

/** The server counted the generated tokens of every finished request, and each count is possible; otherwise there is no token rate. */
export const tokenCounts: CheckRule = {
  id: "token-counts",
  asks: "The server counted the output tokens of every finished request, and each count is possible.",
  limit: "every finished request",
  remedy:
    "The engine must answer stream_options.include_usage, or return token ids (request_fields of its file); if a count is impossible, check any proxy between it and the client.",
  judge({ spec, observation }) {
    if (observation === null || spec.purpose !== "performance") return null;
    const { finished } = measuredRequests(observation);
    if (finished.length === 0) return null;
    let counted = 0;
    let untrue = 0;
    let first: string | null = null;
    for (const { outputTokens, countProblem } of finished) {
      if (countProblem !== null) {
        untrue += 1;
        first ??= countProblem;
      } else if (outputTokens !== null) counted += 1;
    }
    const missing = finished.length - counted;
    const said = untrue === 0 ? "" : `; ${untrue} of its counts cannot be true, the first: ${first}`;
    return {
      status: missing === 0 ? "pass" : "fail",
      value: counted,
      limit: finished.length,
      margin: missing === 0 ? 0 : -missing,
      unit: "1",
      message: `the server counted the tokens of ${counted} of ${countText(finished.length, "finished request")}${said}`,
      remedy:
        untrue === 0
          ? "The engine must answer stream_options.include_usage, or return token ids: look for request_fields in its file."
          : "Check `usage` in the server's last event, and any proxy between it and the client; nothing is computed from such a count.",
    };
  },
};
