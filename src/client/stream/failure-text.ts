import { maskSecrets } from "../../schema/secrets.ts";

/** What a table can show of a server's message. */
const LONGEST_MESSAGE = 300;

/** One line of at most 300 characters, with secrets masked: servers repeat a key that they refuse. */
export function tidyMessage(message: string, secrets: readonly string[] = []): string {
  const shown = maskSecrets(message, secrets);
  const line = shown.replaceAll(/\s+/g, " ").trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
}

/** Servers wrap an error in two or three objects; what is nested deeper is shown as JSON. */
const MOST_NESTED = 8;

/** The sentence of an error object as servers send it: `{"error": {"message"}}`, `{"error": "…"}`, `{"detail": …}`, `{"message"}`; null where there is none. */
export function serverMessage(body: unknown, depth = 0): string | null {
  if (body === null || typeof body !== "object" || depth > MOST_NESTED) return null;
  const { error, detail, message } = body as { error?: unknown; detail?: unknown; message?: unknown };
  for (const said of [error, detail]) {
    if (typeof said === "string" && said !== "") return said;
    if (said !== null && typeof said === "object") return serverMessage(said, depth + 1) ?? jsonText(said);
  }
  return typeof message === "string" && message !== "" ? message : null;
}

/** A parsed value as JSON again, cut to `longest` characters. */
export function jsonText(value: unknown, longest = LONGEST_MESSAGE): string {
  // JSON has numbers that become infinite, and would write them as null.
  if (typeof value === "number") return String(value);
  try {
    const text = JSON.stringify(value);
    return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
  } catch {
    return "a value that is nested too deeply to be shown";
  }
}

/** An HTTP response that is not a success: `HTTP 400: …` with the server's own words from the start of its body; of a redirect, its target. */
export function httpFailure(
  status: number,
  { body, location, secrets }: { body: string; location: string | null; secrets: readonly string[] },
): string {
  const moved = location === null ? null : `moved to ${location}`;
  return tidyMessage(`HTTP ${status}: ${bodyMessage(body) ?? moved ?? "no message"}`, secrets);
}

/** What the start of a body says: the message of an error in JSON, else the text itself. Null where it is empty. */
export function bodyMessage(body: string): string | null {
  let said: string | null = null;
  try {
    said = serverMessage(JSON.parse(body));
  } catch {
    // not JSON, or cut off: the text itself is the message
  }
  return said ?? (body.trim() === "" ? null : body);
}

/** An internal error, as the reason why a request failed: what was thrown, and where. */
export function internalError(error: unknown): string {
  if (!(error instanceof Error)) return tidyMessage(`internal error: ${String(error)}`);
  const [, first = ""] = (error.stack ?? "").split("\n    at ");
  return tidyMessage(`internal error: ${error.name}: ${error.message}${first === "" ? "" : ` at ${first}`}`);
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

/** A socket's error in words, followed by the system's code: `connection refused (ECONNREFUSED)`. */
export function connectionFailure(error: Error): string {
  const code = codeOf(error);
  if (code === null) return tidyMessage(error.message || error.name);
  return `${connectionWords[code] ?? "connection failed"} (${code})`;
}

/** The system's or the library's code of an error, looked for in what it is made of; null where there is none. */
export function codeOf(error: Error): string | null {
  const { code, errors, cause } = error as { code?: string; errors?: Error[]; cause?: unknown };
  if (typeof code === "string") return code;
  if (errors?.[0]) return codeOf(errors[0]);
  return cause instanceof Error ? codeOf(cause) : null;
}
