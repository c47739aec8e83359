import { figureText, percentText } from "../math/figures.ts";
import { certifies } from "../schema/fidelity.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Check } from "../schema/trial.ts";
import type { CheckRule } from "./check.ts";
import { tooShortToTell } from "./client-window.ts";

/** The larger of so many ms and such a share of the engine's own mean. */
interface Limit {
  ms: number;
  share: number;
}

interface Limits {
  /** A first token takes its way to us: HTTP, tokenizing and the server's own front lie between, and grow with the load. */
  ttftMore: Limit;
  /** It cannot be here before it is made; what is left is how finely the two read their clocks. */
  ttftLess: Limit;
  /** What lies between moves a stream as a whole: the mean of its gaps stays. */
  itl: Limit;
}

const certified: Limits = {
  ttftMore: { ms: 20, share: 0.2 },
  ttftLess: { ms: 2, share: 0.02 },
  itl: { ms: 1, share: 0.05 },
};
const screening: Limits = {
  ttftMore: { ms: 50, share: 0.5 },
  ttftLess: { ms: 5, share: 0.05 },
  itl: { ms: 2, share: 0.1 },
};

/** One mean by both. */
interface Comparison {
  name: string;
  /** Ours less the engine's, in ms; null with the reason where they cannot be compared. */
  differenceMs: number | null;
  why: string | null;
  limitMs: number;
}

/** Engine and client saw the same: the engine's own means of TTFT, ITL and E2E are those that we measured, but for the way between the two. */
export const engineAgrees: CheckRule = {
  id: "engine-agrees",
  asks: "Client and engine measured the same: the engine's own means of TTFT, ITL and E2E latency are those of the client, but for the way between them.",
  limit: `TTFT and E2E longer by the larger of ${inMs(screening.ttftMore)}, shorter by ${inMs(screening.ttftLess)}; ITL off by ${inMs(screening.itl)} (valid, submission: ${inMs(certified.ttftMore)}; ${inMs(certified.ttftLess)}; ${inMs(certified.itl)})`,
  remedy:
    "Look at what stands between the two: a proxy, a long queue in front of the engine, a busy host; or other clients of the same engine.",
  judge({ spec, workload, observation, measurements }) {
    if (observation === null || spec.purpose !== "performance" || measurements.length === 0) return null;
    const limits = certifies(spec.fidelity) ? certified : screening;
    const compared = [
      compare(measurements, "itl", limits.itl, limits.itl),
      // A first chunk that bears much of its answer hides gaps; the latency of the whole answer includes them.
      compare(measurements, "e2e", limits.ttftMore, limits.ttftLess),
    ];
    // In Offline all is due at once, and waits in front of the engine by design.
    if (workload.scenario !== "offline")
      compared.unshift(compare(measurements, "ttft", limits.ttftMore, limits.ttftLess));
    const known = compared.filter(({ differenceMs }) => differenceMs !== null);
    const worst = known.toSorted((left, right) => excess(right) - excess(left))[0];
    const short = tooShortToTell(observation);
    const beyond = worst !== undefined && excess(worst) > 1;
    const status = statusOf(worst, beyond, short);
    return {
      status,
      value: worst?.differenceMs ?? null,
      limit: worst?.limitMs ?? null,
      margin: worst ? worst.limitMs - Math.abs(worst.differenceMs ?? 0) : null,
      unit: "ms",
      message: [
        ...(known.length > 0 ? known : compared).map(inWords),
        ...(beyond && status === "unknown" && short !== null ? [short] : []),
      ].join("; "),
    };
  },
};

function inMs({ ms, share }: Limit): string {
  return `${ms} ms and ${percentText(share)} of the engine's mean`;
}

function statusOf(worst: Comparison | undefined, beyond: boolean, short: string | null): Check["status"] {
  if (worst === undefined) return "unknown";
  if (!beyond) return "pass";
  return short === null ? "fail" : "unknown";
}

function compare(measurements: readonly Measurement[], name: string, more: Limit, less: Limit): Comparison {
  const difference = measurements.find(({ metric }) => metric === `${name}_client_minus_engine`);
  const engineMs = measurements.find(({ metric }) => metric === `engine_${name}_mean`)?.value ?? 0;
  const differenceMs = difference?.value ?? null;
  const { ms, share } = (differenceMs ?? 0) < 0 ? less : more;
  return {
    name: name.toUpperCase(),
    differenceMs,
    why: difference?.why ?? "it was not measured",
    limitMs: Math.max(ms, share * engineMs),
  };
}

function inWords({ name, differenceMs, why, limitMs }: Comparison): string {
  if (differenceMs === null) return `${name.toUpperCase()} cannot be compared: ${why}`;
  const side = differenceMs < 0 ? "less" : "more";
  return `mean ${name.toUpperCase()} is ${figureText(Math.abs(differenceMs))} ms ${side} than the engine's own, and at most ${figureText(limitMs)} ms is allowed`;
}

function excess({ differenceMs, limitMs }: Comparison): number {
  return Math.abs(differenceMs ?? 0) / limitMs;
}
