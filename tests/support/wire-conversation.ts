import type { Segment } from "../../bench/side-by-side/wire-rows.ts";

const plain = { opens: false, closes: false, resets: false };

/** Segments of one connection, as a capture has them; numbers begin just below the turn at 2^32. */
export class WireConversation {
  readonly segments: Segment[] = [];
  private readonly port: number;
  private readonly next = { client: 0xffff_fff0, server: 0xffff_ff00 };

  constructor(port = 40_000) {
    this.port = port;
  }

  opened(atMs: number): this {
    this.add(atMs, false, "", { opens: true });
    this.add(atMs, true, "", { opens: true });
    return this;
  }

  client(atMs: number, text: string): this {
    return this.add(atMs, false, text);
  }

  server(atMs: number, text: string): this {
    return this.add(atMs, true, text);
  }

  closedBy(atMs: number, who: "client" | "server"): this {
    return this.add(atMs, who === "server", "", { closes: true });
  }

  private add(atMs: number, fromServer: boolean, text: string, flags: Partial<typeof plain> = {}): this {
    const who = fromServer ? "server" : "client";
    const payload = Buffer.from(text);
    const seq = this.next[who];
    this.segments.push({ atNs: atMs * 1e6, seq, port: this.port, fromServer, payload, ...plain, ...flags });
    this.next[who] = (seq + payload.length + (flags.opens || flags.closes ? 1 : 0)) >>> 0;
    return this;
  }
}

/** A request with a body, as both clients send it. */
export function completionRequest(prompt: string, fields: { [name: string]: unknown } = {}): string {
  const body = JSON.stringify({ prompt, ...fields });
  return `POST /v1/completions HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

export const streamHead = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/** One event in a chunk of its own. */
export function eventChunk(data: unknown): string {
  const event = `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}

export const tokenChunk = (text: string, finish: string | null = null): string =>
  eventChunk({ choices: [{ text, finish_reason: finish }] });

/** The count, the stream's own end, and the end of the body. */
export const streamEnd = (tokens: number): string =>
  `${eventChunk({ choices: [], usage: { completion_tokens: tokens } })}${eventChunk("[DONE]")}0\r\n\r\n`;
