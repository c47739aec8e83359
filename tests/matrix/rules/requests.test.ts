import { describe, expect, it } from "vitest";
import { requestBody } from "../../../src/client/plan/request-body.ts";
import { ownBodyMembers } from "../../../src/matrix/rules/requests.ts";
import { openAccess } from "../../../src/schema/access.ts";
import { someWorkload, textSample } from "../../support/completions.ts";
import { diagnose, found, markedIn, matrix } from "../study-fixture.ts";

describe("extra-body-collides", () => {
  const code = "extra-body-collides";
  const chat = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]`;

  it("is an error at a member that the client writes itself", () => {
    const workloads = chat("extra_body: { temperature: 0.5, guided_json: {}, stream: false }");
    const [one, two, ...others] = found(code, { workloads });
    expect(one).toMatchObject({ severity: "error", at: "temperature", hint: "set `sampling.temperature`" });
    expect(one?.message).toContain("may not replace `temperature`");
    expect(two?.at).toBe("stream");
    expect(others).toEqual([]);
  });

  it("looks at what rows and axes set", () => {
    const parts = { workloads: chat(""), more: "sweep: { extra_body.seed: [1, 2], extra_body.logprobs: [1, 20] }" };
    expect(found(code, parts)).toMatchObject([{ at: "extra_body.seed", hint: "set `sampling.seed`" }]);
  });

  it("looks at classes and at accuracy's own workload", () => {
    const workloads = chat("classes: [{ name: a, extra_body: { model: x } }]");
    expect(found(code, { workloads })).toMatchObject([{ at: "model" }]);
    const more = "accuracy: { dataset: { kind: jsonl, path: a.jsonl }, extra_body: { top_k: 3 } }";
    expect(found(code, { more })).toMatchObject([{ at: "top_k" }]);
  });

  it("lets anything else through", () => {
    expect(found(code, { workloads: chat("extra_body: { min_p: 0.1, constructor: 1 }") })).toEqual([]);
  });

  it("knows every member that the client writes", () => {
    const endpoint = { url: "http://127.0.0.1:1", model: "m", requestFields: {}, access: openAccess };
    const written = (["completions", "chat"] as const).flatMap((kind) => {
      const workload = someWorkload({ endpoint: kind, load: { truncate_prompt_tokens: 9 } });
      const parts = { history: [], requestClass: { name: "c", model: "l", priority: 1 } };
      const body = requestBody(textSample(0), workload, endpoint, parts);
      return body.ok ? Object.keys(body.value) : [];
    });
    expect(new Set(Object.keys(ownBodyMembers))).toEqual(new Set(written));
  });
});

describe("unsent-member", () => {
  const plain = `extends: pocket
title: A plain engine
dialect:
  lacks: { ignore_eos: no such member, min_tokens: no such member, seed: it leaves the batch, token_ids: texts alone }
`;

  const told = (workloads: string, engine = plain) =>
    diagnose({
      "matrices/a.yaml": matrix({ sut: "{ engine: plain, model: m }", workloads }),
      "sut/plain.yaml": engine,
    })
      .filter(({ code }) => code === "unsent-member")
      .map(({ severity, message, excerpt = "" }) => [severity, message, markedIn(excerpt)]);

  const synthetic = "dataset: { kind: synthetic, input_tokens: 8, output_tokens: 9 }";
  const natural = "dataset: { kind: jsonl, path: p.jsonl }, endpoint: chat";

  it("warns once of lengths that the engine cannot be made to keep, at what asks for them", () => {
    expect(
      told(`[{ workload: w, endpoint: chat, ${synthetic}, sweep: { load.concurrency: [1, 2] }, scenario: closed }]`),
    ).toEqual([
      [
        "warning",
        "answers of `w` are to have exact lengths, and plain cannot be made to keep them (no such member): a trial in which more than 1 % of the answers end earlier is INVALID",
        "dataset",
      ],
    ]);
    const [[, , place]] = told(`[{ workload: w, ${natural}, sampling: { ignore_eos: true } }]`) as [string[]];
    expect(place).toBe("ignore_eos");
  });

  it("is content where one member is left that forces a length", () => {
    const engine = plain.replace("min_tokens: no such member, ", "");
    expect(told(`[{ workload: w, endpoint: chat, ${synthetic} }]`, engine)).toEqual([]);
  });

  it("warns of a seed where answers are drawn, and not where they are greedy", () => {
    const drawn = (sampling: string) => told(`[{ workload: w, ${natural}, sampling: ${sampling} }]`);
    expect(drawn("{ temperature: 0 }")).toEqual([]);
    expect(drawn("{ temperature: 0.7, top_k: -1, seed: 5 }")).toEqual([
      ["warning", "`seed` of `w` is not sent to plain: it leaves the batch", "seed"],
    ]);
  });

  it("refuses token ids for an engine that takes texts", () => {
    const [ids] = told(`[{ workload: w, endpoint: completions, prompt: tokens, ${synthetic} }]`);
    expect(ids).toEqual(["error", "`w` sends prompts as token ids, which plain does not take: texts alone", "tokens"]);
  });

  it("says nothing of an engine that lacks nothing", () => {
    expect(told(`[{ workload: w, ${synthetic} }]`, "extends: pocket\ntitle: All\n")).toEqual([]);
  });
});

describe("cancel-without-when", () => {
  const code = "cancel-without-when";
  const chat = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]`;

  it("is an error where neither seconds nor tokens say when, in the workload and in a class", () => {
    const [one, ...others] = found(code, { workloads: chat("cancel: { share: 0.1 }") });
    expect(one).toMatchObject({ severity: "error", at: "cancel" });
    expect(one?.hint).toContain("after_tokens: 20");
    expect(others).toEqual([]);
    expect(found(code, { workloads: chat("classes: [{ name: a, cancel: { share: 1 } }]") })).toHaveLength(1);
  });

  it("takes either for an answer", () => {
    for (const when of ["after_s: 1", "after_tokens: 5", "after_s: 1, after_tokens: 5"]) {
      expect(found(code, { workloads: chat(`cancel: { share: 0.1, ${when} }`) })).toEqual([]);
    }
    expect(found(code, {})).toEqual([]);
  });
});
