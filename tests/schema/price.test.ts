import { describe, expect, it } from "vitest";
import { pricePerHour, type HardwarePrice } from "../../src/schema/price.ts";
import { fakeExperiment, fakeTrial, foundIn } from "../support/fake-trials.ts";

const trial = fakeTrial(fakeExperiment("baseline", 0, {}));
const list: HardwarePrice = {
  title: "Example, on demand",
  source: "https://example.com/prices",
  date: "2026-01-01",
  gpus: [
    { name: "Example H100", perHour: 4 },
    { name: "Example A100", perHour: 2 },
  ],
};

describe("the price of a configuration", () => {
  it("is that of its GPUs together; of a configuration without a GPU that of the machine", () => {
    expect(pricePerHour({ perGpuHour: 3.5 }, 8, [])).toBe(28);
    expect(pricePerHour({ perGpuHour: 0.8 }, 0, [])).toBe(0.8);
  });

  it("is found in a list by the name of the GPUs that its trials ran on", () => {
    expect(pricePerHour(list, 2, [trial])).toBe(8);
    expect(pricePerHour(list, 2, [foundIn(trial, { gpus: { name: "EXAMPLE A100 " } })])).toBe(4);
    const { provenance } = trial;
    const unused = { name: "Example A30", selected: false };
    const beside = { ...trial, provenance: { ...provenance!, gpus: [...provenance!.gpus, unused] } };
    expect(pricePerHour(list, 2, [beside])).toBe(8);
  });

  it.each([
    ["no price is stated", undefined, 1, [trial]],
    ["the number of GPUs is not known", { perGpuHour: 3.5 }, null, [trial]],
    ["the list lacks the GPU", list, 1, [foundIn(trial, { gpus: { name: "Example B200" } })]],
    ["trials ran on GPUs of two names", list, 1, [trial, foundIn(trial, { gpus: { name: "Example A100" } })]],
    ["nothing ran", list, 1, []],
    ["the trials were simulated", list, 1, [{ ...trial, origin: "simulated" as const }]],
  ])("is not known where %s", (_, price, gpus, trials) => {
    expect(pricePerHour(price, gpus, trials)).toBeNull();
  });
});
