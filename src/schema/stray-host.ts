/** A host whose baseline lies further from the median of the hosts than this share strays; and whether comparisons leave its blocks out. */
export interface StrayHostRule {
  above: number;
  leaveOut: boolean;
}

/** What holds where a matrix says nothing. 5 %: our choice, above what launches of one configuration differ by on one host. */
export const usualStrayHostRule: StrayHostRule = { above: 0.05, leaveOut: false };
