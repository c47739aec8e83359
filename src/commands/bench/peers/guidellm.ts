import { parseMap, plainText } from "../../../schema/json.ts";
import type { Fault } from "../../../schema/result.ts";
import rows from "./guidellm-flags.json" with { type: "json" };
import {
  flagOf,
  normalLength,
  peerFault,
  peerFlags,
  readingOf,
  routeOf,
  valueOf,
  type PeerReading,
  type PeerTool,
} from "./peer-flag.ts";

/** Flags of `guidellm run` 0.7, and of `guidellm benchmark` before it. */
const flags = peerFlags(rows);

export const guidellm: PeerTool = {
  title: "GuideLLM",
  calls: [
    [/^guidellm$/, /^benchmark$/, /^run$/],
    [/^guidellm$/, /^(benchmark|run)$/],
  ],
  flags,
  read(given, ours) {
    const value = (...names: string[]) => valueOf(given, ...names);
    const backend = settingsOf(value("--backend") ?? "");
    const found: PeerReading = { flags: flagOf("--model", backend["model"]), notes: [], faults: [] };
    const format = value("--request-type", "--request-format") ?? backend["request_format"];
    const route = format === undefined ? null : routeOf(format);
    if (route !== null) found.flags.push(["--endpoint", route]);
    else if (format !== undefined)
      found.faults.push(
        peerFault(`--request-format ${format}`, "this route is not measured", "Take chat or completions."),
      );

    const asked = value("--profile", "--rate-type") ?? "";
    const profile = settingsOf(asked);
    const rate = value("--rate") ?? profile["rate"] ?? profile["streams"] ?? profile["max_concurrency"];
    const isLoadGiven = rate !== undefined || ours.has("--concurrency") || ours.has("--rate");
    // A sweep is their default.
    const kind = profile["kind"] ?? (/^\w+$/.test(asked) ? asked : isLoadGiven ? undefined : "sweep");
    const load = loadOf(kind, rate, asked !== "");
    if (Array.isArray(load)) found.flags.push(...load);
    else found.faults.push(load);

    for (const text of given.get("--constraint") ?? []) {
      const { count, seconds } = settingsOf(text);
      found.flags.push(...flagOf("--requests", count), ...flagOf("--duration", seconds));
    }
    const data = (given.get("--data") ?? []).map(promptsOf);
    return readingOf(value("--target") ?? backend["target"], [found, ...data]);
  },
};

/** The load of a profile, or why it is not one. */
function loadOf(kind: string | undefined, rate: string | undefined, isAsked: boolean): PeerReading["flags"] | Fault {
  const several = "`bench` measures one load";
  if (kind === "sweep") {
    const flag = isAsked ? "the profile sweep" : "no profile, which GuideLLM takes for a sweep";
    return peerFault(flag, several, `Take --profile poisson --rate 4. Or: ${sweepHint("load.rate", "2, 4, 8")}`);
  }
  if (rate?.includes(","))
    return peerFault(
      `--rate ${rate}`,
      several,
      sweepHint(kind === "concurrent" ? "load.concurrency" : "load.rate", rate.split(/,\s*/).join(", ")),
    );
  switch (kind) {
    case "synchronous":
      return [["--concurrency", "1"]];
    case "concurrent":
      return flagOf("--concurrency", rate);
    case "throughput":
      return [["--rate", "inf"]];
    case "constant":
    case "poisson":
      return [...flagOf("--rate", rate), ["--arrivals", kind]];
    case undefined:
      return flagOf("--rate", rate);
    default:
      return peerFault(
        `--profile ${kind}`,
        "this profile is not measured",
        "Take synchronous, concurrent, throughput, constant or poisson.",
      );
  }
}

function sweepHint(knob: string, values: string): string {
  return `ceteris init --url URL writes a matrix over several: in it sweep: { ${knob}: [${values}] }.`;
}

/** What becomes of members of `--data` that say no length. */
const ofData: { [member: string]: { flag: string } | "named" | "unneeded" } = {
  kind: "named",
  path: { flag: "--dataset" },
  turns: { flag: "--turns" },
  prefix_tokens: { flag: "--shared-prefix-tokens" },
  prefix_count: { flag: "--prefix-groups" },
  samples: "unneeded",
  source: "unneeded",
};

/** Prompts and answers of one `--data`. */
function promptsOf(text: string): Partial<PeerReading> {
  const isFile = !text.includes("=") && !text.startsWith("{");
  const data: { [member: string]: string } = isFile ? { path: text } : settingsOf(text);
  if (data["path"] === undefined && data["prompt_tokens"] === undefined) {
    const hint = 'Write its prompts as lines of {"prompt": …}, and give the file: --dataset FILE.jsonl.';
    return { faults: [peerFault(`--data ${text}`, "this dataset is not read", hint)] };
  }
  const found: PeerReading = { flags: [], notes: [], faults: [] };
  const prefix = Number(data["prefix_tokens"] ?? 0);
  for (const [side, flag, more] of [
    ["prompt", "--input-tokens", prefix],
    ["output", "--output-tokens", 0],
  ] as const) {
    const length = lengthOf(data, side, more);
    if (typeof length === "string") found.flags.push([flag, length]);
    else if (length !== null) found.faults.push(length);
  }
  for (const [member, value] of Object.entries(data)) {
    if (/^(prompt|output)_tokens/.test(member)) continue;
    const becomes = Object.hasOwn(ofData, member) ? ofData[member]! : null;
    if (becomes === "unneeded")
      found.notes.push(`${member} of --data is left out: synthetic prompts are all different`);
    else if (becomes === null)
      found.faults.push(peerFault(`--data ${member}`, "`bench` does not know it", "Leave it out."));
    else if (becomes !== "named") found.flags.push([becomes.flag, value]);
  }
  return found;
}

/** Tokens of prompts or answers as our flags write them, longer by `more`; null where they are not given. */
function lengthOf(data: { [member: string]: string }, side: "prompt" | "output", more: number): string | Fault | null {
  const [mean, stdev, min, max] = ["", "_stdev", "_min", "_max"].map((end) => data[`${side}_tokens${end}`]);
  if (mean === undefined) return null;
  if (min === undefined && max === undefined) return normalLength(String(Number(mean) + more), stdev);
  if (stdev === undefined && min !== undefined && max !== undefined)
    return `${Number(min) + more}-${Number(max) + more}`;
  return peerFault(
    `--data ${side}_tokens_${min === undefined ? "max" : "min"}`,
    "`bench` spreads lengths normally without limits, or evenly between both",
    `Give ${side}_tokens_stdev alone, or ${side}_tokens_min and ${side}_tokens_max alone.`,
  );
}

/** `kind=synthetic_text,prompt_tokens=256` or the same as a JSON object. */
function settingsOf(text: string): { [name: string]: string } {
  if (text.startsWith("{")) {
    const found = Object.entries(parseMap(text) ?? {});
    return Object.fromEntries(found.map(([name, value]) => [name, plainText(value)]));
  }
  return Object.fromEntries(
    text.split(",").flatMap((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [] : [[part.slice(0, at), part.slice(at + 1)]];
    }),
  );
}
