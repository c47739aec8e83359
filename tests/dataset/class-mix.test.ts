import { describe, expect, it } from "vitest";
import { loadDataset, textLengthsOf, uniquePrompts } from "../../src/dataset/index.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import { plainSample, type Sample } from "../../src/schema/sample.ts";
import type { RequestClass, Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeWorkload } from "../support/make-study.ts";

const lengths = (input: number, output: number, prefix = 0): DatasetDeclaration => ({
  kind: "synthetic",
  input_tokens: { distribution: "fixed", value: input },
  output_tokens: { distribution: "fixed", value: output },
  ...(prefix === 0 ? {} : { shared_prefix_tokens: prefix }),
});
const classes: RequestClass[] = [
  { name: "short", share: 0.7, dataset: lengths(40, 8, 16) },
  { name: "long", share: 0.3, dataset: lengths(400, 64, 16) },
];

async function load(changes: Partial<Workload> = {}, samples = 40, seed = 7) {
  const workload = makeWorkload({ maxTokensFollow: true, classes, ...changes });
  const loaded = await loadDataset({ world: realWorld(), root: "/nowhere", seed, samples, workload });
  if (!loaded.ok) throw new Error(loaded.problem.message);
  return loaded.value;
}

const tokensOf = ({ prompt }: Sample) => ("tokens" in prompt ? prompt.tokens : []);
const ofClass = (samples: readonly Sample[], name: string | undefined) => samples.filter((one) => one.class === name);

describe("classes with datasets of their own", () => {
  it("have samples of their own lengths, in any stretch about as many as their share", async () => {
    const { samples, name } = await load();
    expect(ofClass(samples, "short").length).toBeGreaterThanOrEqual(28);
    expect(ofClass(samples, "long").length).toBeGreaterThanOrEqual(12);
    expect(ofClass(samples.slice(0, 20), "long")).toHaveLength(6);
    for (const sample of samples) {
      const [input, output] = sample.class === "short" ? [40, 8] : [400, 64];
      expect(tokensOf(sample)).toHaveLength(input);
      expect(sample).toMatchObject({ promptTokens: input, outputTokens: output });
    }
    expect(samples.map(({ index }) => index)).toEqual(samples.map((_, place) => place));
    expect(name).toBe("short: synthetic lengths, long: synthetic lengths");
  });

  it("share a prefix within a class and never across classes, also where they declare the same", async () => {
    const same = classes.map((one) => ({ ...one, dataset: lengths(40, 8, 16) }));
    const { samples } = await load({ classes: same });
    const starts = (name: string) => new Set(ofClass(samples, name).map((one) => tokensOf(one).slice(0, 16).join()));
    expect([starts("short").size, starts("long").size]).toEqual([1, 1]);
    expect([...starts("short")]).not.toEqual([...starts("long")]);
  });

  it("leave the workload's own dataset to the others, the same as without them", async () => {
    const some = [{ name: "chat", share: 0.5 }, classes[1]!];
    const { samples } = await load({ classes: some, dataset: lengths(20, 4) });
    const alone = await load({ classes: [], dataset: lengths(20, 4) });
    const own = ofClass(samples, undefined);
    expect(own.slice(0, 5).map(tokensOf)).toEqual(alone.samples.slice(0, 5).map(tokensOf));
    expect(own.length).toBeGreaterThan(ofClass(samples, "long").length);
  });

  it("keep conversations whole, with numbers of their own", async () => {
    const talk: DatasetDeclaration = { kind: "conversations", turns: { distribution: "fixed", value: 2 } };
    const both = [
      { name: "a", dataset: talk },
      { name: "b", dataset: talk },
    ];
    const { samples } = await load({ classes: both, prompt: "text", endpoint: "chat" }, 8);
    const turns = samples.map(({ turn, class: name }) => `${name}${turn?.conversation}.${turn?.turn}`);
    expect(turns.slice(0, 4)).toEqual(["a0.0", "a0.1", "b1.0", "b1.1"]);
  });

  it("are another dataset for another share, seed or declaration, and the same for the same", async () => {
    const { sha256 } = await load();
    expect((await load()).sha256).toBe(sha256);
    expect((await load({}, 40, 8)).sha256).not.toBe(sha256);
    const longer = [classes[0]!, { ...classes[1]!, dataset: lengths(401, 64, 16) }];
    expect((await load({ classes: longer })).sha256).not.toBe(sha256);
  });

  it("cut their answers at a limit of their own", async () => {
    const limited = [classes[0]!, { ...classes[1]!, sampling: { max_tokens: 10 } }];
    const { samples } = await load({ classes: limited });
    expect(new Set(ofClass(samples, "long").map(({ outputTokens }) => outputTokens))).toEqual(new Set([10]));
    expect(new Set(ofClass(samples, "short").map(({ outputTokens }) => outputTokens))).toEqual(new Set([8]));
  });

  it("keep their class when they are copied and salted", async () => {
    const { samples } = await load();
    expect(samples.map((one) => plainSample(one).class)).toEqual(samples.map((one) => one.class));
    expect(uniquePrompts(samples, 10, "t").map((one) => one.class)).toEqual(
      samples.slice(0, 10).map((one) => one.class),
    );
  });

  it("keep their images, each request its own, and others where they are salted", async () => {
    const images = { count: 2, size: [8, 8] };
    const some = classes.map((one) => ({ ...one, dataset: { ...one.dataset!, images } as DatasetDeclaration }));
    const { samples } = await load({ classes: some });
    const seeds = samples.map((one) => one.images?.seed);
    expect(new Set(seeds).size).toBe(samples.length);
    expect(plainSample(samples[0]!).images).toEqual(samples[0]!.images);
    expect(uniquePrompts(samples, 1, "t")[0]!.images?.seed).not.toBe(seeds[0]);
    expect((await load()).samples[0]!.images).toBeUndefined();
  });

  it("are to a tokenizer what the dataset of each is", async () => {
    const workload = makeWorkload({ classes });
    const { samples } = await load();
    const known = textLengthsOf(workload);
    expect(known.all).toHaveLength(2);
    expect(known.of(samples[0]!)).toMatchObject({ made: true, sharedTokens: 16 });
  });
});
