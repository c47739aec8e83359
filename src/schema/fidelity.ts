/** How long and how much a trial measures. */
export const fidelities = ["smoke", "screen", "valid", "submission"] as const;
export type Fidelity = (typeof fidelities)[number];

const certifying: ReadonlySet<string> = new Set(["valid", "submission"]);

/** True where a trial may be called VALID. At the others it is measured and not certified: SCREENED at best. */
export function certifies(fidelity: string): boolean {
  return certifying.has(fidelity);
}
