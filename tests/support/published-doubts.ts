import type { PublishedRun } from "./published-llama31b.ts";

/** LoadGen ends its log so soon after the last answer. */
const ENDS_WITHIN_S = 1;
/** A run may be stamped a little after the one before it ended. */
const SLACK_S = 5;

/** What the files of the runs say against one another: each a figure that its own log does not bear out. */
export function doubtsOf(runs: readonly PublishedRun[]): string[] {
  const inTime = runs.toSorted((left, right) => startOf(left) - startOf(right));
  return inTime.flatMap((run, at) => [
    ...clockDoubt(run),
    ...startDoubt(run),
    ...overlapDoubt(run, inTime[at + 1]),
    ...resultDoubt(run),
    ...declaredDoubt(run),
  ]);
}

function startOf({ meta }: PublishedRun): number {
  return Date.parse(meta.get("timestamp") ?? "") / 1000;
}

/** The longest latency of an Offline run is its length: the clock of LoadGen's log has to end there. */
function clockDoubt({ name, detail }: PublishedRun): string[] {
  const end = (detail?.lines.at(-1)?.timeMs ?? 0) / 1000;
  const longest = Number(detail?.last("result_max_latency_ns") ?? Number.NaN) / 1e9;
  return Math.abs(end - longest) > ENDS_WITHIN_S
    ? [
        `${name}: its log ends after ${end.toFixed(1)} s, and says that the last answer came after ${longest.toFixed(1)} s`,
      ]
    : [];
}

function startDoubt({ name, error, summary, detail }: PublishedRun): string[] {
  if (summary === null || summary.result === null) return [];
  return [
    ...(error === null ? [] : [`${name}: it has figures, and its engine never started (${error.slice(0, 40)})`]),
    ...(detail === null ? [`${name}: it has figures without a log of them`] : []),
  ];
}

function overlapDoubt(run: PublishedRun, next: PublishedRun | undefined): string[] {
  const took = Number.parseInt(run.result.get("Duration") ?? "0", 10);
  const gap = next === undefined ? Infinity : startOf(next) - startOf(run);
  return gap + SLACK_S < took ? [`${run.name}: it took ${took} s, and ${next?.name} began ${gap} s after it`] : [];
}

/** `result.txt` against LoadGen's summary. */
function resultDoubt({ name, result, summary }: PublishedRun): string[] {
  const [said, logged] = [result.get("Tokens/sec") ?? "", summary?.figures.get("Tokens per second")?.[0] ?? ""];
  return logged === "" || Number(said) === Number(logged)
    ? []
    : [`${name}: its result says ${said} tok/s, its log ${logged}`];
}

/** FP8 weights that a run declares in words, and that are off in the configuration that its engine resolved. */
function declaredDoubt({ name, meta, resolved }: PublishedRun): string[] {
  const declared = meta.get("description") ?? "";
  return /fp8/i.test(declared) && !/kv/i.test(declared) && resolved?.["quantization"] === "None"
    ? [`${name}: it declares FP8, and its engine resolved quantization=None`]
    : [];
}
