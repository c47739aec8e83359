import { describe, expect, it } from "vitest";
import { plantedFailures } from "../../src/simulator/failures.ts";
import { parseFaults } from "../../src/simulator/faults.ts";

const faultsOf = (text: string) => {
  const parsed = parseFaults(text);
  return parsed.ok ? parsed.faults : parsed.message;
};

describe("parseFaults", () => {
  it("reads one, several, none", () => {
    expect(faultsOf("crash-at-start:out-of-memory")).toMatchObject({
      crashAtStart: "out-of-memory",
      hangAtStart: false,
    });
    expect(faultsOf("error-every:7, ignore-knob:max_num_seqs,ignore-knob:dtype")).toMatchObject({
      errorEvery: 7,
      ignoredKnobs: ["max_num_seqs", "dtype"],
    });
    expect(faultsOf("stall-stream")).toMatchObject({ stallEvery: 1 });
    expect(faultsOf("stall-stream:5,die-after-requests:20,keep-cache,ignore-signals,hang-at-start")).toMatchObject({
      stallEvery: 5,
      dieAfterRequests: 20,
      keepCache: true,
      deaf: true,
      hangAtStart: true,
    });
    expect(faultsOf("log-at-start,silent-after-requests:3")).toMatchObject({
      logAtStart: true,
      silentAfterRequests: 3,
    });
    expect(faultsOf("")).toMatchObject({ crashAtStart: null, errorEvery: null, ignoredKnobs: [] });
  });

  it.each([
    "nonsense",
    "error-every",
    "error-every:0",
    "crash-at-start:nothing",
    "hang-at-start:3",
    "ignore-knob:",
    "toString",
  ])("names the choices for %s", (text) => {
    expect(faultsOf(text)).toContain(`'${text}' is none of: crash-at-start:CLASS (out-of-memory, `);
  });
});

describe("plantedFailures", () => {
  it.each([
    ["out-of-memory", /CUDA out of memory/],
    ["kv-cache-no-room", /No available memory for the cache blocks/],
    [
      "gpu-memory-busy",
      /Free memory on device cuda:0 .* is less than desired GPU memory utilization \(0\.9, 71\.26 GiB\)/,
    ],
    ["gated-model", /GatedRepoError/],
    ["weights-missing", /Cannot find any model weights with `some\/model`/],
    ["quantization-unsupported", /is not supported for the current GPU\. Minimum capability:/],
    ["attention-backend", /Selected backend .* is not valid for this configuration/],
    ["unknown", /nobody has seen before/],
  ])("%s speaks vLLM's words", (name, words) => {
    const failure = plantedFailures[name]!({ model: "some/model", memoryGib: 79.18, utilization: 0.9 });
    expect(failure.error.join("\n")).toMatch(words);
  });
});
