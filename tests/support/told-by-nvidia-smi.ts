import type { Processes } from "../../src/world/world.ts";

/** A GPU as nvidia-smi prints it: by the names of its query. A name that is missing is one that this driver does not know. */
export type PrintedGpu = Readonly<Record<string, string>>;

/** An H100 SXM on which nothing runs. */
export const printedH100: PrintedGpu = {
  index: "0",
  uuid: "GPU-aaa",
  name: "NVIDIA H100 80GB HBM3",
  driver_version: "570.86.15",
  "memory.total": "81559",
  "memory.used": "4",
  "clocks.sm": "345",
  "clocks.max.sm": "1980",
  "clocks.mem": "2619",
  "power.limit": "700.00",
  "power.default_limit": "700.00",
  "temperature.gpu": "31",
  "mig.mode.current": "Disabled",
  persistence_mode: "Enabled",
  "ecc.mode.current": "Enabled",
  compute_mode: "Default",
  compute_cap: "9.0",
  "clocks_event_reasons.active": "0x0000000000000001",
  "clocks.applications.graphics": "[N/A]",
  "clocks.default_applications.graphics": "[N/A]",
};

/** An H200 that is split into slices, of which a container sees no processes. */
export const printedH200Mig: PrintedGpu = {
  ...printedH100,
  uuid: "GPU-ccc",
  name: "NVIDIA H200",
  "memory.total": "143771",
  "mig.mode.current": "Enabled",
};

/** An A100 under a driver of 2022, which knows the reasons of throttling by their old name alone. */
export const printedA100: PrintedGpu = {
  ...Object.fromEntries(Object.entries(printedH100).filter(([name]) => name !== "clocks_event_reasons.active")),
  uuid: "GPU-ddd",
  name: "NVIDIA A100-SXM4-80GB",
  driver_version: "515.65.01",
  compute_cap: "8.0",
  "clocks_throttle_reasons.active": "0x0000000000000028",
  "clocks.applications.graphics": "1095",
  "clocks.default_applications.graphics": "1275",
};

/** What stands behind the rows, and with which code it ends: where one GPU has a defect, every row comes all the same. */
export interface PrintedEnd {
  code: number;
  said: string;
}

/** What it tells beside the rows. */
interface Told {
  /** Rows of its processes. */
  processes: string;
  /** What it lists of slices. */
  slices: string;
  end: PrintedEnd;
}

/** An H200 in two slices and a whole one, as `nvidia-smi -L` of driver 570 lists them; the first is `printedH200Mig`. */
export const listedSlices = `GPU 0: NVIDIA H200 (UUID: GPU-ccc)
  MIG 3g.71gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
  MIG 3g.71gb     Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
GPU 1: NVIDIA H100 80GB HBM3 (UUID: GPU-aaa)
`;

/** A driver that answers `nvidia-smi --query-…` and `nvidia-smi -L`; any other program is not there. */
export function toldByNvidiaSmi(
  gpus: readonly PrintedGpu[],
  { processes = "", slices = "", end = { code: 0, said: "" } }: Partial<Told> = {},
): Processes["run"] {
  const answer = (code: number | null, stdout: string) => Promise.resolve({ code, stdout, stderr: "" });
  return ([program, query = ""]) => {
    if (program !== "nvidia-smi") return answer(null, "");
    if (query === "-L") return answer(0, slices);
    if (query.startsWith("--query-compute-apps=")) return answer(0, processes);
    const fields = query.replace("--query-gpu=", "").split(",");
    const unknown = fields.find((field) => gpus.some((gpu) => gpu[field] === undefined));
    if (unknown !== undefined) return answer(2, `Field "${unknown}" is not a valid field to query.\n`);
    const rows = gpus.map((gpu, index) => fields.map((field) => (field === "index" ? index : gpu[field])).join(", "));
    return answer(end.code, `${rows.join("\n")}\n${end.said}\n`);
  };
}
