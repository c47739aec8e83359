import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import { phaseClock } from "../../src/engine/start-phases.ts";
import { loadEngine } from "../../src/matrix/index.ts";

const root = join(import.meta.dirname, "../..");
const fixture = (path: string) => readFileSync(join(root, "tests/fixtures/llama-cpp", path), "utf8");

function engineNamed(name: string) {
  const read = (path: string) => readFileSync(path, "utf8");
  const { engine, diagnostics } = loadEngine({ name, read, sutFolders: [join(root, "sut")], root });
  expect(diagnostics).toEqual([]);
  if (engine === null) throw new Error(`no engine ${name}`);
  return engine;
}

const engine = engineNamed("llama-cpp");

it("sut/llama-cpp.yaml speaks of knobs that it has", () => {
  const named = [
    ...engine.couplings.flatMap(({ knob, when }) => [knob, ...(when ?? []).map((condition) => condition.knob)]),
    ...engine.cannotRun.flatMap(({ when }) => when.map(({ knob }) => knob)),
    ...engine.inert.flatMap(({ knob, beside }) => [knob, ...beside.map((condition) => condition.knob)]),
    engine.inFlight?.knob ?? "",
  ];
  expect(named.filter((knob) => !(knob in engine.knobs))).toEqual([]);
  expect(Object.values(engine.knobs).every(({ flag }) => flag !== undefined)).toBe(true);
  // llama.cpp's common.h: -1 is its own choice, -2 and less are all.
  expect(engine.knobs["n_gpu_layers"]).toMatchObject({ type: "int", min: -2 });
});

it("every flag of its knobs is one of its command line", () => {
  const script = readFileSync(join(root, "sut/requirements/llama-cpp-serve.py"), "utf8");
  const flags = Object.values(engine.knobs).map(({ flag = "" }) => flag.replace(/^--/, ""));
  expect(flags.filter((flag) => !script.includes(`"${flag}"`) && !script.includes(`"--${flag}"`))).toEqual([]);
});

describe("failures of a real llama.cpp", () => {
  const expected: Record<string, [string, string]> = {
    "bad-int.txt": ["bad-value", "argument --n-parallel: invalid int value"],
    "cache-type-width.txt": ["cache-type-unsupported", "K cache type q3_K"],
    "no-model.txt": ["model-not-found", "failed to open GGUF file 'none.gguf'"],
    "no-such-cache-type.txt": ["bad-value", "there is no cache type fp3"],
    "not-gguf.txt": ["model-unreadable", "invalid magic characters"],
    "port-in-use.txt": ["port-in-use", "couldn't bind HTTP server socket"],
    "unknown-flag.txt": ["unknown-flag", "unrecognized arguments: --no-such"],
    "v-cache-needs-flash.txt": ["cache-needs-flash-attention", "quantized V cache requires flash_attn"],
  };

  it("has an expectation for every recorded failure", () => {
    expect(readdirSync(join(root, "tests/fixtures/llama-cpp/failures")).toSorted()).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))("%s is known by its earliest telling line", (file, [name, words]) => {
    const failure = classify(engine.failures, fixture(`failures/${file}`), { class: "none", hint: "" });
    expect([failure.class, failure.message]).toEqual([name, expect.stringContaining(words)]);
    expect(failure.hint.length).toBeGreaterThan(20);
  });

  it("are none of a server that ran and was stopped", () => {
    const failure = classify(engine.failures, fixture("healthy/served.txt"), { class: "none", hint: "" });
    expect(failure.class).toBe("none");
  });
});

it("finds its phases in the log, and its metrics on the page", () => {
  const clock = phaseClock(engine.phases);
  for (const [index, line] of fixture("healthy/served.txt").split("\n").entries()) clock.line(line, index);
  expect(clock.phases().map(({ id }) => id)).toEqual(["process-start", "weights", "server"]);
  const found = selectMetrics(fixture("metrics.txt"), engine.metricNames);
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(engine.metricNames).toSorted());
});

it("sut/endpoint.yaml attaches to something, and has no knobs", () => {
  const endpoint = engineNamed("endpoint");
  expect(endpoint).toMatchObject({ environment: { kind: "endpoint" }, command: [], knobs: {}, origin: "measured" });
});
