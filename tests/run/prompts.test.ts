import { describe, expect, it } from "vitest";
import { loadDataset } from "../../src/dataset/index.ts";
import { promptsOf } from "../../src/run/prompts.ts";
import type { Session } from "../../src/run/session.ts";
import type { Engine } from "../../src/schema/engine.ts";
import type { RunEvent } from "../../src/schema/event.ts";
import type { Experiment } from "../../src/schema/experiment.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import type { Dataset, Sample } from "../../src/schema/sample.ts";
import type { Study } from "../../src/schema/study.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeEngine, makeWorkload } from "../support/make-study.ts";

const exact: Partial<Workload> = {
  prompt: "text",
  promptLengths: "engine",
  dataset: { kind: "synthetic", input_tokens: { distribution: "fixed", value: 30 } },
};
const textOf = ({ prompt }: Sample) => ("text" in prompt ? prompt.text : "");
const tokens = (text: string) => 1 + (text.match(/\s*\S{1,3}/g) ?? []).length;

const seedsOfBlock = (load: number): TrialSpec["seeds"] => ({ order: 1, load, dataset: 1 });

/** A session as far as prompts need it, and an engine that counts how often it is asked. */
function makeLab(changes: Partial<Workload>, engineChanges: Partial<Engine> = {}, launch: Study["launch"] = "each") {
  const workload = makeWorkload(changes);
  const events: RunEvent[] = [];
  const session = {
    plan: { study: { engine: makeEngine(engineChanges), launch } },
    measuredPrompts: new Map(),
    signal: new AbortController().signal,
    report: (event: RunEvent) => events.push(event),
  } as unknown as Session;
  let asked = 0;
  const engine = {
    countTokens: async (text: string) => {
      asked += 1;
      return succeed(tokens(text));
    },
  };
  const prompts = async (trialId: string, configurationId = "c1", more: Partial<TrialSpec> = {}) => {
    const dataset = await loadDataset({ world: realWorld(), root: "/nowhere", seed: 7, samples: 12, workload });
    if (!dataset.ok) throw new Error(dataset.problem.message);
    const spec = { trialId, purpose: "performance", fidelity: "smoke", seeds: seedsOfBlock(1), ...more };
    const made = await promptsOf(session, {
      spec: spec as TrialSpec,
      experiment: { configurationId, labels: { name: "x" } } as Experiment,
      workload,
      dataset: dataset.value,
      engine,
    });
    if (!made.ok) throw new Error(made.problem.message);
    return made.value;
  };
  return { prompts, asked: () => asked, session, workload, engine, events };
}

describe("the prompts of a trial", () => {
  it("are the dataset's own where nothing else is asked for", async () => {
    const { prompts, asked } = makeLab({ prompt: "tokens" });
    const { samples, facts } = await prompts("t1");
    expect(samples).toHaveLength(12);
    expect(facts).toEqual({ promptLengths: "token_ids", outputLengths: "forced", uniquePrompts: false });
    expect(asked()).toBe(0);
  });

  it("are measured once for a configuration, and anew for another", async () => {
    const { prompts, asked } = makeLab(exact);
    const first = await prompts("t1");
    expect(first.samples.every((sample) => tokens(textOf(sample)) === 30 && sample.promptTokens === 30)).toBe(true);
    expect(first.facts.promptLengths).toBe("engine_made");
    const after = asked();
    expect((await prompts("t2")).samples).toBe(first.samples);
    expect(asked()).toBe(after);
    await prompts("t3", "c2");
    expect(asked()).toBe(2 * after);
  });

  it("are, where they are unique, the same for the arms of a block, and others in the next and for accuracy", async () => {
    const { prompts } = makeLab({ ...exact, unique: true });
    const texts = async (...trial: Parameters<typeof prompts>) => (await prompts(...trial)).samples.map(textOf);
    const first = await texts("baseline", "c1");
    expect(await texts("change", "c2")).toEqual(first);
    const others = [
      ...(await texts("baseline", "c1", { seeds: seedsOfBlock(2) })),
      ...(await texts("baseline", "c1", { purpose: "accuracy" })),
    ];
    expect(new Set([...first, ...others]).size).toBe(first.length + others.length);
  });

  it.each([
    ["a launch", {}, "shared"],
    ["an endpoint", { environment: { kind: "endpoint", url: "" } }, "each"],
  ] as const)("are unique in each trial where trials share %s, and still exact", async (_, engine, launch) => {
    const { prompts } = makeLab({ ...exact, unique: true }, engine, launch);
    const [first, second] = [await prompts("t1"), await prompts("t2")];
    // As many as the requests, which are more than the samples.
    expect(first.samples).toHaveLength(64);
    const texts = [...first.samples, ...second.samples].map(textOf);
    expect(new Set(texts).size).toBe(128);
    expect(texts.every((text) => tokens(text) === 30)).toBe(true);
    expect(first.facts).toMatchObject({ promptLengths: "engine_made", uniquePrompts: true });
  });

  it("say what was counted, and what was not", async () => {
    const facts = async (changes: Partial<Workload>, engine?: Partial<Engine>) =>
      (await makeLab(changes, engine).prompts("t")).facts;
    const bare = { tokenize: { path: "/t", text: "c", fields: {}, partFields: {}, messages: null, count: "n" } };
    const dataset = { kind: "conversations" } as const;
    expect(await facts({ prompt: "text" })).toMatchObject({ promptLengths: "as_they_are", outputLengths: "forced" });
    expect(await facts({ ...exact, endpoint: "chat" }, bare)).toMatchObject({ promptLengths: "engine_made_bare" });
    expect(await facts({ ...exact, dataset, endpoint: "chat" })).toMatchObject({ promptLengths: "engine_made_bare" });
  });

  it("are as near as texts come where that is asked for, and as made where the engine does not count", async () => {
    const nearest: Partial<Workload> = { ...exact, promptLengths: "nearest", endpoint: "chat" };
    const lab = makeLab(nearest);
    expect((await lab.prompts("t1")).facts.promptLengths).toBe("engine_made");
    lab.engine.countTokens = async (text) => succeed(50 + tokens(text));
    const templated = await lab.prompts("t2", "c2");
    expect(templated.facts.promptLengths).toBe("engine_made_nearest");
    const [shortest] = templated.samples;
    expect(shortest?.promptTokens).toBe(50 + tokens(textOf(shortest!)));
    expect(lab.events).toEqual([]);

    lab.engine.countTokens = async () => fail("tokens-not-counted", "no route", "name one") as never;
    const uncounted = await lab.prompts("t3", "c3");
    expect(uncounted.facts.promptLengths).toBe("as_they_are");
    expect(uncounted.samples.every((sample) => sample.promptTokens === null && textOf(sample) !== "")).toBe(true);
    // What was asked for is known all the same.
    expect(uncounted.samples.every(({ aboutPromptTokens = 0 }) => aboutPromptTokens > 0)).toBe(true);
    expect(lab.events).toMatchObject([{ type: "notice", code: "lengths-not-counted" }]);
  });

  it("fail where the engine does not count", async () => {
    const { session, workload } = makeLab(exact);
    const samples: Sample[] = [
      { index: 0, prompt: { text: "w1 w2" }, reference: null, outputTokens: null, promptTokens: 2, turn: null },
    ];
    const answer = await promptsOf(session, {
      spec: { trialId: "t", seeds: {} } as TrialSpec,
      experiment: { configurationId: "c" } as Experiment,
      workload,
      dataset: { samples } as Dataset,
      engine: { countTokens: async () => fail("tokens-not-counted", "no route", "name one") },
    });
    expect(answer).toMatchObject({ ok: false, problem: { code: "tokens-not-counted" } });
    expect(session.measuredPrompts.size).toBe(0);
  });
});
