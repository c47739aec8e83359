import { describe, expect, it } from "vitest";
import { queryNvidiaSmi } from "../../src/world/nvidia-smi.ts";
import { realProcesses } from "../../src/world/processes.ts";
import type { Processes } from "../../src/world/world.ts";

function answering(code: number | null, stdout: string): { processes: Processes; asked: string[][] } {
  const asked: string[][] = [];
  const run: Processes["run"] = (argv) => {
    asked.push(argv);
    return Promise.resolve({ code, stdout, stderr: "" });
  };
  return { processes: { ...realProcesses, run }, asked };
}

describe("nvidia-smi", () => {
  it("is asked for fields and gives a row a line, null for what is not there", async () => {
    const { processes, asked } = answering(0, "GPU-1, 12\nGPU-2, [N/A]\nGPU-3, [Not Supported]\n\n");
    expect(await queryNvidiaSmi(processes, "gpu", ["uuid", "memory.used"])).toEqual([
      ["GPU-1", "12"],
      ["GPU-2", null],
      ["GPU-3", null],
    ]);
    expect(asked).toEqual([["nvidia-smi", "--query-gpu=uuid,memory.used", "--format=csv,noheader,nounits"]]);
  });

  it.each([null, 9])("is not there where it ends with %s", async (code) => {
    expect(await queryNvidiaSmi(answering(code, "NVIDIA-SMI has failed").processes, "gpu", ["uuid"])).toBeNull();
  });
});
