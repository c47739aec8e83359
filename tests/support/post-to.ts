import type { Transport } from "../../src/client/transport/transport.ts";

/** What a receiver has been told of one request. */
export interface Heard {
  status: number | null;
  body: string;
  /** Undefined until the end. */
  problem: string | null | undefined;
  arrivals: number[];
  resent: number;
}

type Post = (text?: string, path?: string) => { heard: Heard; ended: Promise<Heard>; cancel: () => void };

/** Sends requests over the transport that there is at the time. */
export function poster(transport: () => Transport): Post {
  return (text = "{}", path = "/v1/completions") => {
    const heard: Heard = { status: null, body: "", problem: undefined, arrivals: [], resent: 0 };
    let cancel: (() => void) | null = null;
    const ended = new Promise<Heard>((resolve) => {
      cancel = transport().send(path, Buffer.from(text), {
        onHead: (status) => void (heard.status = status),
        onBody(buffer, from, to, atNs) {
          heard.body += buffer.toString("latin1", from, to);
          heard.arrivals.push(atNs);
        },
        onResent: () => void (heard.resent += 1),
        onEnd(problem) {
          heard.body = Buffer.from(heard.body, "latin1").toString("utf8");
          heard.problem = problem;
          resolve(heard);
        },
      });
    });
    return { heard, ended, cancel: () => cancel?.() };
  };
}
