import type { Json } from "../../../schema/json.ts";
import {
  asSwitch,
  goodputFlags,
  peerFault,
  refused,
  routeOf,
  same,
  unneeded,
  workedOut,
  type GivenFlags,
  type PeerFlag,
  type PeerReading,
  type PeerTool,
} from "./peer-flag.ts";

const spreadHint =
  "Give a uniform spread: 64-256. A matrix takes { distribution: normal, mean: …, stdev: …, min: …, max: … }.";
const textAlone = ["`bench` sends text alone", "Leave it out."] as const;

/** Flags of `aiperf profile` 0.13 and of genai-perf before it. */
const flags: readonly PeerFlag[] = [
  workedOut("`URL`", "--url", "-u"),
  same("--model", "--model", "--model-names", "-m"),
  workedOut("`--endpoint chat` or `completions`; others are not measured", "--endpoint-type"),
  { ...workedOut("`--endpoint chat` or `completions`", "--endpoint", "--custom-endpoint"), theirValue: /^\// },
  asSwitch(unneeded("answers are always streamed", "--streaming")),
  { ...workedOut("`--concurrency`; beside a rate `--max-in-flight`", "--concurrency") },
  workedOut("`--rate`", "--request-rate"),
  workedOut("`--arrivals`", "--request-rate-mode", "--arrival-pattern"),
  same("--requests", "--request-count", "--num-requests"),
  same("--duration", "--benchmark-duration"),
  unneeded("measured requests are awaited, each until its --deadline", "--benchmark-grace-period"),
  same("--warmup", "--warmup-request-count", "--num-warmup-requests"),
  same("--input-tokens", "--isl", "--synthetic-input-tokens-mean", "--prompt-input-tokens-mean"),
  same("--output-tokens", "--osl", "--output-tokens-mean", "--prompt-output-tokens-mean"),
  workedOut(
    "`--input-tokens 64-256`, `--output-tokens` likewise, for a uniform spread; 0 is understood",
    "--isl-stddev",
    "--osl-stddev",
    "--synthetic-input-tokens-stddev",
    "--prompt-input-tokens-stddev",
    "--output-tokens-stddev",
    "--prompt-output-tokens-stddev",
    "--conversation-turn-stddev",
    "--session-turns-stddev",
    "--conversation-turn-delay-stddev",
    "--session-turn-delay-stddev",
  ),
  same("--shared-prefix-tokens", "--prefix-prompt-length", "--prompt-prefix-length"),
  same("--prefix-groups", "--num-prefix-prompts", "--prefix-prompt-pool-size", "--prompt-prefix-pool-size"),
  same("--dataset", "--input-file"),
  workedOut('`--dataset` with lines of `{"prompt"}`; traces are replayed by a matrix', "--custom-dataset-type"),
  workedOut("`--turns`", "--conversation-turn-mean", "--session-turns-mean"),
  workedOut("`--requests`: conversations times turns", "--conversation-num", "--num-conversations", "--num-sessions"),
  workedOut("`--think`, in seconds", "--conversation-turn-delay-mean", "--session-turn-delay-mean"),
  { names: ["--extra-inputs"], takes: { like: /^[^:\s]+:|^\{/ }, answer: { ours: "`--extra-body`" } },
  { names: ["--header", "-H"], takes: { like: /^[^:=\s]+[:=]/ }, answer: { ours: "`--header NAME=VALUE`" } },
  refused("a key on a command line can be read by others", "Put it into a variable: --api-key-env NAME.", "--api-key"),
  {
    names: ["--goodput"],
    takes: { like: /^[a-z_]+:/ },
    answer: { ours: "`--slo-ttft-ms`, `--slo-tpot-ms`, `--slo-e2e-ms`" },
  },
  same("--seed", "--random-seed"),
  same("--workers", "--workers-max", "--max-workers"),
  same("--deadline", "--request-timeout-seconds"),
  unneeded("prompts are sent as token ids, and the server counts", "--tokenizer", "--tokenizer-revision"),
  asSwitch(unneeded("no tokenizer is loaded", "--tokenizer-trust-remote-code")),
  unneeded("progress goes to stderr", "--ui", "--ui-type", "--log-level"),
  asSwitch(unneeded("progress goes to stderr", "--verbose", "--extra-verbose")),
  unneeded("trials are kept under --results", "--artifact-dir", "--output-artifact-dir"),
  unneeded("synthetic prompts are all different", "--num-dataset-entries"),
  unneeded("--workers says how many processes there are", "--record-processors", "--record-processor-service-count"),
  asSwitch(
    refused(
      "a schedule is replayed by a matrix",
      "In a matrix: arrivals: { kind: trace, path: …, format: … }.",
      "--fixed-schedule",
      "--fixed-schedule-auto-offset",
    ),
  ),
  refused(
    "requests are cut off on purpose by a matrix",
    "In a matrix: cancel: { share: …, after_s: … }.",
    "--request-cancellation-rate",
    "--request-cancellation-delay",
  ),
  refused("`bench` asks one model", "In a matrix: classes, each with its model.", "--model-selection-strategy"),
  refused(...textAlone, "--image-width-mean", "--image-height-mean", "--image-batch-size", "--batch-size-image"),
  refused(...textAlone, "--audio-length-mean", "--audio-batch-size", "--batch-size-audio"),
];

const thought = ["--conversation-turn-delay-mean", "--session-turn-delay-mean"];
const spreads = new Set(flags.flatMap(({ names }) => names.filter((name) => name.endsWith("-stddev"))));

export const aiperf: PeerTool = {
  title: "AIPerf",
  calls: [
    [/^aiperf$/, /^profile$/],
    [/^genai-perf$/, /^profile$/],
  ],
  flags,
  read(given) {
    const value = (...names: string[]): string | undefined =>
      names.map((name) => given.get(name)?.at(-1)).find((found) => found !== undefined);
    const found: PeerReading = { flags: [], notes: [], faults: [] };
    const url = value("--url", "-u");
    if (url !== undefined) found.url = url;
    for (const name of ["--endpoint", "--custom-endpoint", "--endpoint-type"]) {
      const asked = value(name);
      const route = asked === undefined ? null : routeOf(asked);
      if (route !== null) found.flags.push(["--endpoint", route]);
      else if (asked !== undefined)
        found.faults.push(peerFault(`${name} ${asked}`, "this route is not measured", "Take chat or completions."));
      if (asked !== undefined) break;
    }
    const [rate, concurrency, mode] = [value("--request-rate"), value("--concurrency"), arrivalsOf(given)];
    if (rate !== undefined) found.flags.push(["--rate", rate]);
    if (rate !== undefined && mode !== undefined) found.flags.push(["--arrivals", mode]);
    if (concurrency !== undefined)
      found.flags.push([rate === undefined ? "--concurrency" : "--max-in-flight", concurrency]);
    for (const name of spreads)
      if (Number(value(name) ?? 0) !== 0)
        found.faults.push(peerFault(name, "`bench` spreads lengths evenly, not normally", spreadHint));
    const kind = value("--custom-dataset-type");
    if (kind !== undefined && kind !== "single_turn")
      found.faults.push(
        peerFault(
          `--custom-dataset-type ${kind}`,
          "`bench` reads one prompt a line",
          "A matrix replays traces: arrivals: { kind: trace, path: …, format: mooncake }.",
        ),
      );
    const conversations = value("--conversation-num", "--num-conversations", "--num-sessions");
    const turns = value("--conversation-turn-mean", "--session-turns-mean");
    if (turns !== undefined) found.flags.push(["--turns", turns]);
    if (conversations !== undefined)
      found.flags.push(["--requests", String(Number(conversations) * Number(turns ?? 1))]);
    const thinkMs = value(...thought);
    if (thinkMs !== undefined) found.flags.push(["--think", String(Number(thinkMs) / 1000)]);
    const extra = given.get("--extra-inputs");
    if (extra !== undefined)
      found.flags.push(["--extra-body", JSON.stringify(Object.assign({}, ...extra.map(inputOf)))]);
    for (const header of [...(given.get("--header") ?? []), ...(given.get("-H") ?? [])])
      found.flags.push(["--header", header.replace(/^([^:=\s]+)\s*[:=]\s*/, "$1=")]);
    const limits = goodputFlags(given.get("--goodput") ?? [], {
      time_to_first_token: "--slo-ttft-ms",
      inter_token_latency: "--slo-tpot-ms",
      request_latency: "--slo-e2e-ms",
    });
    return { ...found, flags: [...found.flags, ...limits.flags], faults: [...found.faults, ...limits.faults] };
  },
};

function arrivalsOf(given: GivenFlags): string | undefined {
  return (given.get("--request-rate-mode") ?? given.get("--arrival-pattern"))?.at(-1);
}

/** `name:value`, the value as JSON where it is that; or a whole JSON object. */
function inputOf(text: string): { [member: string]: Json } {
  if (text.startsWith("{")) return parsedOr(text, {}) as { [member: string]: Json };
  const [name = "", ...rest] = text.split(":");
  return { [name]: parsedOr(rest.join(":"), rest.join(":")) };
}

function parsedOr(text: string, otherwise: Json): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return otherwise;
  }
}
