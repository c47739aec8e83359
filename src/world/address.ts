/** An address as a message or a file may show it: without user, password and slashes at the end. */
export function withoutUser(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "an address that cannot be read";
  parsed.username = "";
  parsed.password = "";
  return parsed.href.replace(/\/+$/, "");
}
