import { jsonOrText, parseMap, type Json } from "../../../schema/json.ts";
import rows from "./aiperf-flags.json" with { type: "json" };
import {
  flagOf,
  readingOf,
  valueOf,
  bodyFlags,
  goodputFlags,
  normalLength,
  peerFault,
  peerFlags,
  routeOf,
  type GivenFlags,
  type PeerReading,
  type PeerTool,
} from "./peer-flag.ts";

/** Flags of `aiperf profile` 0.13 and of genai-perf before it. */
const flags = peerFlags(rows);

const sessions = ["--conversation-num", "--num-conversations", "--num-sessions"];

/** What holds where a flag of theirs is not given (docs/cli_options.md of AIPerf 0.13). */
const theirs = { route: "chat", concurrency: "1", inputTokens: "550" };

export const aiperf: PeerTool = {
  title: "AIPerf",
  calls: [
    [/^aiperf$/, /^profile$/],
    [/^genai-perf$/, /^profile$/],
  ],
  flags,
  read(given, ours) {
    const value: ValueOf = (...names) => valueOf(given, ...names);
    const inputs = Object.assign({}, ...(given.get("--extra-inputs") ?? []).map(inputOf)) as Members;
    const limits = {
      time_to_first_token: "--slo-ttft-ms",
      inter_token_latency: "--slo-tpot-ms",
      request_latency: "--slo-e2e-ms",
    };
    return readingOf(value("--url", "-u"), [
      route(value, ours),
      load(value, ours),
      lengths(value, inputs, ours),
      conversations(value),
      { flags: body(given, inputs) },
      goodputFlags(given.get("--goodput") ?? [], limits),
    ]);
  },
};

type Members = { [member: string]: Json };

/** Members of the body that give answers their length: the same as `--osl`, beside which they are usually typed. */
const mostTokens = ["max_completion_tokens", "max_tokens"];

/** The last value that was given, of the first of these names that has one. */
type ValueOf = (...names: string[]) => string | undefined;

function route(value: ValueOf, ours: ReadonlySet<string>): Partial<PeerReading> {
  const name = ["--endpoint", "--custom-endpoint", "--endpoint-type"].find((path) => value(path) !== undefined);
  if (name === undefined) return ours.has("--endpoint") ? {} : { flags: [["--endpoint", theirs.route]] };
  const asked = value(name)!;
  const found = routeOf(asked);
  if (found !== null) return { flags: [["--endpoint", found]] };
  return { faults: [peerFault(`${name} ${asked}`, "this route is not measured", "Take chat or completions.")] };
}

/** How many requests, and when they are sent. */
function load(value: ValueOf, ours: ReadonlySet<string>): Partial<PeerReading> {
  const [rate, mode] = [value("--request-rate"), value("--request-rate-mode", "--arrival-pattern")];
  const isOurs = rate !== undefined || ours.has("--concurrency") || ours.has("--rate");
  const concurrency = value("--concurrency") ?? (isOurs ? undefined : theirs.concurrency);
  const seconds = value("--benchmark-duration");
  const isCounted = seconds !== undefined || value(...sessions) !== undefined;
  const fewest =
    isCounted || ours.has("--requests") || ours.has("--duration") ? undefined : 2 * Number(concurrency ?? 0);
  const requests = value("--request-count", "--num-requests");
  return {
    flags: [
      ...flagOf("--rate", rate),
      ...flagOf("--arrivals", rate === undefined ? undefined : mode),
      ...flagOf(rate === undefined ? "--concurrency" : "--max-in-flight", concurrency),
      ...flagOf("--duration", seconds),
      ...flagOf("--requests", requests ?? (fewest === undefined ? undefined : String(Math.max(10, fewest)))),
    ],
  };
}

/** The prompts, and how long they and the answers are. */
function lengths(value: ValueOf, inputs: Members, ours: ReadonlySet<string>): Partial<PeerReading> {
  const found: PeerReading["flags"] = [];
  const path = value("--input-file");
  found.push(...flagOf("--dataset", path));
  const hasPrompts = path !== undefined || ours.has("--dataset") || ours.has("--input-tokens");
  const input = value(...tokens("input"), "--isl") ?? (hasPrompts ? undefined : theirs.inputTokens);
  if (input !== undefined)
    found.push(["--input-tokens", normalLength(input, value(...tokens("input", "stddev"), "--isl-stddev"))]);
  const most = mostTokens.map((name) => inputs[name]).find((given) => typeof given === "number");
  const output = value(...tokens("output"), "--osl") ?? most?.toString();
  if (output !== undefined)
    found.push(["--output-tokens", normalLength(output, value(...tokens("output", "stddev"), "--osl-stddev"))]);
  if (output !== undefined || hasPrompts || ours.has("--output-tokens")) return { flags: found };
  return { flags: found, notes: ["without --osl AIPerf lets the model end its answers; here they have 128 tokens"] };
}

/** Names of one figure of the lengths. */
function tokens(side: "input" | "output", figure = "mean"): string[] {
  return [side === "input" ? "--synthetic-input" : "--output", `--prompt-${side}`].map(
    (name) => `${name}-tokens-${figure}`,
  );
}

function conversations(value: ValueOf): Partial<PeerReading> {
  const found: PeerReading["flags"] = [];
  const faults: PeerReading["faults"] = [];
  const kind = value("--custom-dataset-type");
  if (kind !== undefined && kind !== "single_turn")
    faults.push(
      peerFault(
        `--custom-dataset-type ${kind}`,
        "`bench` reads one prompt a line",
        "A matrix replays traces: arrivals: { kind: trace, path: …, format: mooncake }.",
      ),
    );
  const [number, turns] = [value(...sessions), value("--conversation-turn-mean", "--session-turns-mean")];
  if (turns !== undefined)
    found.push(["--turns", normalLength(turns, value("--conversation-turn-stddev", "--session-turns-stddev"))]);
  if (number !== undefined && value("--request-count", "--num-requests") === undefined)
    found.push(["--requests", String(Number(number) * Number(turns ?? 1))]);
  const thinkMs = value("--conversation-turn-delay-mean", "--session-turn-delay-mean");
  if (thinkMs !== undefined) found.push(["--think", String(Number(thinkMs) / 1000)]);
  const spread = ["--conversation-turn-delay-stddev", "--session-turn-delay-stddev"].find(
    (name) => Number(value(name) ?? 0) > 0,
  );
  if (spread !== undefined)
    faults.push(
      peerFault(
        spread,
        "`bench` has one time between turns",
        "Leave it out; a matrix takes think_s: { distribution: uniform, min: …, max: … }.",
      ),
    );
  return { flags: found, faults };
}

function body(given: GivenFlags, inputs: Members): PeerReading["flags"] {
  const members = Object.fromEntries(Object.entries(inputs).filter(([name]) => !mostTokens.includes(name)));
  const headers = [...(given.get("--header") ?? []), ...(given.get("-H") ?? [])];
  return [
    ...bodyFlags(members),
    ...headers.map((text): [string, string] => ["--header", text.replace(/^([^:=\s]+)\s*[:=]\s*/, "$1=")]),
  ];
}

/** `name:value`, the value as JSON where it is that; or a whole JSON object. */
function inputOf(text: string): Members {
  if (text.startsWith("{")) return parseMap(text) ?? {};
  const [name = "", ...rest] = text.split(":");
  return { [name]: jsonOrText(rest.join(":")) };
}
