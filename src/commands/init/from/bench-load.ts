import { relative, resolve } from "node:path";
import { memberOf, type Json } from "../../../schema/json.ts";
import { benchFlags } from "../../bench/bench-flags.ts";
import { workloadOf } from "../../bench/bench-matrix.ts";
import { loadOf, type BenchOptions } from "../../bench/bench-options.ts";
import { translateFlags } from "../../bench/peers/index.ts";
import type { FlagDeclaration } from "../../flag-kinds.ts";
import type { LeftBehind } from "./engine-flags.ts";

/** A load of another tool as a workload of a matrix. */
export interface ReadLoad {
  /** Null where it cannot be followed. */
  workload: { [member: string]: Json } | null;
  model: string | null;
  url: string | null;
  left: LeftBehind[];
  /** What means something else here, or is left out where that changes nothing. */
  notes: string[];
}

/** Where the files' paths count from, and where those of the matrix do. */
export interface Folders {
  working: string;
  matrix: string;
}

/** Flags of `vllm bench serve` as a workload. `words`: what follows the command. */
export function readBenchLoad(words: readonly string[], folders: Folders): ReadLoad {
  const read: ReadLoad = { workload: null, model: null, url: null, left: [], notes: [] };
  const unknown = words.find((word) => word.includes("$"));
  if (unknown !== undefined) {
    read.left.push({ what: `a load with ${unknown}`, why: "only a shell would know the value: write the loads out" });
    return read;
  }
  const translated = translateFlags(["vllm", "bench", "serve", ...words], new Map());
  if (translated === null) return read;
  const { argv, notes, faults } = translated;
  // The first note is the command in flags of `bench`.
  read.notes.push(...notes.slice(1));
  for (const { message, hint } of faults)
    read.left.push({ what: message.split(":")[0] ?? "", why: `${message.replace(/^[^:]*: /, "")}. ${hint}` });
  const options: BenchOptions = { url: "", ignoreEos: false, saveResult: false, appendResult: false, json: false };
  for (let place = 0; place < argv.length; place += 1) {
    const word = argv[place]!;
    if (!word.startsWith("--")) {
      if (URL.canParse(word)) read.url = word;
      else read.left.push({ what: word, why: "it follows no flag" });
      continue;
    }
    const member = word.slice(2).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const flag: FlagDeclaration | undefined = memberOf(benchFlags, member);
    const text = argv[place + 1];
    if (flag?.kind === "boolean") Object.assign(options, { [member]: true });
    if (flag === undefined || flag.kind === "boolean" || text === undefined) continue;
    place += 1;
    try {
      const value = flag.kind === "enum" ? text : flag.parse(text);
      Object.assign(options, { [member]: flag.variadic === undefined ? value : [value] });
    } catch (error) {
      read.left.push({ what: "the load", why: `${word}: ${(error as Error).message}` });
      return read;
    }
  }
  read.model = options.model ?? null;
  if (options.header !== undefined) read.left.push({ what: "--header", why: "write it into `sut.headers`" });
  if (options.seed !== undefined)
    read.left.push({ what: `--seed ${options.seed}`, why: `write \`seed: ${options.seed}\` into the matrix` });
  if (options.dataset !== undefined)
    options.dataset = relative(folders.matrix, resolve(folders.working, options.dataset));
  const load = loadOf(options);
  if (load.ok) read.workload = workloadOf(load.value, options, folders.matrix);
  else read.left.push({ what: "the load", why: load.problem.message });
  return read;
}

/** A parameter's name as a flag: `max_concurrency` is `--max-concurrency`. */
export function dashed(name: string): string {
  return `--${name.replace(/^-+/, "").replaceAll("_", "-")}`;
}

/** An entry of a sweep's file as words: `{"max_concurrency": 8}` is `--max-concurrency 8`. */
export function benchWords(entries: { readonly [name: string]: Json }): string[] {
  return Object.entries(entries).flatMap(([name, value]) => {
    const flag = dashed(name);
    if (value === true) return [flag];
    if (value === false || value === null) return [];
    return [flag, typeof value === "object" ? JSON.stringify(value) : String(value)];
  });
}
