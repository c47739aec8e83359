import { expect, it } from "vitest";
import { eventLine } from "../../src/commands/progress.ts";
import type { RunEvent } from "../../src/schema/event.ts";

it.each(["performance", "accuracy", "probe"] as const)("says of a trial that ended whether it was of %s", (purpose) => {
  const event: RunEvent = {
    type: "trial-end",
    trial: "t",
    experiment: "fp8",
    purpose,
    status: "VALID",
    reason: "all checks passed",
    tookS: 12.34,
    folder: "f",
  };
  expect(eventLine(event)).toBe(`VALID    fp8, ${purpose} (12.3 s): all checks passed`);
});
