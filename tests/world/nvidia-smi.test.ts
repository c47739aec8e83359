import { describe, expect, it } from "vitest";
import { listSlices, queryKnownFields, queryNvidiaSmi } from "../../src/world/nvidia-smi.ts";
import { realProcesses } from "../../src/world/processes.ts";
import { listedSlices, printedA100, printedH100, toldByNvidiaSmi } from "../support/told-by-nvidia-smi.ts";
import type { Processes } from "../../src/world/world.ts";

function answering(code: number | null, stdout: string, stderr = ""): { processes: Processes; asked: string[][] } {
  const asked: string[][] = [];
  const run: Processes["run"] = (argv) => {
    asked.push(argv);
    return Promise.resolve({ code, stdout, stderr });
  };
  return { processes: { ...realProcesses, run }, asked };
}

describe("nvidia-smi", () => {
  it("is asked for fields and gives a row a line, null for what is not there", async () => {
    const { processes, asked } = answering(0, "GPU-1, 12\nGPU-2, [N/A]\nGPU-3, [Not Supported]\n\n");
    expect(await queryNvidiaSmi(processes, "gpu", ["uuid", "memory.used"])).toEqual({
      rows: [
        ["GPU-1", "12"],
        ["GPU-2", null],
        ["GPU-3", null],
      ],
      warning: null,
    });
    expect(asked).toEqual([["nvidia-smi", "--query-gpu=uuid,memory.used", "--format=csv,noheader,nounits"]]);
  });

  it("keeps its rows where one GPU's defect gives it an exit code, and the words of the defect", async () => {
    const said = "WARNING: infoROM is corrupted at gpu 0000:5E:00.0";
    for (const { processes } of [
      answering(14, `GPU-1, 12\nGPU-2, 9\n${said}\n`),
      answering(14, "GPU-1, 12\nGPU-2, 9\n", `${said}\n`),
    ]) {
      expect(await queryNvidiaSmi(processes, "gpu", ["uuid", "memory.used"])).toEqual({
        rows: [
          ["GPU-1", "12"],
          ["GPU-2", "9"],
        ],
        warning: said,
      });
    }
  });

  it("says what it said where it fails, also on its output", async () => {
    const said = "Unable to determine the device handle for GPU0000:41:00.0: GPU is lost.";
    for (const { processes } of [answering(15, `${said}\n`), answering(15, "", said)]) {
      expect(await queryNvidiaSmi(processes, "gpu", ["uuid", "memory.used"])).toEqual({
        rows: null,
        said: `nvidia-smi says: ${said}`,
      });
    }
  });

  it("is not there where it does not run, and lists nothing where there is nothing", async () => {
    const none = await queryNvidiaSmi(answering(null, "").processes, "gpu", ["uuid", "memory.used"]);
    expect(none).toEqual({ rows: null, said: "no nvidia-smi that answers: no NVIDIA GPU or no driver" });
    const idle = await queryNvidiaSmi(answering(0, "\n").processes, "compute-apps", ["gpu_uuid", "pid"]);
    expect(idle).toEqual({ rows: [], warning: null });
  });

  it("is asked by the newest name that each field has on this driver, and leaves the others null", async () => {
    const reasons = ["clocks_event_reasons.active", "clocks_throttle_reasons.active"];
    const ask = (gpu: typeof printedH100) =>
      queryKnownFields({ ...realProcesses, run: toldByNvidiaSmi([gpu]) }, [
        ["uuid"],
        ["of_tomorrow"],
        reasons,
        ["name"],
      ]);
    expect(await ask(printedH100)).toEqual({
      answer: { rows: [["GPU-aaa", null, "0x0000000000000001", "NVIDIA H100 80GB HBM3"]], warning: null },
      asked: ["uuid", null, "clocks_event_reasons.active", "name"],
    });
    expect((await ask(printedA100)).answer.rows).toEqual([
      ["GPU-ddd", null, "0x0000000000000028", "NVIDIA A100-SXM4-80GB"],
    ]);
    const lost = answering(15, "Unable to determine the device handle\n").processes;
    expect((await queryKnownFields(lost, [["uuid"], ["name"]])).answer.rows).toBeNull();
  });
});

it("lists the MIG slices of each GPU; none where it is not there", async () => {
  expect(await listSlices({ run: toldByNvidiaSmi([], { slices: listedSlices }) })).toEqual(
    new Map([
      [
        "GPU-ccc",
        [
          { uuid: "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f", profile: "3g.71gb" },
          { uuid: "MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb", profile: "3g.71gb" },
        ],
      ],
      ["GPU-aaa", []],
    ]),
  );
  expect(await listSlices(answering(null, "").processes)).toEqual(new Map());
});
