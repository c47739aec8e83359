import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { dcgm, parseExporterPage } from "../../../src/telemetry/gpu/dcgm.ts";
import { fail } from "../../../src/schema/result.ts";
import { realWorld } from "../../../src/world/real-world.ts";

const page = readFileSync(new URL("../../fixtures/telemetry/dcgm-exporter.txt", import.meta.url), "utf8");

it("reads an exporter's page in our units: blanks are null, and a GPU in slices is marked and nothing else", () => {
  expect(parseExporterPage(page)).toEqual([
    {
      index: 0,
      uuid: "GPU-aaa",
      figures: {
        mig: 0,
        clock_sm_mhz: 1980,
        power_average_w: 412.5,
        energy_j: 123456.789,
        temperature_c: null,
        utilisation: 0.97,
        memory_used_bytes: null,
      },
    },
    { index: 1, uuid: null, figures: { mig: 1 } },
  ]);
});

it("is not there where nothing answers, or something else does", async () => {
  const world = realWorld();
  const answering = (text: string | null) => ({
    ...world,
    network: {
      ...world.network,
      request: () =>
        Promise.resolve(
          text === null
            ? fail("no-answer", "no answer", "")
            : { ok: true as const, value: { status: 200, headers: {}, text } },
        ),
    },
  });
  for (const text of [null, "<html>another server</html>", "vllm:num_requests_running 1"])
    expect(await dcgm.start(answering(text), () => {})).toMatchObject({ ok: false });
});
