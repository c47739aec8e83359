/** Where numbers come from, on every row. */
export function originText(origins: readonly string[]): string {
  return origins.length === 0 ? "measured" : origins.join(", ");
}
