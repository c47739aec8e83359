/** How long and how much a trial measures. The first two are measured and not certified: SCREENED at best. */
export const fidelities = ["smoke", "screen", "valid", "submission"] as const;
export type Fidelity = (typeof fidelities)[number];
