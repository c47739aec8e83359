/**
 * The server that a client is calibrated against, as a process of its own: it computes nothing, writes each token in a
 * write of its own on an absolute schedule, and remembers when it did.
 *
 *   node null-server.ts                  says `ready PORT` and listens on the loopback until it is ended
 *
 * `POST /<ns to the first token>/<ns between tokens>/<streams>/v1/completions` streams `max_tokens` tokens, and knows the request again by its
 * prompt, a whole number. `GET /truth` answers with all requests since it was last asked. Times are nanoseconds of the
 * machine's monotonic clock since `origin_ns`, which the client reads as well.
 */

import { createServer, type Socket } from "node:net";
import { quantileLinear, sortedCopy } from "../../math/quantile.ts";
import { answerHead, answerToken, readRequests } from "./made-answers.ts";

/** What `GET /truth` answers. */
export interface NullServerTruth {
  origin_ns: string;
  late_ms: { p50: number; p99: number };
  /** By the prompt's number: when each token was written. */
  written_ns: { [prompt: string]: number[] };
}

/** How the server is started. */
export const nullServerScript = import.meta.filename;

const backlog = 1024;
/** No calibration takes as long. */
const longestRunMs = 30_000;
/** How often it looks whether the process that started it was killed. */
const aliveEveryMs = 1000;
/** A timer may end so much after its time: what is left is waited out by polling. */
const timerMarginMs = 1.5;
/** Tokens that are written before sockets are read again. */
const writtenInTurn = 32;

interface Stream {
  socket: Socket;
  dueNs: number;
  gapNs: number;
  left: number;
  writtenNs: number[];
}

/** Listens, and prints its port. Runs until the process is ended. */
function serve(): void {
  const originNs = process.hrtime.bigint();
  const now = (): number => Number(process.hrtime.bigint() - originNs);
  /** In order of `dueNs`; all streams of a load have the same gap, so that one which was served goes to the end. */
  const queue: Stream[] = [];
  let truth: NullServerTruth["written_ns"] = {};
  let lateNs: number[] = [];
  let turning = false;

  const insert = (stream: Stream): void => {
    let place = queue.length;
    while (place > 0 && queue[place - 1]!.dueNs > stream.dueNs) place -= 1;
    if (place === queue.length) queue.push(stream);
    else queue.splice(place, 0, stream);
  };

  const turn = (): void => {
    for (let written = 0; written < writtenInTurn; written += 1) {
      const stream = queue[0];
      if (stream === undefined) break;
      const atNs = now();
      if (stream.dueNs > atNs) break;
      queue.shift();
      if (stream.socket.destroyed) continue;
      const place = stream.writtenNs.length;
      stream.left -= 1;
      lateNs.push(atNs - stream.dueNs);
      stream.writtenNs.push(atNs);
      stream.socket.write(answerToken(place, place + 1 + stream.left));
      stream.dueNs += stream.gapNs;
      if (stream.left > 0) insert(stream);
    }
    const next = queue[0];
    if (next === undefined) {
      turning = false;
      return;
    }
    const leftMs = (next.dueNs - now()) / 1e6;
    if (leftMs > timerMarginMs + 1) setTimeout(turn, Math.floor(leftMs - timerMarginMs));
    else setImmediate(turn);
  };

  const begin = (socket: Socket, path: string, body: string): void => {
    const [, first = "0", gap = "0", streams = "1"] = path.split("/");
    const prompt = /"prompt":"(\d+)"/.exec(body)?.[1] ?? "";
    const left = Number(/"max_tokens":(\d+)/.exec(body)?.[1] ?? 1);
    const gapNs = Number(gap);
    const writtenNs: number[] = [];
    truth[prompt] = writtenNs;
    socket.write(answerHead);
    // Each stream has its own place between two tokens of another: an even flow, and no bursts.
    const phase = (Number(prompt) % Number(streams)) / Number(streams);
    insert({ socket, dueNs: now() + Number(first) + gapNs * phase, gapNs, left, writtenNs });
    if (turning) return;
    turning = true;
    setImmediate(turn);
  };

  const sendTruth = (socket: Socket): void => {
    const late = sortedCopy(lateNs);
    const inMs = (share: number): number => (quantileLinear(late, share) ?? 0) / 1e6;
    const truthSoFar: NullServerTruth = {
      origin_ns: originNs.toString(),
      late_ms: { p50: inMs(0.5), p99: inMs(0.99) },
      written_ns: truth,
    };
    truth = {};
    lateNs = [];
    const text = JSON.stringify(truthSoFar);
    socket.write(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  };

  const server = createServer({ noDelay: true }, (socket) =>
    readRequests(socket, (method, path, body) => (method === "GET" ? sendTruth(socket) : begin(socket, path, body))),
  );
  server.listen({ host: "127.0.0.1", port: 0, backlog }, () => {
    const address = server.address();
    process.stdout.write(`ready ${typeof address === "object" ? address?.port : ""}\n`);
  });
  setTimeout(() => process.exit(0), longestRunMs);
  const starter = process.ppid;
  setInterval(() => process.ppid !== starter && process.exit(0), aliveEveryMs);
}

if (import.meta.main) serve();
