import { describe, expect, it } from "vitest";
import { benchMatrix, benchStudyName } from "../../../src/commands/bench/bench-matrix.ts";
import { loadOf, type BenchOptions } from "../../../src/commands/bench/bench-options.ts";
import type { BenchServer } from "../../../src/commands/bench/bench-server.ts";

const server = { url: "http://127.0.0.1:8000", model: "tiny", headers: {} } as BenchServer;

const plain: BenchOptions = {
  url: server.url,
  ignoreEos: false,
  saveResult: false,
  appendResult: false,
  json: false,
};

function counts(given: Partial<BenchOptions>): string | undefined {
  const options = { ...plain, ...given };
  const load = loadOf(options);
  if (!load.ok) throw new Error(load.problem.message);
  return /counts: (.*)/.exec(benchMatrix("bench", server, load.value, options, "/"))?.[1];
}

describe("the counts of a bench", () => {
  it("are requests, seconds, or both, as they are asked for", () => {
    expect(counts({})).toBe("{ screen: { requests: 2000 } }");
    expect(counts({ requests: 50 })).toBe("{ screen: { requests: 50 } }");
    expect(counts({ duration: 30 })).toBe("{ screen: { seconds: 30 } }");
    expect(counts({ duration: 30, requests: 50 })).toBe("{ screen: { requests: 50, seconds: 30 } }");
  });

  it("are the defaults of what certifies where nothing is asked for", () => {
    expect(counts({ fidelity: "valid" })).toBeUndefined();
    expect(counts({ fidelity: "valid", duration: 60 })).toBe("{ valid: { seconds: 60 } }");
  });
});

it("attaches by URL, with the name of the variable that holds the key", () => {
  const load = loadOf(plain);
  if (!load.ok) throw new Error(load.problem.message);
  const keyed = { ...server, headers: { Authorization: { env: "MY_KEY" } } };
  expect(benchMatrix("bench", keyed, load.value, plain, "/")).toContain(
    'sut: { engine: endpoint, model: tiny, url: "http://127.0.0.1:8000", headers: { Authorization: { env: MY_KEY } } }',
  );
});

it("gives servers behind the paths of one gateway a study each", () => {
  const nameAt = (url: string): string => benchStudyName({ ...server, url });
  expect(nameAt("http://127.0.0.1:8000")).toBe("bench-127.0.0.1-8000-tiny");
  expect(nameAt("https://gateway/blue")).toBe("bench-gateway-443-blue-tiny");
  expect(nameAt("https://gateway/green")).toBe("bench-gateway-443-green-tiny");
});
