import { describe, expect, it } from "vitest";
import { postMortem } from "../../../src/analysis/findings/index.ts";
import { createRandom } from "../../../src/math/random.ts";
import type { JudgedAnswer } from "../../../src/schema/finding.ts";

/** Articles of words of their own, with answers that say half of the reference. */
function answers(count: number, change: Partial<JudgedAnswer> = {}): JudgedAnswer[] {
  return Array.from({ length: count }, (_, sample) => {
    const words = Array.from({ length: 20 }, (__, place) => `w${sample}x${place}`);
    const prediction = words.slice(0, 10).join(" ");
    return {
      sample,
      prediction,
      reference: words.join(" "),
      rouge1: 66 + (sample % 5),
      chunk: Math.floor(sample / 64),
      placeInChunk: sample % 64,
      finish: "stop",
      outputTokens: 10,
      ...change,
    };
  });
}

const ids = (treatment: JudgedAnswer[], control: JudgedAnswer[] | null = answers(treatment.length)) =>
  postMortem({ treatment, control }).map(({ id }) => id);

describe("postMortem", () => {
  it("finds nothing in answers like those before the change", () => {
    expect(ids(answers(256))).toEqual([]);
    expect(ids(answers(256), null)).toEqual([]);
    expect(postMortem({ treatment: [], control: null })).toEqual([]);
  });

  it("names empty outputs with their number, those that never finished and their samples", () => {
    const treatment = answers(100).map((answer) =>
      answer.sample % 3 === 0 ? { ...answer, prediction: "", finish: null, rouge1: 0 } : answer,
    );
    const [finding] = postMortem({ treatment, control: answers(100) });
    expect(finding).toMatchObject({ id: "empty-outputs", affected: 34, of: 100 });
    expect(finding!.evidence).toContain(
      "34 of 100 (34 %) answers are empty, 0 before the change; 34 of them never finished",
    );
    expect(finding!.samples.slice(0, 3)).toEqual([0, 3, 6]);
  });

  it("finds answers that were attached to the article after their own", () => {
    const good = answers(200);
    const treatment = good.map((answer, place) => ({
      ...answer,
      prediction: place % 2 === 0 ? good[(place + 1) % 200]!.prediction : answer.prediction,
      rouge1: place % 2 === 0 ? 0 : answer.rouge1,
    }));
    const finding = postMortem({ treatment, control: good }).find(({ id }) => id === "matches-another");
    expect(finding).toMatchObject({ affected: 100, of: 200 });
    expect(finding!.evidence).toContain("that of sample 0 fits sample 1");
  });

  it("finds answers that stand twice in their chunk, and not references that do", () => {
    const good = answers(128);
    const treatment = good.map((answer, place) =>
      place < 8 ? { ...answer, prediction: good[7]!.prediction } : answer,
    );
    const finding = postMortem({ treatment, control: good }).find(({ id }) => id === "duplicate-outputs");
    expect(finding).toMatchObject({ affected: 8, of: 128 });
    expect(finding!.evidence).toContain("8 share their client chunk");
    const same = answers(64, { prediction: "one", reference: "one", rouge1: 100 });
    expect(ids(same, null)).toEqual([]);
  });

  it("finds truncation against the answers before the change, and only more of it", () => {
    expect(ids(answers(100, { finish: "length" }))).toEqual(["truncation"]);
    expect(ids(answers(100, { finish: "length" }), answers(100, { finish: "length" }))).toEqual([]);
  });

  it("finds a loss towards the end of the client chunk, and not the same loss everywhere", () => {
    const random = createRandom("position-in-chunk");
    const noisy = (answer: JudgedAnswer, loss: number): JudgedAnswer => ({
      ...answer,
      rouge1: 40 - loss + 10 * (random.next() - 0.5),
    });
    const late = answers(512).map((answer) => noisy(answer, (answer.placeInChunk ?? 0) > 31 ? 10 : 0));
    expect(ids(late)).toEqual(["position-in-chunk"]);
    expect(ids(answers(512).map((answer) => noisy(answer, 5)))).toEqual([]);
    expect(ids(late.map((answer) => ({ ...answer, chunk: null, placeInChunk: null })))).toEqual([]);
  });

  it("finds answers that became shorter by more than MLPerf allows", () => {
    const shorter = answers(100).map((answer) => ({ ...answer, prediction: answer.prediction.slice(0, 30) }));
    const [finding] = postMortem({ treatment: shorter, control: answers(100) });
    expect(finding).toMatchObject({ id: "length-ratio", title: "Shorter outputs", affected: 100 });
  });
});
