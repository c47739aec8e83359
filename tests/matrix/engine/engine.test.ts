import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loadEngine } from "../../../src/matrix/index.ts";
import { brief } from "../study-fixture.ts";

const sutFolders = ["/study/sut", "/package/sut"];

function engine(name: string, files: Record<string, string>) {
  const texts = new Map(Object.entries(files));
  return loadEngine({ name, read: (path) => texts.get(path) ?? null, sutFolders, root: "/study" });
}

const base = `environment: { kind: path, executable: x }
command: ["{executable}"]
always: [--one, --two]
knobs:
  dtype: { flag: --dtype, type: choice, values: [a, b] }
  depth: { flag: --depth, type: int }
`;

describe("extends:", () => {
  it("merges maps deep, definition by definition, and replaces lists and values", () => {
    const { engine: found, diagnostics } = engine("child", {
      "/study/sut/base.yaml": base,
      "/study/sut/child.yaml":
        "extends: base\nalways: [--three]\nknobs:\n  dtype: { unsupported: none here }\n  depth: { max: 4 }\n",
    });
    expect(diagnostics).toEqual([]);
    expect(found?.always).toEqual(["--three"]);
    expect(found?.command).toEqual(["{executable}"]);
    expect(found?.knobs).toEqual({
      dtype: { flag: "--dtype", type: "choice", values: ["a", "b"], unsupported: "none here" },
      depth: { flag: "--depth", type: "int", max: 4 },
    });
  });

  it("takes another kind of environment whole", () => {
    const { engine: found } = engine("child", {
      "/study/sut/base.yaml": base,
      "/study/sut/child.yaml": "extends: base\nenvironment: { kind: endpoint, url: 'http://127.0.0.1:1' }\n",
    });
    expect(found?.environment).toEqual({ kind: "endpoint", url: "http://127.0.0.1:1" });
  });

  it("shows a cycle", () => {
    const { engine: found, diagnostics } = engine("a", {
      "/study/sut/a.yaml": "extends: b\n",
      "/study/sut/b.yaml": "extends: a\n",
    });
    expect(found).toBeNull();
    expect(brief(diagnostics)).toEqual(["engine-cycle@sut/b.yaml:1:10"]);
    expect(diagnostics[0]?.message).toContain("a → b → a");
  });

  it("lets a study's own file extend the one of the same name that came with the program", () => {
    const { engine: found, diagnostics } = engine("base", {
      "/package/sut/base.yaml": `${base}title: Theirs\n`,
      "/study/sut/base.yaml": "extends: base\ntitle: Ours\n",
    });
    expect(diagnostics).toEqual([]);
    expect(found).toMatchObject({ title: "Ours", folder: "/study/sut", command: ["{executable}"] });
  });

  it("says where a missing file was looked for", () => {
    const { diagnostics } = engine("child", { "/study/sut/child.yaml": "title: T\nextends: nothing\n" });
    expect(brief(diagnostics)).toEqual(["unknown-engine@sut/child.yaml:2:10"]);
    expect(diagnostics[0]?.hint).toBe(
      "looked in sut. For another engine write sut/nothing.yaml (docs/adding.md); for a server that runs already, `engine: endpoint` with its `url`",
    );
  });
});

describe("an engine's environment", () => {
  const uv = "environment: { kind: uv, name: e, requirements: req/list.txt, after: req/after.py, executable: bin/x }\n";

  it("is locked by its list and its script", () => {
    const { engine: found } = engine("e", {
      "/study/sut/e.yaml": `${uv}command: [x]\n`,
      "/study/sut/req/list.txt": "a==1\n",
      "/study/sut/req/after.py": "pass\n",
    });
    expect(found?.environmentLock).toBe(createHash("sha256").update("a==1\n\0pass\n").digest("hex"));
  });

  it("keeps the paths of the file that says them", () => {
    const { engine: found, diagnostics } = engine("mine", {
      "/package/sut/e.yaml": `${uv}command: [x]\n`,
      "/study/sut/mine.yaml": "extends: e\n",
      "/package/sut/req/list.txt": "a==1\n",
      "/package/sut/req/after.py": "pass\n",
    });
    expect(diagnostics).toEqual([]);
    expect(found?.environment).toMatchObject({ requirements: "../../package/sut/req/list.txt" });
    expect(found?.folder).toBe("/study/sut");
  });

  it("is nothing to lock where nothing is pinned, and a diagnostic where the list is missing", () => {
    expect(engine("e", { "/study/sut/e.yaml": base }).engine?.environmentLock).toBeNull();
    const { diagnostics } = engine("e", { "/study/sut/e.yaml": `${uv}command: [x]\n` });
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      "missing-file: there is no sut/req/list.txt",
      "missing-file: there is no sut/req/after.py",
    ]);
  });
});

describe("faults of an engine file", () => {
  it.each([
    ["knobs: { a: { type: integer } }", "not-a-choice@sut/e.yaml:7:21"],
    ["comand: [x]", "unknown-key@sut/e.yaml:7:1"],
    ["failures: [{ class: a, pattern: '(', hint: h }]", "bad-pattern@sut/e.yaml:7:33"],
    ["failures: [{ class: a, pattern: x, within: '(', hint: h }]", "bad-pattern@sut/e.yaml:7:44"],
    ["readiness: { path: /h }", "missing-key@sut/e.yaml:7:1"],
  ])("%s", (line, expected) => {
    const { diagnostics } = engine("e", { "/study/sut/e.yaml": `${base.split("knobs:")[0]}\n\n\n${line}\n` });
    expect(brief(diagnostics)).toEqual([expected]);
  });

  it("are told apart from an engine that is not one: no environment, no command", () => {
    const nothing = engine("e", { "/study/sut/e.yaml": "title: T\n" });
    expect(nothing.engine).toBeNull();
    expect(nothing.diagnostics).toMatchObject([{ code: "missing-key", message: "engine `e` lacks `environment`" }]);
    const attached = engine("e", { "/study/sut/e.yaml": "environment: { kind: endpoint, url: u }\n" });
    expect(attached.diagnostics).toEqual([]);
  });

  it("are told of a name that is a path", () => {
    expect(engine("../e", {}).diagnostics).toMatchObject([{ code: "unknown-engine" }]);
  });
});

it("keeps the names of request fields and knobs as the file has them", () => {
  const text = `${base}request_fields: { return_token_ids: true }\nmetric_names: { kv_cache_usage: a_b }\n`;
  const { engine: found } = engine("e", { "/study/sut/e.yaml": text });
  expect(found?.requestFields).toEqual({ return_token_ids: true });
  expect(found?.metricNames).toEqual({ kv_cache_usage: "a_b" });
});

describe("how tokens are counted", () => {
  it("is filled in, its fields as the engine names them", () => {
    const file = `${base}tokenize: { path: /t, text: content, part_fields: { add_special: false }, count: tokens }\n`;
    const { engine: found, diagnostics } = engine("e", { "/study/sut/e.yaml": file });
    expect(diagnostics).toEqual([]);
    expect(found?.tokenize).toEqual({
      path: "/t",
      text: "content",
      fields: {},
      partFields: { add_special: false },
      messages: null,
      count: "tokens",
    });
    expect(engine("e", { "/study/sut/e.yaml": base }).engine?.tokenize).toBeNull();
  });

  it("is not there where a member that it needs is not, with the place", () => {
    const { engine: found, diagnostics } = engine("e", {
      "/study/sut/e.yaml": `${base}tokenize: { path: /t, text: content }\n`,
    });
    expect(brief(diagnostics)).toEqual(["missing-key@sut/e.yaml:7:1"]);
    expect(found?.tokenize).toBeNull();
  });
});

it("knows by which setting weights are not needed", () => {
  const file = `${base}dummy_weights: { knob: dtype, is: b }\n`;
  expect(engine("e", { "/study/sut/e.yaml": file }).engine?.dummyWeights).toEqual({ knob: "dtype", is: "b" });
  expect(engine("e", { "/study/sut/e.yaml": base }).engine?.dummyWeights).toBeNull();
});

describe("how its requests differ from vLLM's", () => {
  const dialect = (text: string) => engine("base", { "/study/sut/base.yaml": `${base}${text}` });

  it("is nothing where the file says nothing", () => {
    expect(dialect("").engine).toMatchObject({
      dialect: { lacks: {}, names: {}, topKOfAll: null },
      servedModel: null,
    });
  });

  it("is what it lacks, with the reason, what it names otherwise, and how it calls the model", () => {
    const { engine: found, diagnostics } = dialect(
      "dialect: { lacks: { min_tokens: none }, names: { max_tokens: n }, top_k_of_all: 0 }\nserved_model: it\nreadiness: { path: /h, stalled_after_s: 5, fatal: died }\n",
    );
    expect(diagnostics).toEqual([]);
    expect(found).toMatchObject({
      dialect: { lacks: { min_tokens: "none" }, names: { max_tokens: "n" }, topKOfAll: 0 },
      servedModel: "it",
      readiness: { fatal: "died" },
    });
  });

  it("knows the members, and checks the pattern", () => {
    const { diagnostics } = dialect(
      "dialect: { lacks: { min_token: none } }\nreadiness: { path: /h, stalled_after_s: 5, fatal: '(' }\n",
    );
    expect(diagnostics.map(({ code }) => code).toSorted()).toEqual(["bad-pattern", "unknown-key"]);
  });
});
