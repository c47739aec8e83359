import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctorCommand, type DoctorOptions } from "../../src/commands/doctor.ts";
import type { PreflightFinding, PreflightState } from "../../src/schema/preflight.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import type { HttpAnswer, World } from "../../src/world/world.ts";
import { smallMatrix, studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

interface Told {
  subject: string | null;
  findings: PreflightFinding[];
  counts: Record<PreflightState, number>;
}

/** `ceteris doctor … --json` in a folder with the small matrix, in a world without programs and with this network. */
async function doctor(
  options: Partial<DoctorOptions>,
  answers: Record<string, Partial<HttpAnswer>> = {},
  text = smallMatrix(),
) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "experiments"));
  writeFileSync(join(folder, "small.yaml"), text);
  const said = { out: "", err: "" };
  const asked: string[] = [];
  const world = studyWorld(folder, (usual): Partial<World> => ({
    streams: { ...usual.streams, out: (line) => void (said.out += line), err: (line) => void (said.err += line) },
    network: {
      ...usual.network,
      async request({ url }) {
        asked.push(url);
        const answer = Object.entries(answers).find(([route]) => url.endsWith(route))?.[1];
        if (answer === undefined) return fail("no-answer", `no answer from ${url}`, "");
        return succeed({ status: 200, headers: {}, text: "", ...answer });
      },
    },
  }));
  const code = await doctorCommand(world, { json: true, ...options }, new AbortController().signal);
  const told = said.out.startsWith("{") ? (JSON.parse(said.out) as Told) : null;
  const states = Object.fromEntries((told?.findings ?? []).map(({ id, state }) => [id, state]));
  return { code, folder, told, states, asked, ...said };
}

const event = 'data: {"choices":[],"usage":{"completion_tokens":1}}\n\ndata: [DONE]\n';

describe("ceteris doctor", () => {
  it("looks at the machine alone where nothing is named, and leaves nothing behind", async () => {
    const { code, states, told, folder } = await doctor({});
    expect(code).toBe(0);
    expect(told?.subject).toBeNull();
    // No nvidia-smi and no null server in this world.
    expect(states).toMatchObject({ gpu: "unknown", results: "fine", "client-capacity": "unknown" });
    expect(Object.keys(states)).not.toContain("engine");
    expect(readdirSync(folder).toSorted()).toEqual(["experiments", "small.yaml"]);
  });

  it("looks at what a matrix asks for; the simulated engine needs no GPU", async () => {
    const { code, states } = await doctor({ subject: "small.yaml" });
    expect(code).toBe(0);
    expect(states).toMatchObject({ engine: "fine", dataset: "fine", "open-files": "fine" });
    expect(Object.keys(states).filter((id) => id.startsWith("gpu") || id === "model")).toEqual([]);
  });

  it("refuses an engine, a model and a data set that are not there, and exits with 2", async () => {
    const text = smallMatrix()
      .replace("engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct", "engine: vllm, model: ./weights")
      .replace("experiments:", "");
    const broken = await doctor({ subject: "small.yaml" }, {}, text);
    expect(broken.code).toBe(2);
    expect(broken.states).toMatchObject({ engine: "refusal", model: "refusal", gpu: "warning" });
    const remedies = broken.told?.findings.filter(({ state }) => state === "refusal").map(({ remedy }) => remedy);
    expect(remedies?.every((remedy) => (remedy ?? "").length > 10)).toBe(true);
    expect(broken.told?.counts.refusal).toBe(2);
  });

  it("shows the diagnostics of a matrix that cannot be planned, and nothing else", async () => {
    const { code, out, err } = await doctor({ subject: "small.yaml" }, {}, "study: small\n");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("error");
    const missing = await doctor({ subject: "nowhere.yaml" });
    expect(missing.code).toBe(2);
    expect(missing.err).toContain("nowhere.yaml");
  });

  it("asks a server for its models, routes and one token by each endpoint", async () => {
    const { code, states, told, asked } = await doctor(
      { subject: "gpu:8000" },
      {
        "/v1/models": { text: '{"data":[{"id":"m"}]}' },
        "/v1/completions": { text: event },
        "/v1/chat/completions": { status: 400, text: "no chat template" },
        "/health": {},
        "/version": { text: '{"version":"0.32.0"}' },
        "/metrics": {},
        "/tokenize": { status: 404 },
      },
    );
    expect(code).toBe(0);
    expect(states).toMatchObject({ endpoint: "fine", "endpoint-routes": "warning" });
    const values = told?.findings.filter(({ id }) => id.startsWith("endpoint")).map(({ value }) => value);
    expect(values).toEqual([
      "http://gpu:8000 serves m, version 0.32.0",
      "not there: /tokenize (token counts)",
      "/v1/completions: streamed and counted",
      "/v1/chat/completions: HTTP 400 no chat template",
    ]);
    // Another machine's GPUs are not those of this one.
    expect(Object.keys(states)).not.toContain("gpu");
    expect(asked.every((url) => url.startsWith("http://gpu:8000/"))).toBe(true);
  });

  it("exits with 2 where no server answers, and for an address that is none", async () => {
    const silent = await doctor({ subject: "http://127.0.0.1:9" });
    expect([silent.code, silent.states["endpoint"], silent.states["gpu"]]).toEqual([2, "refusal", "unknown"]);
    expect((await doctor({ subject: "ftp://gpu" })).code).toBe(2);
  });

  it("asks the server that a matrix attaches to for the endpoint that its workloads use", async () => {
    const text = smallMatrix()
      .replace(
        "engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct",
        "engine: endpoint, model: other, url: http://gpu:8000",
      )
      .replace("{ knobs: { max_num_seqs: 4, max_num_batched_tokens: 2048 } }", "{ id: base }")
      .replace("{ id: wide, set: { max_num_seqs: 8 } }", "{ id: wide, set: { load.max_in_flight: 8 } }");
    const { code, told } = await doctor(
      { subject: "small.yaml" },
      { "/v1/models": { text: '{"data":[{"id":"m"}]}' } },
      text,
    );
    expect(code).toBe(2);
    expect(told?.findings.find(({ id }) => id === "endpoint")).toMatchObject({
      state: "refusal",
      value: "http://gpu:8000 serves m, and not other",
      remedy: expect.stringContaining("sut.model") as unknown,
    });
  });

  it("warns of a tracking server that does not answer, and prints a line for each finding", async () => {
    const { code, out } = await doctor({ json: false, tracking: "http://mlflow.test" });
    expect(code).toBe(0);
    expect(out).toMatch(/^warning +tracking +MLflow: no answer from http:\/\/mlflow\.test/m);
    expect(out).toMatch(/\n\n\d+ fine, .*\n$/);
  });
});
