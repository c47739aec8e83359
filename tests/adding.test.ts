import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { designKinds, expandStudy } from "../src/design/index.ts";
import { query } from "../src/index/index.ts";
import { lintStudy, loadStudy } from "../src/matrix/index.ts";
import type { CheckRule } from "../src/checks/check.ts";
import type { Metric } from "../src/metrics/metric.ts";
import { writeTrial } from "../src/store/index.ts";
import { realWorld } from "../src/world/real-world.ts";
import { someWorkload } from "./support/completions.ts";
import { fakeReportInput } from "./support/fake-report.ts";
import { input } from "./support/judged-trials.ts";
import { observationOf } from "./support/observations.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/adding.md"), "utf8");

interface Row {
  thing: string;
  file: string;
  row: string;
  exemplar: string;
  test: string;
}

/** The table's rows, below its rule. */
const rows: Row[] = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| thing "))
  .map((line) => {
    const [thing = "", file = "", row = "", exemplar = "", test = ""] = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { thing, file, row, exemplar, test };
  });

/** The paths that a cell names: what stands in backticks and has a folder in it. */
function pathsOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]*\/[^`]*)`/g)].map(([, path = ""]) => path);
}

/** Folders of `src/` whose `index.ts` holds a table (a list or map of the files beside it), and not only exports. */
function variantFolders(): string[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("/index.ts"))
    .map((path) => join("src", dirname(path)))
    .filter((folder) => /^(export )?const \w+[^=]*= [[{]/m.test(readFileSync(join(root, folder, "index.ts"), "utf8")))
    .filter((folder, _, all) => !all.includes(dirname(folder))); // a variant that is a folder itself
}

const missing = (paths: string[]): string[] => paths.filter((path) => !existsSync(join(root, path)));

describe("docs/adding.md", () => {
  it.each(rows)("names what is there: $thing", ({ thing, file, row, exemplar, test }) => {
    expect(thing).not.toBe("");
    // A placeholder stands for the name: its folder is there.
    const places = pathsOf(file).map((path) => path.replace(/<.*/, ""));
    expect(places).toHaveLength(1);
    expect(missing(places)).toEqual([]);
    expect(row).toMatch(/^none\b|`.+\/.+`/);
    expect(missing([...pathsOf(row), ...pathsOf(exemplar), ...pathsOf(test)])).toEqual([]);
    expect([pathsOf(exemplar).length, pathsOf(test).length]).toEqual([1, 1]);
    expect(pathsOf(test)[0]).toMatch(/^tests\/.+\.test\.ts$/);
  });

  it.each(rows)("has an exemplar that is one: $thing", ({ file, exemplar }) => {
    const [place = ""] = pathsOf(file);
    const [example = ""] = pathsOf(exemplar);
    const pattern = place.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`).replaceAll(/<\w+>/g, String.raw`[\w.-]+`);
    expect(example).toMatch(new RegExp(`^${pattern}$`));
    const [, named = ""] = /^`(\w+)` in /.exec(exemplar) ?? [];
    expect(readFileSync(join(root, example), "utf8")).toMatch(new RegExp(`\\b${named}\\b`));
  });

  it("has every folder of variants", () => {
    const folders = variantFolders();
    expect(folders).toEqual(expect.arrayContaining(["src/metrics", "src/mirrors", "src/dataset"]));
    const onPage = rows.flatMap(({ row }) => pathsOf(row));
    expect(folders.filter((folder) => !onPage.includes(`${folder}/index.ts`))).toEqual([]);
  });
});

/** A code block of the page, without the indentation of the list that it stands in: the one of this language that holds the text. */
function block(language: string, text: string): string {
  const blocks = [...page.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , name]) => name === language)
    .map(([, indentation = "", , body = ""]) => body.replaceAll(new RegExp(`^${indentation}`, "gm"), ""));
  const found = blocks.filter((body) => body.includes(text));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

const temporaryFolder = useTemporaryFolders();

describe("the worked examples of docs/adding.md", () => {
  it("a first knob: engine file and matrix plan without an error, and its limits are kept", () => {
    const matrix = block("yaml", "study: decode-slack");
    const planned = (text: string) => {
      const files = new Map([
        ["sut/vllm-patched.yaml", block("yaml", "extends: vllm")],
        ["decode-slack.yaml", text],
      ]);
      const read = (path: string) =>
        files.get(relative(root, path)) ?? (existsSync(path) ? readFileSync(path, "utf8") : null);
      const sutFolders = [join(root, "sut")];
      const { study, diagnostics } = loadStudy({
        file: "decode-slack.yaml",
        root,
        read,
        designs: designKinds,
        sutFolders,
        overrides: {},
      });
      if (study === null) throw new Error(JSON.stringify(diagnostics));
      const found = [...diagnostics, ...lintStudy(study, expandStudy(study))];
      return { study, errors: found.filter(({ severity }) => severity === "error").map(({ code }) => code) };
    };
    const { study, errors } = planned(matrix);
    expect(errors).toEqual([]);
    expect(study.engine.knobs["decode_slack_us"]?.flag).toBe("--decode-slack-us");
    expect(study.engine.knobs["max_num_seqs"]?.flag).toBe("--max-num-seqs");
    expect(planned(matrix.replace(": 200 }", ": 20000 }")).errors).toEqual(["out-of-range"]);
  });

  /** The module that a block of the page is, as a file of a folder of `src/`. */
  const moduleOf = async (text: string, folder: string): Promise<unknown> => {
    const file = join(temporaryFolder(), "example.ts");
    const beside = block("ts", text).replaceAll('from "./', `from "${join(root, "src", folder)}/`);
    writeFileSync(file, beside.replaceAll('from "../', `from "${join(root, "src")}/`));
    return await import(file);
  };

  it("a first metric: its file measures what its test expects", async () => {
    const { emptyAnswers: metric } = (await moduleOf('id: "empty_answers"', "metrics")) as { emptyAnswers: Metric };
    const silent = { sentMs: 0, tokensMs: [5], outputTokens: 0 };
    const spoken = { sentMs: 0, tokensMs: [5, 6] };
    const counted = metric.measure({ observation: observationOf([silent, spoken]), workload: someWorkload() });
    expect(counted).toMatchObject([{ metric: "empty_answers", stat: "value", value: 1, n: 2, why: null }]);
    const uncounted = observationOf([spoken, { ...spoken, outputTokens: null }]);
    expect(metric.measure({ observation: uncounted, workload: someWorkload() })[0]?.value).toBeNull();
  });

  it("a first check: its file judges the answers whose length nobody asked for", async () => {
    const { answersWhole: check } = (await moduleOf('id: "answers-whole"', "checks")) as { answersWhole: CheckRule };
    const answers = (cut: number, total: number) =>
      observationOf(
        Array.from({ length: total }, (_, at) => ({
          sentMs: at,
          tokensMs: [at + 5],
          finish: at < cut ? "length" : "stop",
        })),
      );
    const free = someWorkload();
    const sampling = { ...free.sampling, ignore_eos: false, min_tokens: 0 };
    const judged = (cut: number) =>
      check.judge(input({ workload: { ...free, sampling }, observation: answers(cut, 40) }));
    expect(judged(2)).toMatchObject({ status: "pass", value: 5 });
    expect(judged(3)).toMatchObject({ status: "fail", value: 7.5 });
    expect(
      check.judge(
        input({ observation: answers(3, 40), workload: { ...free, sampling: { ...sampling, ignore_eos: true } } }),
      ),
    ).toBeNull();
  });

  it("a first table: its query gives the slowest requests first", async () => {
    const world = realWorld();
    const results = temporaryFolder();
    const [trial] = fakeReportInput().trials;
    if (trial === undefined) throw new Error("the fake study has no trial");
    const waits = [30, 90, 60];
    const observation = observationOf(waits.map((ms) => ({ sentMs: 0, tokensMs: [ms, ms + 5] })));
    await writeTrial(world, results, trial, { observation, outputs: null });
    const sql = block("sql", "ttft_ms").replaceAll("$study", `'${trial.study}'`);
    const answer = await query(world, results, sql);
    if (!answer.ok) throw new Error(answer.problem.message);
    expect(answer.value.rows.map(([, sample, ttft]) => [sample, ttft])).toEqual([
      [1, 90],
      [2, 60],
      [0, 30],
    ]);
  });
});
