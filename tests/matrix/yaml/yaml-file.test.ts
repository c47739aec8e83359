import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../src/matrix/yaml/yaml-file.ts";
import { brief, diagnose, faultsIn, load, loadParts, markedIn } from "../study-fixture.ts";

function faults(text: string): string[] {
  return brief(diagnose({ "matrices/a.yaml": text }));
}

describe("texts that are no matrix", () => {
  it.each([
    ["an empty file", "", "empty-file@matrices/a.yaml:1:1"],
    ["comments alone", "# nothing\n\n", "empty-file@matrices/a.yaml:1:1"],
    ["a tab", "study: a\nsut:\n\tengine: pocket\n", "tab@matrices/a.yaml:3:1"],
    ["broken YAML", "study: a\nsut: [1, 2\nbaseline: {}\n", "not-yaml@matrices/a.yaml:3:1"],
    ["an open double quote", 'study: a\nquestion: "what is it\nsut: {}\n', "not-yaml@matrices/a.yaml:2:11"],
    ["an open single quote", "study: a\nsut: { engine: 'pocket }\nrepeats: 1\n", "not-yaml@matrices/a.yaml:2:16"],
    ["a list", "- study: a\n", "not-a-map@matrices/a.yaml:1:1"],
    ["prose", "Once upon a time\n", "not-a-map@matrices/a.yaml:1:1"],
    ["bytes", "\u0000\u0001PNG\r\n\u001a", "not-text@matrices/a.yaml:1:1"],
    ["two documents", "study: a\n---\nstudy: b\n", "multiple-documents@matrices/a.yaml:2:1"],
  ])("%s is one diagnostic", (_, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });

  it("lines may end in any of three ways, and are counted", () => {
    const text = "study: a\nbaseline: [1\nquestion: q\n";
    const [expected] = faults(text);
    expect(expected).toContain("@matrices/a.yaml:3:");
    for (const end of ["\r", "\r\n"]) expect(faults(text.replaceAll("\n", end))).toEqual([expected]);
    const { tree, diagnostics } = parseYaml("a.yaml", "study: a\rquestion: b\r", new Map());
    expect([tree?.entries.size, diagnostics]).toEqual([2, []]);
  });

  it("of another kind is named by its first bytes", () => {
    const text = new TextDecoder().decode(Buffer.from("\u{feff}study: a\n", "utf16le"));
    expect(diagnose({ "matrices/a.yaml": text })).toMatchObject([
      { code: "not-text", message: "this is UTF-16, and not UTF-8 text", hint: expect.stringContaining("-f UTF-16") },
    ]);
  });

  it("a file that is not there is one as well", () => {
    expect(brief(diagnose({}))).toEqual(["missing-file@matrices/a.yaml:1:1"]);
  });

  it("a key that is written twice is named, and the rest is still read", () => {
    const all = diagnose({ "matrices/a.yaml": "study: a\nrepeats: 1\nrepeats: 0\n" });
    const [duplicate] = all.filter(({ code }) => code === "duplicate-key");
    expect(duplicate).toMatchObject({ line: 3, column: 1, message: "`repeats` is written twice in one map" });
    expect(markedIn(duplicate?.excerpt ?? "")).toBe("repeats");
    expect(all.filter(({ code }) => code === "missing-key")).toHaveLength(4);
  });

  it("an unknown tag is named", () => {
    expect(faults("study: !shell ls\n")).toContain("unknown-tag@matrices/a.yaml:1:8");
  });

  it("a number without an end is refused", () => {
    for (const value of [".inf", "-.Inf", ".nan", "1e400"])
      expect(faults(`study: a\nseed: ${value}\n`)).toEqual(["not-a-number@matrices/a.yaml:2:7"]);
  });

  it("a value that a tag turns into something else is refused", () => {
    const text = "study: a\nquestion: !!timestamp 2026-01-01\nsut: !!binary aGVsbG8=\n";
    expect(faults(text)).toEqual(["unknown-tag@matrices/a.yaml:2:23", "unknown-tag@matrices/a.yaml:3:15"]);
  });
});

describe("a key alone within brackets is one mistake", () => {
  const within = "within `{ … }` a comma ends a value: write a list in brackets, ";

  it.each([
    ["max_num_seqs:64", "max_num_seqs:64", "write `max_num_seqs: 64`, with a colon and a space"],
    ["max_num_seqs = 64", "max_num_seqs = 64", "write `max_num_seqs: 64`, with a colon and a space"],
    ["max_num_seqs", "max_num_seqs", "write `max_num_seqs: …`"],
    [
      "gpu_memory_utilization: 0,95",
      "95",
      `${within}\`[0, 95]\`, a decimal with a point, \`0.95\`, a text in quotes, \`"0,95"\``,
    ],
    ["capture_sizes: 1,2,4, dtype: half", "2", `${within}\`[1, 2, 4]\`, a text in quotes, \`"1,2,4"\``],
  ])("%s", (knobs, at, hint) => {
    expect(faultsIn({ baseline: `{ knobs: { ${knobs} } }` })).toMatchObject([{ code: "no-colon", at, hint }]);
  });

  it("wherever the map stands", () => {
    expect(faultsIn({ sut: "{ engine: pocket, model: m, devices: 0,1 }" })).toMatchObject([
      { code: "no-colon", at: "1" },
    ]);
  });
});

describe("aliases", () => {
  it("are followed", () => {
    const { study } = load({
      "matrices/a.yaml": `study: a
question: Why?
sut: { engine: pocket, model: m }
baseline: { knobs: &same { max_num_seqs: 4 } }
design: { kind: isolation, changes: [{ id: a, set: *same }] }
workloads: [{ dataset: { kind: synthetic } }]
`,
    });
    expect(study?.design).toMatchObject({ changes: [{ set: { max_num_seqs: 4 } }] });
  });

  it("that grow without bound are one diagnostic, at once", () => {
    const levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level <= 12; level += 1) {
      const below = Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ");
      levels.push(`a${level}: &a${level} [${below}]`);
    }
    const all = faults(levels.join("\n"));
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(/^alias-bomb@matrices\/a\.yaml:\d+:\d+$/);
  });

  it("that contain themselves are one diagnostic", () => {
    expect(faults("study: &a [*a]\n")).toEqual(["alias-bomb@matrices/a.yaml:1:12"]);
  });

  it("to nothing are no YAML", () => {
    expect(faults("study: *nobody\n")).toEqual(["not-yaml@matrices/a.yaml:1:8"]);
  });
});

it("a text that is nested without end is a diagnostic, not a crash", () => {
  const all = faults(`study: ${"[".repeat(20_000)}`);
  expect(all).toHaveLength(1);
  expect(all[0]).toContain("not-yaml@");
});

it("each merge key points to fragments, and nothing is said of what it should have brought", () => {
  const text = "study: a\nbaseline: { knobs: &x { max_num_seqs: 8 } }\ndesign: { <<: *x, a: { <<: *x } }\n";
  const merges = diagnose({ "matrices/a.yaml": text });
  expect(brief(merges)).toEqual(["merge-key@matrices/a.yaml:3:11", "merge-key@matrices/a.yaml:3:24"]);
  expect(merges[0]?.hint).toContain("`use: FILE`");
});

describe("variables", () => {
  it("are texts, numbers and booleans exactly as they are written", () => {
    const knobs = "{ env.A: 40, env.B: 1.10, env.C: true, env.D: 0x1F, env.E: text, env.F: null, env.G: '1.0' }";
    const { study, diagnostics } = loadParts({ baseline: `{ knobs: ${knobs} }` });
    expect(diagnostics).toEqual([]);
    expect(study?.baseline.knobs).toEqual({
      "env.A": "40",
      "env.B": "1.10",
      "env.C": "true",
      "env.D": "0x1F",
      "env.E": "text",
      "env.F": null,
      "env.G": "1.0",
    });
  });

  it("are so behind an alias and among the values of a factor too", () => {
    const design = "{ kind: combination, factors: { env.A: [1, 2.50, true] } }";
    const { study } = loadParts({ baseline: "{ knobs: { max_num_seqs: &n 16, env.B: *n } }", design });
    expect(study?.baseline.knobs["env.B"]).toBe("16");
    const points = study?.design.factors?.flatMap((factor) => factor.points);
    expect(points?.map(({ set }) => set["env.A"])).toEqual(["1", "2.50", "true"]);
  });
});

describe("a file that is read again", () => {
  it("is not parsed again where it is the same and faultless", () => {
    const read = (file: string, text: string) => parseYaml(file, text, new Map()).tree;
    const first = read("sut/a.yaml", "title: A\n");
    expect(read("sut/a.yaml", "title: A\n")).toBe(first);
    expect(read("sut/b.yaml", "title: A\n")).not.toBe(first);
    expect(read("sut/a.yaml", "title: B\n")?.entries.get("title")?.tree).toMatchObject({ value: "B" });
  });

  it("has its text for excerpts, and its faults, each time", () => {
    for (const _ of [1, 2]) {
      const texts = new Map<string, string>();
      const { diagnostics } = parseYaml("a.yaml", "a: 1\na: 2\n", texts);
      expect(diagnostics.map(({ code }) => code)).toEqual(["duplicate-key"]);
      parseYaml("b.yaml", "b: 1\n", texts);
      expect([...texts.keys()]).toEqual(["a.yaml", "b.yaml"]);
    }
  });
});
