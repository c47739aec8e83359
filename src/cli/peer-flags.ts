import { benchFlags } from "../commands/bench/bench-flags.ts";
import { flagName } from "./listing.ts";

/**
 * What follows `ceteris bench`, in our own flags: those of other load generators are translated, which is said on stderr. Null
 * where one of them cannot be followed; stderr has why, and what to do.
 */
export async function inOwnFlags(typed: readonly string[], say: (text: string) => void): Promise<string[] | null> {
  const { translateFlags } = await import("../commands/bench/peers/index.ts");
  const flags = Object.entries(benchFlags);
  const ours = new Map(flags.map(([name, { kind }]) => [flagName(name), kind !== "boolean"]));
  const translated = translateFlags(typed, ours);
  if (translated === null) return [...typed];
  for (const note of translated.notes) say(`note: ${note}\n`);
  for (const { message, hint } of translated.faults) say(`ceteris: ${message}\n  ${hint}\n`);
  return translated.faults.length === 0 ? translated.argv : null;
}
