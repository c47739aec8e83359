import type { CheckRule } from "./check.ts";
import { measuredRequests } from "./measured.ts";

/** The server said how many tokens it generated for every finished request; without that there is no token rate. */
export const tokenCounts: CheckRule = ({ spec, observation }) => {
  if (observation === null || spec.purpose !== "performance") return null;
  const { finished } = measuredRequests(observation);
  if (finished.length === 0) return null;
  let silent = 0;
  for (const { outputTokens } of finished) if (outputTokens === null) silent += 1;
  return {
    id: "token-counts",
    status: silent === 0 ? "pass" : "fail",
    value: finished.length - silent,
    limit: finished.length,
    margin: silent === 0 ? 0 : -silent,
    unit: "1",
    message: `the server counted the tokens of ${finished.length - silent} of ${finished.length} finished requests`,
    remedy:
      "The engine must answer stream_options.include_usage, or return token ids: look for request_fields in its file.",
  };
};
