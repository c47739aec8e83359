import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkInputs } from "../../src/run/check-inputs.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
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
  const study = makeStudy(
    { kind: "isolation", changes: [] },
    { workloads: [workload], accuracy: accuracy ? { ...workload } : null, fidelity: "smoke" },
  );
  const world = { ...realWorld(), variables: {} };
  return (await checkInputs(world, { study }, root)).map(({ code, severity }) => `${severity} ${code}`);
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

  it("is found: accuracy without references, token ids for messages", async () => {
    const files = { "q.jsonl": '{"prompt": "a"}\n' };
    expect(await found(jsonl, { files })).toEqual([]);
    expect(await found(jsonl, { files, accuracy: true })).toEqual(["error no-references"]);
    const ids = { "q.jsonl": '{"prompt": [17, 18]}\n' };
    expect(await found({ ...jsonl, endpoint: "chat" }, { files: ids })).toEqual(["error prompt-not-taken"]);
    expect(await found({ ...jsonl, endpoint: "completions" }, { files: ids })).toEqual([]);
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

  it("is found: a model's folder that is not there, or is none", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "empty"));
    const study = (model: string) => makeStudy({ kind: "isolation", changes: [] }, { model, workloads: [] });
    const codes = async (model: string) =>
      (await checkInputs(realWorld(), { study: study(model) }, root)).map(({ code }) => code);
    expect(await codes("./none")).toEqual(["model-not-found"]);
    expect(await codes("./empty")).toEqual(["not-a-model"]);
    writeFileSync(join(root, "empty/config.json"), "{}");
    expect(await codes("./empty")).toEqual([]);
    expect(await codes("org/on-the-hub")).toEqual([]);
  });
});
