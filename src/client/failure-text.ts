/** What a table can show of a server's message. */
const LONGEST_MESSAGE = 300;

/** One line of at most 300 characters, with the secret (if there is one) masked: servers repeat a key that they refuse. */
export function tidyMessage(message: string, secret: string | null): string {
  const shown = secret ? message.replaceAll(secret, "***") : message;
  const line = shown.replaceAll(/\s+/g, " ").trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** The sentence of an error object as servers send it: `{"error": {"message"}}`, `{"error": "…"}`, `{"detail": …}`, `{"message"}`; null where there is none. */
export function serverMessage(body: unknown): string | null {
  if (body === null || typeof body !== "object") return null;
  const { error, detail, message } = body as { error?: unknown; detail?: unknown; message?: unknown };
  for (const said of [error, detail]) {
    if (typeof said === "string" && said !== "") return said;
    if (said !== null && typeof said === "object") return serverMessage(said) ?? JSON.stringify(said);
  }
  return typeof message === "string" && message !== "" ? message : null;
}

/** An HTTP answer that is not a success: `HTTP 400: …` with the server's own words, from the start of its body. */
export function httpFailure(status: number, body: string, secret: string | null): string {
  let said: string | null = null;
  try {
    said = serverMessage(JSON.parse(body));
  } catch {
    // not JSON, or cut off: the text itself is the message
  }
  return tidyMessage(`HTTP ${status}: ${said ?? (body || "no message")}`, secret);
}

/** What is said where a response stops before its end. */
export const CUT_OFF = "the server closed the connection before the answer was whole";

const connectionWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset by the server",
  EPIPE: "connection closed by the server while the request was sent",
  ETIMEDOUT: "connection timed out",
  UND_ERR_SOCKET: CUT_OFF,
  ENOTFOUND: "host name not found",
  EMFILE: "too many open files: raise the limit (ulimit -n) or lower the concurrency",
};

/** A socket's error in words, the system's code behind it: `connection refused (ECONNREFUSED)`. */
export function connectionFailure(error: Error): string {
  const code = codeOf(error);
  if (code === null) return tidyMessage(error.message || error.name, null);
  return `${connectionWords[code] ?? "connection failed"} (${code})`;
}

/** The system's or the library's code of an error, looked for in what it is made of; null where there is none. */
export function codeOf(error: Error): string | null {
  const { code, errors, cause } = error as { code?: string; errors?: Error[]; cause?: unknown };
  if (typeof code === "string") return code;
  if (errors?.[0]) return codeOf(errors[0]);
  return cause instanceof Error ? codeOf(cause) : null;
}
