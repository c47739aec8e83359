import { expect, it } from "vitest";
import { clientChecks } from "../../../src/commands/doctor/client-checks.ts";
import type { Facts } from "../../../src/commands/doctor/facts.ts";
import type { Calibration } from "../../../src/schema/trial.ts";
import { someWorkload } from "../../support/completions.ts";
import { found, someFacts } from "../../support/preflight-facts.ts";

const measured: Calibration = {
  measuredAt: "2026-11-30T00:00:00.000Z",
  ageS: 0,
  cpuPerTokenUs: 10,
  cpuPerRequestUs: 100,
  highestTokensPerS: 80_000,
  endedBy: "client",
  levels: [],
};
const workload = someWorkload({
  name: "chat",
  scenario: "open",
  load: { rate: 1000 },
  dataset: { kind: "synthetic", output_tokens: { distribution: "fixed", value: 40 } },
});
const check = (more: Partial<Calibration>, rate = 1000): string[] => {
  const loads: Facts["loads"] = [{ workload: { ...workload, load: { rate } }, inFlight: null }];
  const facts = someFacts({ loads, calibration: { skipped: null, measured: { ...measured, ...more } } });
  return found(clientChecks, "client-capacity", facts);
};

it("holds what the client can do against what the matrix asks", () => {
  expect(check({})).toEqual([
    "fine: the client takes 10.0 µs of CPU for a token and 100 µs for a request, and stamps 80000 tokens a second within 1 ms; the matrix needs 0.5 of a core",
  ]);
  expect(check({}, 4000)[0]).toMatch(/^warning: chat: 4000 requests a second of 40 tokens need 2 cores/);
});

it("warns where other work kept the client from being measured, and knows nothing where it could not be", () => {
  expect(check({ endedBy: "machine" })[0]).toMatch(/^warning: .* beside the other work of this machine$/);
  expect(check({ endedBy: "time", highestTokensPerS: null })[0]).toMatch(
    /^warning: .* stamped no rate within 1 ms: the machine is busy, or too slow$/,
  );
  const skipped = someFacts({ calibration: { skipped: "no null server", measured: null } });
  expect(found(clientChecks, "client-capacity", skipped)).toEqual(["unknown: no null server"]);
  expect(found(clientChecks, "client-capacity", someFacts())).toEqual([]);
});
