/** An address as a message or a file may show it: without user, password and slashes at the end. */
export function withoutUser(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "an address that cannot be read";
  parsed.username = "";
  parsed.password = "";
  return parsed.href.replace(/\/+$/, "");
}

/** True of an address of this machine's loopback. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? "";
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}
