import type { PreflightFinding, PreflightState } from "../schema/preflight.ts";
import { preflightStates } from "../schema/preflight.ts";
import { onOneLine } from "./plain-text.ts";

/** What a state is called where it stands more than once. */
const plurals: Readonly<Record<PreflightState, string>> = {
  fine: "fine",
  warning: "warnings",
  refusal: "refusals",
  unknown: "unknown",
};

/** How many findings there are of each state. */
export function preflightCounts(found: readonly PreflightFinding[]): Record<PreflightState, number> {
  const counts = Object.fromEntries(preflightStates.map((state) => [state, 0])) as Record<PreflightState, number>;
  for (const { state } of found) counts[state] += 1;
  return counts;
}

/** What `doctor` prints: a line for each finding, what to do under those that are not fine, and how many there are of each. */
export function preflightText(found: readonly PreflightFinding[]): string {
  const wide = (of: (finding: PreflightFinding) => string): number =>
    Math.max(0, ...found.map((one) => of(one).length));
  const [stateWide, idWide] = [wide(({ state }) => state), wide(({ id }) => id)];
  const indent = " ".repeat(stateWide + idWide + 4);
  const lines = found.flatMap(({ id, state, value, remedy }) => [
    `${state.padEnd(stateWide)}  ${id.padEnd(idWide)}  ${onOneLine(value)}`,
    ...(remedy === null ? [] : [`${indent}→ ${onOneLine(remedy)}`]),
  ]);
  const counts = Object.entries(preflightCounts(found)).filter(([, count]) => count > 0);
  const summary = counts.map(([state, count]) => `${count} ${count === 1 ? state : plurals[state as PreflightState]}`);
  return `${[...lines, "", summary.join(", ")].join("\n")}\n`;
}
