import { describe, expect, it } from "vitest";
import { requestBody } from "../../../src/client/plan/request-body.ts";
import { ownBodyMembers } from "../../../src/matrix/rules/extra-body-collides.ts";
import { someWorkload, textSample } from "../../support/completions.ts";
import { found } from "../study-fixture.ts";
import { openAccess } from "../../../src/schema/access.ts";

const code = "extra-body-collides";
const chat = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]`;

describe("extra-body-collides", () => {
  it("is an error at a member that the client writes itself", () => {
    const workloads = chat("extra_body: { temperature: 0.5, guided_json: {}, stream: false }");
    const [one, two, ...others] = found(code, { workloads });
    expect(one).toMatchObject({ severity: "error", at: "temperature", hint: "set `sampling.temperature`" });
    expect(one?.message).toContain("may not replace `temperature`");
    expect(two?.at).toBe("stream");
    expect(others).toEqual([]);
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
