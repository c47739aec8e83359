/** `*` for any text and `?` for one character; everything else as it is. Case matters. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .replaceAll(/[.+^$()[\]{}|\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`);
  return (name) => expression.test(name);
}
