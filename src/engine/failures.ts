import type { FailurePattern } from "../schema/engine-file.ts";
import type { Failure } from "../schema/launch.ts";
import { readLines, type LogLine } from "./log-lines.ts";
import { lineOf, readTracebacks, type Raised, type Traceback } from "./tracebacks.ts";

/** A line of a log may hold a whole configuration; its beginning says what went wrong. */
const longestMessage = 500;

/** The answer where no pattern matches. */
export interface Fallback {
  class: string;
  /** In our words, where the log has no exception of its own. Without it, the last line of the log is the message. */
  message?: string;
  hint: string;
}

/** Says that something failed, but not what: the cause is elsewhere in the log. */
const relayWords =
  /\bsee (?:the )?(?:root cause|stack ?trace|traceback|logs?|errors?)\b.*(?:above|root cause)|root cause.{0,20}above|failed to be inspected\. please check the logs|in a background process|^(?:[\w.]+\.)?(?:CancelledError|KeyboardInterrupt|SystemExit|GeneratorExit|BrokenPipeError|EOFError|ChildFailedError|RayActorError|ActorDiedError|EngineDeadError|MQEngineDeadError)\b|^RuntimeError: cancelled$|object has no attribute '(?:workers|_finalizer|model_executor|engine_core)'/i;
/** A failed look-up, whose handler then raises an exception that says more. */
const lookup = /^(?:KeyError|AttributeError|IndexError|StopIteration|ModuleNotFoundError): /;
/** INFO lines that are no progress: the engine is ending, or it answered a request. */
const noProgress = /shut(?:ting)? ?down|exit|terminat|clean|stopp|finished server|HTTP\/1|waiting for|cancel/i;

type Rank = "cause" | "general" | "unknown" | "consequence" | "relay";

/** A traceback or a line that says something about the failure. */
interface Sign {
  rank: Rank;
  /** Null for an exception of a kind that no pattern knows, and for a relay without a class. */
  pattern: FailurePattern | null;
  line: LogLine;
  message: string;
  at: number;
  process: string;
  isTraceback: boolean;
}

/**
 * Why an engine failed, from its log (docs/failures.md). The cause is the innermost exception of the last traceback; one
 * that only says that something failed elsewhere is passed over. Without a traceback it is the earliest line that matches a
 * pattern. Patterns are tried on errors, tracebacks and lines without a level, never on INFO lines; prefixes and letter case
 * do not count. Exit codes are not used: vLLM ends with 0 after its engine died. `file` is the log's name in the answer,
 * `afterLine` the number of lines at the start to pass over; lines count from 1.
 */
export function classify(
  patterns: readonly FailurePattern[],
  logText: string,
  fallback: Fallback,
  { file = "server.log", afterLine = 0 }: { file?: string; afterLine?: number } = {},
): Failure {
  const lines = readLines(logText, afterLine);
  const match = matcher(patterns);
  const { tracebacks, strays } = readTracebacks(lines);
  const signs = [
    ...tracebacks.map((traceback) => signOfTraceback(traceback, match)),
    ...strays.flatMap((line) => signOfLine(line, match)),
  ].toSorted((left, right) => left.at - right.at);
  const found = decide(bursts(signs, lines));
  const relay = signs.find(({ rank, pattern }) => rank === "relay" && pattern !== null);
  const shown = found ?? (fallback.message === undefined ? relay : undefined);
  if (shown !== undefined) {
    const known = found?.pattern ?? relay?.pattern;
    return {
      class: known?.class ?? fallback.class,
      message: shortened(shown.message),
      file,
      line: shown.line.number,
      hint: known?.hint ?? fallback.hint,
      ...(found?.pattern?.refused === true ? { refused: true } : {}),
    };
  }
  const last = lines.findLast(({ text }) => text.trim() !== "");
  return {
    class: fallback.class,
    message: fallback.message ?? shortened(last?.text ?? "the log is empty"),
    file: last ? file : null,
    line: last?.number ?? null,
    hint: fallback.hint,
  };
}

type Match = (line: LogLine, functions: readonly string[]) => FailurePattern[];

/** The patterns that match a line, in their order; `functions` are those of the traceback that the line belongs to. */
function matcher(patterns: readonly FailurePattern[]): Match {
  const compiled = patterns.map((pattern) => ({
    pattern,
    regex: new RegExp(pattern.pattern, "i"),
    within: pattern.within === undefined ? null : new RegExp(pattern.within, "i"),
  }));
  return ({ severity, text }, functions) => {
    if (severity === "info") return [];
    return compiled
      .filter(({ pattern }) => severity !== "warning" || pattern.severity === "warning")
      .filter(({ within }) => within === null || functions.some((name) => within.test(name)))
      .filter(({ regex }) => regex.test(text))
      .map(({ pattern }) => pattern);
  };
}

function signOfTraceback(traceback: Traceback, match: Match): Sign {
  const sign = { at: lineOf(traceback), process: traceback.process, isTraceback: true };
  const hits = traceback.raised.flatMap(({ lines, functions }) =>
    lines.flatMap((line) => match(line, functions).map((pattern) => ({ line, pattern }))),
  );
  for (const rank of ["cause", "general", "consequence", "relay"] as const) {
    const hit = hits.find(({ line, pattern }) => rankOf(pattern, line) === rank);
    if (hit !== undefined && (rank !== "relay" || origin(traceback) === null))
      return { ...sign, rank, pattern: hit.pattern, line: hit.line, message: hit.line.text };
  }
  const raised = origin(traceback);
  const line = (raised ?? traceback.raised[0])!.lines[0]!;
  return { ...sign, rank: raised === null ? "relay" : "unknown", pattern: null, line, message: wording(raised) };
}

/** The innermost exception that says what failed; null where all of them only say that something failed elsewhere. */
function origin({ raised }: Traceback): Raised | null {
  const own = raised.filter(({ lines }) => !relayWords.test(lines[0]?.text.trim() ?? ""));
  return own.find(({ lines }) => !lookup.test(lines[0]?.text ?? "")) ?? own[0] ?? null;
}

/** An exception's own line, and what it announces. */
function wording(raised: Raised | null): string {
  const [line = "", ...more] = (raised?.lines ?? []).map(({ text }) => text.trim()).filter((text) => text !== "");
  return /:$|validation errors? for \S+$/.test(line) ? [line, ...more.slice(0, 2)].join(" ") : line;
}

function signOfLine(line: LogLine, match: Match): Sign[] {
  const pattern = match(line, []).toSorted(
    (left, right) => weight[rankOf(left, line)] - weight[rankOf(right, line)],
  )[0];
  if (pattern === undefined) return [];
  const { number: at, process, text: message } = line;
  return [{ rank: rankOf(pattern, line), pattern, line, message, at, process, isTraceback: false }];
}

function rankOf({ tells }: FailurePattern, { text }: LogLine): Exclude<Rank, "unknown"> {
  if ((tells ?? "general") === "general" && relayWords.test(text.trim())) return "consequence";
  return tells ?? "cause";
}

const weight = { cause: 0, general: 1, consequence: 2, relay: 3 } as const;

/** Signs grouped into bursts, between which the engine made progress; the last burst first, since the engine survived the others. */
function bursts(signs: readonly Sign[], lines: readonly LogLine[]): Sign[][] {
  const progress = lines.filter(({ severity, text }) => severity === "info" && !noProgress.test(text));
  const found: Sign[][] = [];
  let from = 0;
  for (const sign of signs) {
    let wentOn = false;
    while (from < progress.length && progress[from]!.number < sign.at) {
      wentOn = true;
      from += 1;
    }
    if (wentOn || found.length === 0) found.push([]);
    found.at(-1)!.push(sign);
  }
  return found.toReversed();
}

function decide(found: readonly Sign[][]): Sign | null {
  let consequence: Sign | null = null;
  for (const burst of found) {
    const sign = causeIn(burst);
    if (sign === null) continue;
    if (sign.rank === "consequence") consequence ??= sign;
    else if (sign.rank === "cause" || consequence === null) return sign;
  }
  return consequence;
}

function causeIn(burst: readonly Sign[]): Sign | null {
  const last = burst.findLast(({ isTraceback, rank }) => isTraceback && weightInTraceback.has(rank));
  if (last?.rank === "cause") return last;
  // The cause of an unspecific exception may be in another process, or in what a library wrote before it.
  const before = burst.filter(
    ({ at, isTraceback, process, line }) =>
      last === undefined ||
      (at < last.at &&
        !(isTraceback && process === last.process) &&
        (line.severity === "error" || isTraceback || last.at - at <= nearLines)),
  );
  const telling = last === undefined ? first(before, "cause") : before.findLast(({ rank }) => rank === "cause");
  if (telling) return telling;
  if (last?.rank === "general") return last;
  return first(before, "general") ?? first(before, "consequence") ?? last ?? null;
}

/** A line without a level belongs to a traceback that ends at most this many lines after it. */
const nearLines = 300;

const weightInTraceback: ReadonlySet<Rank> = new Set(["cause", "general", "unknown"]);

function first(signs: readonly Sign[], rank: Rank): Sign | null {
  return signs.find((sign) => sign.rank === rank) ?? null;
}

function shortened(line: string): string {
  const trimmed = line.trim();
  return trimmed.length <= longestMessage ? trimmed : `${trimmed.slice(0, longestMessage)}…`;
}
