import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { checkInputs } from "../../src/plan/check-inputs.ts";
import type { Study } from "../../src/schema/study.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeEngine, makeStudy, makeWorkload } from "../support/make-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

interface Given {
  accuracy?: boolean;
  files?: Record<string, string>;
}

async function found(changes: Partial<Workload>, { accuracy = false, files = {} }: Given = {}) {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const workload = makeWorkload(changes);
  return await codesOf({ workloads: [workload], accuracy: accuracy ? { ...workload } : null, fidelity: "smoke" }, root);
}

async function codesOf(changes: Partial<Study>, root: string): Promise<string[]> {
  const study = makeStudy({ kind: "isolation", changes: [] }, { model: "org/m", ...changes });
  const world = { ...realWorld(), variables: {} };
  const diagnostics = await checkInputs(world, { study, expansion: expandStudy(study) }, root);
  return diagnostics.map(({ code, severity }) => `${severity} ${code}`);
}

const jsonl: Partial<Workload> = { dataset: { kind: "jsonl", path: "q.jsonl" }, prompt: "text" };
const trace = { kind: "trace", path: "t.csv", format: "csv" } as const;

describe("what run would refuse for the files of its workloads", () => {
  it("is found: files that are missing, broken, of another encoding, or empty", async () => {
    expect(await found(jsonl)).toEqual(["error dataset-missing"]);
    expect(await found(jsonl, { accuracy: true })).toEqual(["error dataset-missing"]);
    expect(await found(jsonl, { files: { "q.jsonl": "{" } })).toEqual(["error dataset-broken"]);
    expect(await found(jsonl, { files: { "q.jsonl": "\n" } })).toEqual(["error dataset-empty"]);
    expect(await found({ ...jsonl, dataset: { kind: "sharegpt", path: "s.json" } })).toEqual(["error dataset-missing"]);
  });

  it("is nothing where a dataset or arrivals lack their path, which has its diagnostic", async () => {
    const dataset = { kind: "jsonl" } as unknown as Workload["dataset"];
    expect(await found({ ...jsonl, dataset })).toEqual([]);
    const arrivals = { kind: "trace", format: "csv" } as unknown as Workload["arrivals"];
    expect(await found({ scenario: "open", arrivals, dataset: { kind: "trace" } })).toEqual([]);
  });

  it("is found: accuracy without references, token ids for messages", async () => {
    const files = { "q.jsonl": '{"prompt": "a"}\n' };
    expect(await found(jsonl, { files })).toEqual([]);
    expect(await found(jsonl, { files, accuracy: true })).toEqual(["error no-references"]);
    const ids = { "q.jsonl": '{"prompt": [17, 18]}\n' };
    expect(await found({ ...jsonl, endpoint: "chat" }, { files: ids })).toEqual(["error prompt-not-taken"]);
    expect(await found({ ...jsonl, endpoint: "completions" }, { files: ids })).toEqual([]);
  });

  it("is found: the file of a class's dataset, and lengths that a trace does not have", async () => {
    const classes = [{ name: "a" }, { name: "b", dataset: { kind: "jsonl" as const, path: "q.jsonl" } }];
    expect(await found({ prompt: "text", classes })).toEqual(["error dataset-missing"]);
    expect(await found({ prompt: "text", classes }, { files: { "q.jsonl": '{"prompt": "a"}\n' } })).toEqual([]);
    const open: Partial<Workload> = { scenario: "open", arrivals: trace, dataset: { kind: "trace" } };
    const times = Array.from({ length: 99 }, (_, place) => `${place}\n`).join("");
    expect(await found(open, { files: { "t.csv": times } })).toEqual(["error trace-broken"]);
    expect(await found({ dataset: { kind: "trace" } })).toEqual(["error trace-not-named"]);
  });

  it("is found: a trace that is missing or too short", async () => {
    const open: Partial<Workload> = { scenario: "open", arrivals: trace };
    expect(await found(open)).toEqual(["error trace-missing"]);
    expect(await found(open, { files: { "t.csv": "1\n2\n" } })).toEqual(["error trace-too-short"]);
  });

  it("is a warning of a file that another machine may have", async () => {
    const dataset = { kind: "cnn-dailymail" } as const;
    expect(await found({ dataset })).toEqual(["warning dataset-missing"]);
    expect(await found({ dataset: { ...dataset, path: "here.json" } })).toEqual(["error dataset-missing"]);
  });

  it("is found: fewer prompts in a file than requests, while the engine keeps them", async () => {
    const changes: Partial<Workload> = { ...jsonl, counts: { ...makeWorkload({}).counts, smoke: { requests: 5 } } };
    const root = temporaryFolder();
    writeFileSync(join(root, "q.jsonl"), '{"prompt": "a"}\n{"prompt": "b"}\n');
    const engine = makeEngine({
      prefixCache: "prefix_cache",
      knobs: { prefix_cache: { flag: "--prefix-cache", type: "bool" } },
    });
    const codes = (workload: Partial<Workload>, keeps: boolean) =>
      codesOf(
        {
          workloads: [makeWorkload({ ...changes, ...workload })],
          baseline: { id: "baseline", label: "baseline", knobs: { prefix_cache: keeps } },
          engine,
          fidelity: "smoke",
        },
        root,
      );
    expect(await codes({}, true)).toEqual(["warning dataset-goes-round"]);
    expect(await codes({ selection: { first: 9 } }, true)).toEqual(["warning dataset-goes-round"]);
    expect(await codes({}, false)).toEqual([]);
    expect(await codes({ unique: true }, true)).toEqual([]);
    // The selection told it already, without the file.
    expect(await codes({ selection: { first: 1 } }, true)).toEqual([]);
  });
});
