import { toSnakeCase } from "../../schema/disk.ts";
import { canonicalJson, type Json } from "../../schema/json.ts";
import type { LaunchedSystem } from "../../schema/launched-systems.ts";
import type { Provenance } from "../../schema/trial.ts";
import type { ReportInput } from "../report-input.ts";
import { relationOf, text } from "./relation.ts";
import { eachOnce } from "../../math/figures.ts";

interface Fact {
  part: string;
  fact: string;
  /** One value, or each with the trials that have it. */
  value: string;
}

/** A value longer than this is counted and not shown: a package list is in `trial.json`. */
const longest = 100;

/** What was asked for, in words: the values of `Provenance.dataset` that the trial has a word for. What came of it is measured, and stands with the figures. */
const sentences: { readonly [fact: string]: { readonly [value: string]: string } } = {
  promptLengths: {
    token_ids: "asked for exactly: prompts were sent as token ids",
    engine_made: "asked for exactly: each prompt was made to its length as the engine's own tokenizer counts it",
    engine_made_nearest:
      "as near as a text comes to the length asked for, as the engine's own tokenizer counts it; the engine's counts are in `requests.parquet`",
    engine_made_bare:
      "asked for exactly of each message, as the engine's own tokenizer counts it; the chat template and a conversation's history come on top",
    engine_counted: "texts as they are, counted by the engine's own tokenizer before the load",
    as_they_are: "texts as they are; their tokens are what the engine reported",
  },
  outputLengths: {
    forced: "forced lengths were asked for, by `ignore_eos` and `min_tokens`; what was served is `output_tokens`",
    unforced:
      "lengths were asked for, and this engine cannot be made to keep them: an answer could end earlier; what was served is `output_tokens`",
    natural: "natural lengths were asked for: the model ends its answers, at most `max_tokens` long",
    mixed:
      "forced lengths were asked for where the dataset names one, natural elsewhere; what was served is `output_tokens`",
  },
  uniquePrompts: {
    true: "yes: each prompt or conversation began with a salt of its own, so that no cache of prefixes helped from one to another",
    false: "no: prompts began as the dataset has them",
  },
};

/** Where the numbers come from, over all trials: a fact that differs between trials shows each value. */
export function provenanceRelation({ study, trials }: Pick<ReportInput, "study" | "trials">) {
  const known = trials.flatMap(({ provenance }) => provenance ?? []);
  const { engine, engineTitle, version, model, revision, systems = [] } = study;
  const declared = systems.length === 0 ? [{ engine, engineTitle, version, model, revision }] : systems;
  const rows: Fact[] = [
    { part: "declared", fact: "engine", value: eachOnce(declared.map(engineText)) },
    { part: "declared", fact: "model", value: eachOnce(declared.map(modelText)) },
    ...gather("host", known, ({ host }) => host),
    ...gpuFacts(known),
    ...(["engine", "model", "dataset"] as const).flatMap((part) => gather(part, known, (one) => one[part])),
    ...gather("ceteris", known, ({ ceteris }) => ({ ...ceteris })),
  ];
  const missing = new Set(known.flatMap((one) => one.missing.map(({ fact, why }) => `${fact}: ${why}`)));
  const relation = relationOf("provenance", rows, [
    text("part", "Part", ({ part }) => part),
    text("fact", "Fact", ({ fact }) => fact),
    text("value", "Value", ({ value }) => value),
  ]);
  return { relation, facts: { missing: [...missing].toSorted(), trialsWithout: trials.length - known.length } };
}

type Declared = Pick<LaunchedSystem, "engine" | "engineTitle" | "version" | "model" | "revision">;

function engineText({ engine, engineTitle, version }: Declared): string {
  return `${engineTitle}${version ? ` ${version}` : ""} (${engine})`;
}

function modelText({ model, revision }: Declared): string {
  return `${model}${revision ? ` at ${revision}` : ""}`;
}

function gpuFacts(known: readonly Provenance[]): Fact[] {
  const most = Math.max(0, ...known.map(({ gpus }) => gpus.length));
  if (known.length > 0 && most === 0) return [{ part: "GPU", fact: "", value: "none" }];
  return Array.from({ length: most }, (_, index) =>
    gather(most === 1 ? "GPU" : `GPU ${index}`, known, ({ gpus }) => gpus[index] ?? []),
  ).flat();
}

/** The facts of one part; `of` gives nothing where a provenance lacks it. */
function gather(
  part: string,
  known: readonly Provenance[],
  of: (provenance: Provenance) => { [fact: string]: Json } | readonly never[],
): Fact[] {
  const records = known.flatMap(of);
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return [...names].map((fact) => {
    const values = Map.groupBy(records, (record) => canonicalJson(record[fact] ?? null));
    const shown = [...values].map(([, having]) => {
      const said = factText(fact, having[0]?.[fact] ?? null);
      return values.size === 1 ? said : `${said} (${having.length} of ${records.length} trials)`;
    });
    return {
      part,
      fact: toSnakeCase(fact)
        .replaceAll("_", " ")
        .replace(/ (bytes|mib)$/, ""),
      value: shown.join("; "),
    };
  });
}

function factText(fact: string, value: Json): string {
  if (value === null) return "not known";
  const sentence = typeof value === "object" ? undefined : sentences[fact]?.[`${value}`];
  if (sentence !== undefined) return sentence;
  if (typeof value === "number" && /bytes$/i.test(fact)) return `${(value / 1e9).toFixed(1)} GB`;
  if (typeof value === "number" && fact.endsWith("Mib")) return `${(value / 1024).toFixed(1)} GiB`;
  if (typeof value === "object") {
    const said = JSON.stringify(value);
    const entries = Array.isArray(value) ? value.length : Object.keys(value).length;
    return said.length <= longest ? said : `${entries} entries, in trial.json`;
  }
  return String(value);
}
