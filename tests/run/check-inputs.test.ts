import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkInputs } from "../../src/run/check-inputs.ts";
import type { Engine } from "../../src/schema/engine.ts";
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
  const study = makeStudy(
    { kind: "isolation", changes: [] },
    { workloads: [workload], accuracy: accuracy ? workload : null, fidelity: "smoke" },
  );
  const world = { ...realWorld(), variables: {} };
  study.engine = withProgram(study.engine);
  return (await checkInputs(world, { study }, root)).map(({ code, severity }) => `${severity} ${code}`);
}

/** The engine with a program that is there. */
const withProgram = (engine: Engine): Engine => ({ ...engine, environment: { kind: "path", executable: "{ceteris}" } });

const jsonl: Partial<Workload> = { dataset: { kind: "jsonl", path: "q.jsonl" }, prompt: "text" };
const trace = { kind: "trace", path: "t.csv", format: "csv" } as const;

describe("what run would refuse for the files of its workloads", () => {
  it("is found: files that are missing, broken, of another encoding, or empty", async () => {
    expect(await found(jsonl)).toEqual(["error dataset-missing"]);
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
    const engine = withProgram(makeEngine());
    const study = (model: string) => makeStudy({ kind: "isolation", changes: [] }, { model, engine, workloads: [] });
    const codes = async (model: string) =>
      (await checkInputs(realWorld(), { study: study(model) }, root)).map(({ code }) => code);
    expect(await codes("./none")).toEqual(["model-not-found"]);
    expect(await codes("./empty")).toEqual(["not-a-model"]);
    writeFileSync(join(root, "empty/config.json"), "{}");
    expect(await codes("./empty")).toEqual([]);
    expect(await codes("org/on-the-hub")).toEqual([]);
  });

  it("is a warning: the engine's program, which another machine may have", async () => {
    const folder = temporaryFolder();
    const world = { ...realWorld(), variables: { PATH: `${folder}:/nowhere` } };
    const messages = async (environment: Engine["environment"]) => {
      const engine = { ...makeEngine(), environment };
      const study = makeStudy({ kind: "isolation", changes: [] }, { engine, workloads: [] });
      const diagnostics = await checkInputs(world, { study }, folder);
      return diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
    };
    expect(await messages({ kind: "path", executable: "engine" })).toEqual([
      "warning: test-engine: no program engine on PATH",
    ]);
    writeFileSync(join(folder, "engine"), "");
    expect(await messages({ kind: "path", executable: "engine" })).toEqual([]);
    expect(await messages({ kind: "docker", image: "vllm" })).toEqual([
      expect.stringMatching(/^warning: test-engine: an engine from a docker image \(vllm\) cannot be started/),
    ]);
    expect(await messages({ kind: "endpoint", url: "http://127.0.0.1:1" })).toEqual([]);
  });
});
