import type { Fault } from "../../../schema/result.ts";
import { shellLine } from "../../../schema/shell-line.ts";
import { aiperf } from "./aiperf.ts";
import { guidellm } from "./guidellm.ts";
import { peerFault } from "./peer-flag.ts";
import type { PeerFlag, PeerReading, PeerTool } from "./peer-flag.ts";
import { vllmBenchServe } from "./vllm.ts";

export type { PeerFlag, PeerTool } from "./peer-flag.ts";

/** Load generators whose flags `ceteris bench` understands. Where a flag could be of several, the first is meant. */
export const peerTools: readonly PeerTool[] = [vllmBenchServe, aiperf, guidellm];

/** What was typed, in flags of ours alone. */
export interface TranslatedFlags {
  argv: string[];
  /** What the user should know: the command in our flags, and what was left out. */
  notes: string[];
  /** Flags that cannot be followed; nothing may be measured where there is one. */
  faults: Fault[];
}

/**
 * Flags of other load generators in those of `ceteris bench`. Null where none was typed, so that nothing is to be translated.
 * @param typed what follows `ceteris bench`
 * @param ours names of our flags, each with whether a value follows it
 */
export function translateFlags(typed: readonly string[], ours: ReadonlyMap<string, boolean>): TranslatedFlags | null {
  if (typed.some((word) => word === "--help" || word === "-h")) return null;
  const called = calledTool(typed);
  const words = typed.slice(called?.words ?? 0);
  const tool = called?.tool ?? meantTool(words, ours);
  if (tool === null) return null;

  const read = readWords(words, tool, ours);
  const names = new Set(read.own.map((word) => nameOf(word).name).filter((name) => ours.has(name)));
  const flags: PeerReading["flags"] = [...read.flags];
  const [notes, faults] = [[...read.notes], [...read.faults]];
  let url: string | undefined;
  for (const [peer, given] of read.given) {
    // Only the tool that is meant says what holds where a flag is not given.
    const reading = peer.read(given, peer === tool ? names : new Set(ours.keys()));
    flags.push(...reading.flags);
    notes.push(...reading.notes);
    faults.push(...reading.faults);
    url ??= reading.url;
  }
  const [typedUrl] = read.positional;
  if (typedUrl !== undefined && url !== undefined && typedUrl !== url)
    faults.push(peerFault(typedUrl, `the flags name another address, ${url}`, "Leave one of them out."));
  const argv = [
    ...(typedUrl !== undefined || url === undefined ? [] : [url]),
    ...read.positional,
    ...read.own,
    ...flags.flat(),
  ];
  return { argv, notes: [`read as: ceteris bench ${shellLine(argv)}`, ...notes], faults: joined(faults) };
}

function reason({ message, hint }: Fault): string {
  return `${message.slice(message.indexOf(": "))}\n${hint}`;
}

/** Faults of one reason are one fault, of several flags. */
function joined(faults: readonly Fault[]): Fault[] {
  return Array.from(Map.groupBy(faults, reason).values(), (own) => {
    const flags = own.map(({ message }) => message.slice(0, message.indexOf(": ")));
    const [first] = own;
    return own.length === 1
      ? first!
      : { ...first!, message: `${flags.join(", ")}${first!.message.slice(first!.message.indexOf(": "))}` };
  });
}

/** The tool that is called by its own name, and of how many words the name is. */
function calledTool(words: readonly string[]): { tool: PeerTool; words: number } | null {
  for (const tool of peerTools)
    for (const call of tool.calls)
      if (call.every((part, place) => part.test(words[place] ?? ""))) return { tool, words: call.length };
  return null;
}

/** The tool that knows most of the flags that are not ours; null where there is no such flag, or nobody knows it. */
function meantTool(words: readonly string[], ours: ReadonlyMap<string, boolean>): PeerTool | null {
  const knows = (tool: PeerTool, place: number): boolean => {
    const { name, value } = nameOf(words[place]!);
    const row = rowOf(tool, name, ours);
    if (row === null) return false;
    return !ours.has(name) || (row.theirValue?.test(value ?? words[place + 1] ?? "") ?? false);
  };
  const places = [...words.keys()].filter((place) => isFlag(words[place]!));
  let best: { tool: PeerTool; known: number } | null = null;
  for (const tool of peerTools) {
    const known = places.filter((place) => knows(tool, place)).length;
    if (known > (best?.known ?? 0)) best = { tool, known };
  }
  return best?.tool ?? null;
}

interface ReadWords {
  /** Ours, as they were typed. */
  own: string[];
  positional: string[];
  flags: PeerReading["flags"];
  notes: string[];
  faults: Fault[];
  /** What each tool works out itself; the tool that is meant is there even where it has nothing. */
  given: Map<PeerTool, Map<string, string[]>>;
}

function readWords(words: readonly string[], meant: PeerTool, ours: ReadonlyMap<string, boolean>): ReadWords {
  const read: ReadWords = {
    own: [],
    positional: [],
    flags: [],
    notes: [],
    faults: [],
    given: new Map([[meant, new Map()]]),
  };
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place]!;
    if (!isFlag(word)) {
      read.positional.push(word);
      continue;
    }
    const { name, value } = nameOf(word);
    const found = ownerOf(name, meant, ours);
    if (found === null) {
      read.own.push(word);
      if (ours.get(name) === true && value === null && place + 1 < words.length) read.own.push(words[(place += 1)]!);
      continue;
    }
    const values = value === null ? valuesOf(words, place + 1, found.row) : [value];
    if (value === null) place += values.length;
    take(read, { ...found, typed: name, values });
  }
  return read;
}

/** The row of a name: of the tool that is meant; else ours, which is none; else of another tool. */
function ownerOf(
  name: string,
  meant: PeerTool,
  ours: ReadonlyMap<string, boolean>,
): { tool: PeerTool; row: PeerFlag } | null {
  for (const tool of [meant, ...peerTools]) {
    const row = rowOf(tool, name, ours);
    if (row !== null) return { tool, row };
    if (ours.has(name)) return null;
  }
  return null;
}

/** The row of a tool with this name, or with one that begins like it, as Python's parsers take it. */
function rowOf({ flags }: PeerTool, name: string, ours: ReadonlyMap<string, boolean>): PeerFlag | null {
  const exact = flags.find(({ names }) => names.includes(name));
  if (exact !== undefined || ours.has(name)) return exact ?? null;
  const begins = (other: string): boolean => name.startsWith("--") && other.startsWith(name);
  const rows = flags.filter(({ names }) => names.some(begins));
  const isOurs = [...ours.keys()].some(begins);
  return rows.length === 1 && !isOurs && rows[0]!.names.filter(begins).length === 1 ? rows[0]! : null;
}

interface TypedFlag {
  tool: PeerTool;
  row: PeerFlag;
  typed: string;
  values: string[];
}

function take(read: ReadWords, { tool, row, typed, values }: TypedFlag): void {
  const { answer } = row;
  if (row.takes !== "nothing" && values.length === 0)
    read.faults.push({ code: "peer-flag", message: `${typed} needs a value`, hint: "Write the value after it." });
  else if ("is" in answer) {
    // Given twice, Python's parsers take the last.
    if (row.takes !== "nothing" && "like" in Object(row.takes)) {
      read.flags.push(...values.map((value): [string, string] => [answer.is, value]));
      return;
    }
    read.flags = read.flags.filter(([name]) => name !== answer.is);
    read.flags.push([answer.is, ...values]);
  } else if ("unneeded" in answer) read.notes.push(`${typed} is left out: ${plain(answer.unneeded)}`);
  else if ("refused" in answer) read.faults.push(peerFault(typed, plain(answer.refused), plain(answer.hint)));
  else {
    const given = read.given.getOrInsertComputed(tool, () => new Map());
    const name =
      row.names.find((other) => other === typed) ?? row.names.find((other) => other.startsWith(typed)) ?? typed;
    given.getOrInsertComputed(name, () => []).push(...values);
  }
}

/** What follows a name: of several values all that look like one, the first however it looks. */
function valuesOf(words: readonly string[], from: number, { takes }: PeerFlag): string[] {
  const first = words[from];
  if (takes === "nothing" || first === undefined || isFlag(first)) return [];
  if (takes === "value") return [first];
  const end = words.findIndex((word, place) => place > from && (isFlag(word) || !takes.like.test(word)));
  return words.slice(from, end < 0 ? words.length : end);
}

function isFlag(word: string): boolean {
  return /^--?[a-zA-Z]/.test(word);
}

/** `--num_prompts=5` is `--num-prompts` with 5: Python's parsers take either dash. */
function nameOf(word: string): { name: string; value: string | null } {
  const at = word.indexOf("=");
  const [name, value] = at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
  return { name: name.startsWith("--") ? name.replaceAll("_", "-") : name, value };
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll("`", "");
}
