import { jsonOrText, parseMap, type Json } from "../../../schema/json.ts";
import rows from "./aiperf-flags.json" with { type: "json" };
import {
  goodputFlags,
  peerFault,
  peerFlags,
  routeOf,
  type GivenFlags,
  type PeerReading,
  type PeerTool,
} from "./peer-flag.ts";

const spreadHint =
  "Give a uniform spread: 64-256. A matrix takes { distribution: normal, mean: …, stdev: …, min: …, max: … }.";

/** Flags of `aiperf profile` 0.13 and of genai-perf before it. */
const flags = peerFlags(rows);

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
  if (text.startsWith("{")) return parseMap(text) ?? {};
  const [name = "", ...rest] = text.split(":");
  return { [name]: jsonOrText(rest.join(":")) };
}
