import { describe, expect, it } from "vitest";
import { workloadWith } from "../../src/design/index.ts";
import { longestAnswer, mostForced, withOwnMaxTokens } from "../../src/schema/answer-lengths.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import { workloadIdentity } from "../../src/schema/ids.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { makeWorkload } from "../support/make-study.ts";

const fixed = (value: number): DatasetDeclaration => ({
  kind: "synthetic",
  output_tokens: { distribution: "fixed", value },
});

/** Its sampling says no limit. */
const following = (dataset: DatasetDeclaration, changes: Partial<Workload> = {}): Workload =>
  withOwnMaxTokens(makeWorkload({ dataset, maxTokensFollow: true, ...changes }));

describe("sampling.max_tokens where nothing sets it", () => {
  it("is the longest answer that is declared, and the default at least, so that what was measured before keeps its id", () => {
    expect(following(fixed(512)).sampling.max_tokens).toBe(512);
    expect(following(fixed(100)).sampling.max_tokens).toBe(128);
    expect(following({ kind: "synthetic", profile: "chat" }).sampling.max_tokens).toBe(2000);
    expect(following({ kind: "conversations" }).sampling.max_tokens).toBe(500);
    expect(following({ kind: "jsonl", path: "a" }).sampling.max_tokens).toBe(128);
    const normal = { distribution: "normal" as const, mean: 300, stdev: 90, min: 1, max: 900 };
    expect(following({ kind: "synthetic", output_tokens: normal }).sampling.max_tokens).toBe(900);
    const classes = [{ name: "long", dataset: fixed(700) }, { name: "short" }];
    expect(following(fixed(200), { classes }).sampling.max_tokens).toBe(700);
  });

  it("follows what an experiment sets, until that sets the limit itself", () => {
    const workload = following(fixed(100));
    const longer = workloadWith(workload, { "dataset.output_tokens": 1024 });
    expect(longer.sampling.max_tokens).toBe(1024);
    const limited = workloadWith(workload, { "dataset.output_tokens": 1024, "sampling.max_tokens": 64 });
    expect(limited.sampling.max_tokens).toBe(64);
    expect(mostForced(limited)).toBe(64);
    expect(mostForced(longer)).toBe(Infinity);
  });

  it("is not part of an identity where a file has the lengths", () => {
    const most = (workload: Workload) => (workloadIdentity(workload) as { sampling: { max_tokens?: number } }).sampling;
    const recorded: DatasetDeclaration = { kind: "sharegpt", path: "a" };
    expect(most(following(recorded))).not.toHaveProperty("max_tokens");
    expect(most(following({ ...recorded, output: "natural" }))).toHaveProperty("max_tokens", 128);
    expect(most(following({ kind: "trace", path: "a", format: "csv" }))).not.toHaveProperty("max_tokens");
    expect(most(makeWorkload({ dataset: recorded }))).toHaveProperty("max_tokens");
    expect(most(following(fixed(512)))).toHaveProperty("max_tokens", 512);
  });
});

it("knows the longest answer of what is declared, and none of a file", () => {
  expect(longestAnswer(fixed(9))).toBe(9);
  expect(longestAnswer({ kind: "sharegpt", path: "a" })).toBeNull();
});
