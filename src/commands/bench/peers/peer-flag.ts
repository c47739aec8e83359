import type { Json } from "../../../schema/json.ts";
import type { Fault } from "../../../schema/result.ts";

/**
 * A flag of another load generator, and what `ceteris bench` does with it. The translation, its hints and the tables of
 * the docs are all made from these rows.
 */
export interface PeerFlag {
  /** As its tool writes them: `--num-prompts`. Flags with one answer share a row. */
  names: readonly string[];
  /** What follows a name: nothing, one value, or several as long as they look like this. */
  takes: "nothing" | "value" | { like: RegExp };
  answer: PeerAnswer;
  /** What the docs add, in Markdown. */
  remark?: string;
  /** Of a name that `bench` has too: what a value of theirs looks like. */
  theirValue?: RegExp;
}

export type PeerAnswer =
  /** Our flag of the same meaning takes the values as they are. */
  | { is: string }
  /** The tool's `read` works it out, together with others. `ours`: what becomes of it, in Markdown. */
  | { ours: string }
  /** Nothing is lost without it. */
  | { unneeded: string }
  /** `bench` cannot do it. `hint`: what does. */
  | { refused: string; hint: string };

/** Another load generator. */
export interface PeerTool {
  /** As people call it: `vllm bench serve`. */
  title: string;
  /** Words that call it, and that may stand in front of its flags. */
  calls: readonly (readonly RegExp[])[];
  flags: readonly PeerFlag[];
  /** What its flags mean together. `ours`: flags of `bench` that were typed beside them, which win. */
  read(given: GivenFlags, ours: ReadonlySet<string>): PeerReading;
}

/** Values of typed flags by the first name of their row. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

/** What some flags of a peer say, in ours. */
export interface PeerReading {
  url?: string;
  /** Our flags with their values; without a value a switch. */
  flags: [name: string, ...values: string[]][];
  notes: string[];
  faults: Fault[];
}

/** A row as its file has it: names with blanks between them, regular expressions as texts. */
type PeerRow = { names: string; takes?: string | { like: string }; remark?: string; theirValue?: string } & Partial<
  Record<"is" | "ours" | "unneeded" | "refused" | "hint", string>
>;

/** The flags of a tool, from the rows of its file. Where a row says nothing, one value follows a name. */
export function peerFlags(rows: readonly PeerRow[]): PeerFlag[] {
  return rows.map(({ names, takes = "value", remark, theirValue, ...answer }) => ({
    names: names.split(" "),
    takes: typeof takes === "string" ? (takes as "nothing" | "value") : { like: new RegExp(takes.like) },
    answer: answer as PeerAnswer,
    ...(remark === undefined ? {} : { remark }),
    ...(theirValue === undefined ? {} : { theirValue: new RegExp(theirValue) }),
  }));
}

/** The last value that was given, of the first of these names that has one. */
export function valueOf(given: GivenFlags, ...names: readonly string[]): string | undefined {
  return names.map((name) => given.get(name)?.at(-1)).find((value) => value !== undefined);
}

/** Our flag with its value; none where there is no value. */
export function flagOf(name: string, value: string | undefined): [name: string, value: string][] {
  return value === undefined ? [] : [[name, value]];
}

/** Parts of what a peer says, as one reading. */
export function readingOf(url: string | undefined, parts: readonly Partial<PeerReading>[]): PeerReading {
  return {
    ...(url === undefined ? {} : { url }),
    flags: parts.flatMap(({ flags = [] }) => flags),
    notes: parts.flatMap(({ notes = [] }) => notes),
    faults: parts.flatMap(({ faults = [] }) => faults),
  };
}

/** A fault about a flag of theirs. */
export function peerFault(flag: string, why: string, hint: string): Fault {
  return { code: "peer-flag", message: `${flag}: ${why}`, hint };
}

/** `chat` or `completions` of a route or of a word for one; null of any other. */
export function routeOf(text: string): "chat" | "completions" | null {
  if (/chat(_completions|\/completions)?$/.test(text)) return "chat";
  return /^(vllm|openai|text)$|completions$/.test(text) ? "completions" : null;
}

/** A mean length and its standard deviation, in tokens or turns, as our flags write them. */
export function normalLength(mean: string, stdev: string | undefined): string {
  return stdev === undefined || Number(stdev) === 0 ? mean : `${mean}~${stdev}`;
}

/** Members of the body for which `bench` has a flag. */
const memberFlags: { [member: string]: string } = { temperature: "--temperature", top_p: "--top-p", top_k: "--top-k" };
/** What forces a length: `bench` does both or neither. */
const forced = ["ignore_eos", "min_tokens"];

/** Members that are added to the body of a request, as flags of `bench`: it sends some by itself. */
export function bodyFlags(members: { [member: string]: Json }): PeerReading["flags"] {
  const sent = Object.entries(members).filter(([name]) => !forced.includes(name));
  const { own = [], others = [] } = Object.groupBy(sent, ([name]) =>
    Object.hasOwn(memberFlags, name) ? "own" : "others",
  );
  return [
    ...(forced.some((name) => Boolean(members[name])) ? [["--ignore-eos"] as [string]] : []),
    ...own.flatMap(([name, value]) => flagOf(memberFlags[name]!, JSON.stringify(value))),
    ...flagOf("--extra-body", others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others))),
  ];
}

/** Limits of goodput as flags of ours. `names`: what the tool calls what we limit. Values are `name:ms`, separated by blanks. */
export function goodputFlags(
  values: readonly string[],
  names: Readonly<Record<string, string>>,
): Pick<PeerReading, "flags" | "faults"> {
  const flags: PeerReading["flags"] = [];
  const faults: Fault[] = [];
  for (const pair of values.flatMap((value) => value.split(/\s+/))) {
    const [name = "", limit = ""] = pair.split(":");
    const ours = Object.hasOwn(names, name) ? names[name] : undefined;
    if (ours !== undefined && /^\d+(\.\d+)?$/.test(limit)) flags.push([ours, limit]);
    else
      faults.push(
        peerFault("--goodput", `${pair} is not a limit`, `It takes NAME:MS of ${Object.keys(names).join(", ")}.`),
      );
  }
  return { flags, faults };
}
