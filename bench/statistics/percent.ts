/** `4.7 %` of 0.047. */
export function percentOf(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
