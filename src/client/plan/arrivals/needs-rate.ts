import { fail, type Result } from "../../../schema/result.ts";

/** Makes a schedule from a rate; a failure where there is none. */
export function withRate(rate: number | null, make: (rate: number) => Float64Array): Result<Float64Array> {
  if (rate !== null) return { ok: true, value: make(rate) };
  return fail("no-rate", "an open loop without a rate", "Set load.rate, in requests a second.");
}
