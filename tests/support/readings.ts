import type { Series } from "../../src/schema/observation.ts";

/** What telemetry read at these times, in s. */
export function readings(name: string, atS: readonly number[], value: (number | null)[], unit = ""): Series {
  return { name, unit, source: "telemetry", atNs: atS.map((at) => at * 1e9), value };
}
