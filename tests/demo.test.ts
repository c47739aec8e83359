import { expect, it } from "vitest";
import { virtualDemo } from "./support/virtual-demo.ts";

it("decides: one SHIP, one REJECT, one NO EFFECT, and one mistake that the resolved configuration shows", async () => {
  const { decisions: found } = await virtualDemo();
  expect(Object.fromEntries(found.map(({ experiment, outcome }) => [experiment, outcome]))).toEqual({
    baseline: "BASELINE",
    fp8: "SHIP",
    sync: "REJECT",
    "batch-16k": "NO EFFECT",
    ngram: "HOLD",
  });
  expect(found.find(({ experiment }) => experiment === "ngram")?.missing).toEqual([
    {
      kind: "confounded",
      text: expect.stringContaining("the change also moved scheduler_config.async_scheduling") as string,
    },
  ]);
});
