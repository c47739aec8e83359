import { figureText } from "../math/figures.ts";
import type { CheckRule } from "./check.ts";

/** The share of reads whose stamp may be impossible, in %: one in a thousand does not reach a p99. */
const LARGEST_CLAMPED = 0.1;

/**
 * The kernel's times of arrival are possible, and nothing set the clock that they are taken from. Where something did, bytes
 * that had arrived and were not yet read got a wrong age, by at most the time that they waited; how many there were is not
 * known. Asked only where one of the two was seen, and where the times are the kernel's.
 */
export const clientStamps: CheckRule = {
  id: "client-stamps",
  about: "client",
  asks: "The kernel's times of arrival are possible, and nobody set the clock that they come from. Asked only where one of the two was seen.",
  limit: `${LARGEST_CLAMPED} % of the reads`,
  remedy:
    "Keep the machine's clock from being set during a measurement: let chrony or ntpd slew it, and wait until it has settled.",
  judge({ spec, observation }) {
    if (observation === null || spec.purpose === "accuracy") return null;
    const { stamps, clockSetMs } = observation.client;
    if (stamps === null || (stamps.clampedShare === 0 && clockSetMs === 0)) return null;
    const value = stamps.clampedShare * 100;
    const failing = value > LARGEST_CLAMPED;
    return {
      status: failing ? "fail" : clockSetMs === 0 ? "pass" : "unknown",
      value,
      limit: LARGEST_CLAMPED,
      margin: LARGEST_CLAMPED - value,
      unit: "%",
      message: [
        `the kernel's time of arrival was impossible in ${figureText(value)} % of the reads, and at most ${figureText(LARGEST_CLAMPED)} % is allowed`,
        ...(clockSetMs === 0
          ? []
          : [
              `the machine's clock was set ${clockSetMs < 0 ? "back" : "forward"} by ${figureText(Math.abs(clockSetMs))} ms`,
            ]),
      ].join("; "),
    };
  },
};
