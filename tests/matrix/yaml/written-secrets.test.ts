import { describe, expect, it } from "vitest";
import { blottedText } from "../../../src/matrix/yaml/written-secrets.ts";
import { diagnose, load, markedIn, matrix } from "../study-fixture.ts";

const secret = "geheim-0123456789";

/** What is said of a matrix with these parts, and all of it as one text. */
function said(parts: Parameters<typeof matrix>[0], more: Record<string, string> = {}) {
  const found = diagnose({ "matrices/a.yaml": matrix(parts), ...more });
  const errors = found.filter(({ severity }) => severity === "error");
  return { errors, text: JSON.stringify([found, load({ "matrices/a.yaml": matrix(parts), ...more })]) };
}

const refused: [string, Parameters<typeof matrix>[0]][] = [
  ["a variable", { baseline: `{ knobs: { env.HF_TOKEN: ${secret} } }` }],
  ["a number", { baseline: "{ knobs: { env.MY_PASSWORD: 98765432109 } }" }],
  ["a row", { design: `{ kind: isolation, changes: [{ id: a, set: { env.API_KEY: ${secret} } }] }` }],
  ["a factor", { design: `{ kind: combination, factors: { env.MY_PAT: [${secret}] } }` }],
  ["a reference that is the value", { baseline: `{ knobs: { env.HF_TOKEN: { env: ${secret} } } }` }],
  ["a value that looks like one", { baseline: "{ knobs: { env.OTHER: hf_geheim0123456789abcdef } }" }],
  ["a user in an address", { baseline: `{ knobs: { env.HTTPS_PROXY: "http://me:${secret}@proxy:3128" } }` }],
  ["an argument", { sut: `{ engine: pocket, model: m, extra_args: ["--auth-token", ${secret}] }` }],
  ["an argument with its value", { sut: `{ engine: pocket, model: m, extra_args: ["--auth-token=${secret}"] }` }],
  ["a prefix", { sut: `{ engine: pocket, model: m, prefix: [env, "MY_TOKEN=${secret}"] }` }],
  [
    "a hook",
    { sut: `{ engine: pocket, model: m, before_launch: [[curl, -H, "Authorization: Bearer ${secret}", "http://h"]] }` },
  ],
  ["a question", { more: `budget: { gpu_hours: 1 }\n`, baseline: `{ id: "hf_geheim0123456789abcdef" }` }],
];

describe("a secret that is written in a file", () => {
  it.each(refused)("is refused and repeated nowhere: %s", (_, parts) => {
    const { errors, text } = said(parts);
    const secrets = errors.filter(({ code }) => code === "secret-in-matrix");
    expect(secrets).toHaveLength(1);
    expect(secrets[0]?.hint).toMatch(/env: NAME/);
    expect(text).not.toMatch(/geheim|98765432109/);
  });

  it("is shown by its place, with the value blotted out and what to write instead", () => {
    const { errors } = said({ baseline: `{ knobs: { env.HF_TOKEN: ${secret} } }` });
    expect(errors[0]).toMatchObject({
      file: "matrices/a.yaml",
      line: 4,
      hint: "name the variable that holds it: `env.HF_TOKEN: { env: NAME }`",
    });
    expect(markedIn(errors[0]?.excerpt ?? "")).toBe("env.HF_TOKEN");
  });

  it("is refused in a fragment, once however often it is used, and in an engine file", () => {
    const fragment = { "experiments/b.yaml": `knobs: { env.HF_TOKEN: ${secret} }\n` };
    const used = said({ baseline: "{ use: ../experiments/b.yaml }" }, fragment);
    expect(used.errors).toMatchObject([{ code: "secret-in-matrix", file: "experiments/b.yaml", line: 1 }]);
    expect(used.text).not.toContain("geheim");
    const engine = { "sut/own.yaml": `extends: pocket\nvariables: { HF_TOKEN: ${secret} }\n` };
    const own = said({ sut: "{ engine: own, model: m }" }, engine);
    expect(own.errors).toMatchObject([{ code: "secret-in-matrix", file: "sut/own.yaml", line: 2 }]);
    expect(own.text).not.toContain("geheim");
  });
});

it.each([
  ["the name of its variable", { baseline: "{ knobs: { env.HF_TOKEN: { env: MY_TOKEN } } }" }],
  ["a switch", { baseline: "{ knobs: { env.HF_HUB_DISABLE_IMPLICIT_TOKEN: 1 } }" }],
  ["a path", { baseline: "{ knobs: { env.HF_TOKEN_PATH: /run/token } }" }],
  ["a count of tokens", { baseline: "{ knobs: { env.MAX_TOKENS: 1000000 } }" }],
  ["a reference of a shell", { sut: "{ engine: pocket, model: m, before_launch: [[sh, -c, 'TOKEN=$TOKEN ./x']] }" }],
] as [string, Parameters<typeof matrix>[0]][])("%s is no secret", (_, parts) => {
  expect(said(parts).errors).toEqual([]);
});

it("is in the study as the name of its variable", () => {
  const parts = { baseline: "{ knobs: { env.HF_TOKEN: { env: MY_TOKEN } } }" };
  const { study } = load({ "matrices/a.yaml": matrix(parts) });
  expect(study?.baseline.knobs).toEqual({ "env.HF_TOKEN": { env: "MY_TOKEN" } });
});

describe("a file that is no YAML", () => {
  const token = `hf_${"a1B2".repeat(9)}`;

  it.each([
    ["a value by its name", "{ env.DB_PASSWORD: hunter2 hunter2, max_num_seqs: 1,2 }", "hunter2"],
    ["one with a comma in it", "{ env.DB_PASSWORD: hunter2,hunter2 }", "hunter2"],
    ["one whose quote is open", '{ env.DB_PASSWORD: "hunter2 }', "hunter2"],
    ["a value by its looks", `{ env.X: ${token}, max_num_seqs: 1,2 }`, token],
    ["what a hint would repeat", `{ env.X: a: ${token} }`, token],
  ])("shows no secret: %s", (_, knobs, hidden) => {
    const all = diagnose({ "matrices/a.yaml": matrix({ baseline: `{ knobs: ${knobs} }` }) });
    expect(all).toHaveLength(1);
    expect(all[0]?.severity).toBe("error");
    expect(JSON.stringify(all)).not.toContain(hidden);
  });

  it("keeps every place, and what is no secret", () => {
    const text = "a: 1\nenv.TOKEN: { env: MINE }\nmax_tokens: 7, b: {API_KEY: abc def, c: d }\n";
    expect(blottedText(text)).toBe(text.replace("abc def", "*******"));
  });
});
