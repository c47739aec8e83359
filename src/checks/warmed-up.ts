import { countText, figureText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";

/** A warm-up with a gate ended because the engine was steady, and not because the longest wait was over. */
export const warmedUp: CheckRule = {
  id: "warmed-up",
  asks: "A warm-up with a gate ended because the engine was steady, not because the longest wait was over.",
  limit: "`warmup.until_steady.cv` of the workload",
  remedy:
    "Raise warmup.until_steady.longest_s where the engine was still settling; raise warmup.until_steady.over where requests differ so much that blocks of a few do.",
  judge({ workload, observation }) {
    const gate = workload.warmupUntilSteady;
    const warmUp = observation?.warmUp ?? null;
    if (gate === undefined || warmUp === null) return null;
    const { steady, requests, tookS, cv } = warmUp;
    const limit = gate.cv * 100;
    const value = cv === null ? null : cv * 100;
    const sent = `${countText(requests, "request")} in ${figureText(tookS)} s of warm-up`;
    const spread =
      value === null
        ? `too few of ${sent} finished with two tokens to compare the last ${gate.over}`
        : `block means of the time per token of the last ${gate.over} requests differ by ${figureText(value)} % (coefficient of variation) after ${sent}`;
    return {
      status: steady ? "pass" : "fail",
      value,
      limit,
      margin: value === null ? null : limit - value,
      unit: "%",
      message: steady
        ? `${spread}, below the limit of ${figureText(limit)} %`
        : `not steady after the longest wait of ${figureText(gate.longestS)} s: ${spread}, and below ${figureText(limit)} % is asked for`,
    };
  },
};
