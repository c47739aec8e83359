import { fail, succeed, type Result } from "../../schema/result.ts";
import { nvidiaSmiFields, queryKnownFields } from "../../world/nvidia-smi.ts";
import type { Processes } from "../../world/world.ts";
import { numberOf, times, type GpuFigure, type GpuReading, type GpuSampler } from "./sampler.ts";

interface Column {
  figure: GpuFigure;
  /** nvidia-smi's names for it, the newest first: a driver refuses the whole query for one name that it does not know. */
  queries: readonly [string, ...string[]];
  parse(text: string | null): number | null;
}

const columns: readonly Column[] = [
  { figure: "power_w", queries: ["power.draw.instant"], parse: numberOf },
  { figure: "power_average_w", queries: ["power.draw"], parse: numberOf },
  { figure: "clock_sm_mhz", queries: ["clocks.sm"], parse: numberOf },
  { figure: "clock_memory_mhz", queries: ["clocks.mem"], parse: numberOf },
  { figure: "temperature_c", queries: ["temperature.gpu"], parse: numberOf },
  { figure: "utilisation", queries: ["utilization.gpu"], parse: (text) => times(numberOf(text), 0.01) },
  { figure: "memory_used_bytes", queries: ["memory.used"], parse: (text) => times(numberOf(text), 2 ** 20) },
  { figure: "throttle", queries: ["clocks_event_reasons.active", "clocks_throttle_reasons.active"], parse: numberOf },
  {
    figure: "mig",
    queries: ["mig.mode.current"],
    parse: (text) => (text === null ? null : Number(text === "Enabled")),
  },
];

interface AskedColumn extends Column {
  query: string;
}

/** One long-lived `nvidia-smi` that prints a row for each GPU every 100 ms: starting one each time costs more CPU than a load. */
export const nvidiaSmi: GpuSampler = {
  id: "nvidia-smi",
  intervalMs: 100,
  async start({ processes }, onReading) {
    const known = await knownColumns(processes);
    if (!known.ok) return known;
    const asked = known.value;
    const loop = [...command(asked), "-lms", String(this.intervalMs)];
    const follower = await processes.follow(loop, (line) => {
      const reading = parseRow(line, asked);
      if (reading) onReading(reading);
    });
    return follower.ok ? succeed({ stop: () => follower.value.stop() }) : follower;
  },
};

function command(asked: readonly AskedColumn[]): string[] {
  const fields = ["index", "uuid", ...asked.map(({ query }) => query)].join(",");
  return ["nvidia-smi", `--query-gpu=${fields}`, "--format=csv,noheader,nounits"];
}

/** Those that this driver knows, found by asking. Where no row comes, the failure has the driver's words. */
async function knownColumns(processes: Processes): Promise<Result<AskedColumn[]>> {
  const fields = [["index"], ["uuid"], ...columns.map(({ queries }) => queries)];
  const { answer, asked } = await queryKnownFields(processes, fields);
  if (answer.rows === null)
    return fail("no-nvidia-smi", answer.said, "Install NVIDIA's driver, or mend what nvidia-smi says.");
  return succeed(
    columns.flatMap((column, place) => {
      const query = asked[place + 2] ?? null;
      return query === null ? [] : [{ ...column, query }];
    }),
  );
}

/** A row of the loop: index, UUID, then a field for each column. Null where it is none, as the words of an error are. */
export function parseRow(
  line: string,
  asked: readonly Pick<Column, "figure" | "parse">[] = columns,
): GpuReading | null {
  const [index, uuid, ...fields] = nvidiaSmiFields(line);
  if (index === undefined || index === null || !/^\d+$/.test(index) || fields.length !== asked.length) return null;
  const figures: GpuReading["figures"] = {};
  for (const [place, { figure, parse }] of asked.entries()) figures[figure] = parse(fields[place] ?? null);
  return { index: Number(index), uuid: uuid ?? null, figures };
}
