/**
 * A server for the soak, as a process of its own: it streams tokens at an interval, and breaks some answers at random.
 *
 *   node server.ts PORT SEED SHARE       says `ready` when it listens; SHARE of its answers are broken
 */
import { createServer, type Socket } from "node:net";
import { answerHead, answerToken, readRequests } from "../../src/client/calibration/made-answers.ts";
import { createRandom } from "../../src/math/random.ts";

const [port = "0", seed = "1", share = "0"] = process.argv.slice(2);
const random = createRandom(seed);
/** Between two tokens of a stream. */
const gapMs = 5;

const refusal = '{"error":{"message":"planted","type":"InternalServerError"}}';

/** What becomes of an answer instead. Each returns after how many tokens the stream is left; null where none is begun. */
const breaks: ((socket: Socket, tokens: number) => number | null)[] = [
  function refuses(socket) {
    socket.write(`HTTP/1.1 500 Planted\r\ncontent-length: ${refusal.length}\r\n\r\n${refusal}`);
    return null;
  },
  function hangsUp(socket) {
    socket.destroy();
    return null;
  },
  function saysNothing() {
    return null; // until the client's deadline
  },
  function garbles(socket) {
    socket.write(answerHead);
    socket.end("zz\r\nnot a chunk\r\n");
    return null;
  },
  (_, tokens) => Math.floor(random.next() * tokens), // the stream is cut
];

interface Stream {
  socket: Socket;
  sent: number;
  tokens: number;
  /** Tokens after which the connection is cut; more than `tokens` where it is not. */
  cutAt: number;
}
const streams = new Set<Stream>();

setInterval(() => {
  for (const stream of streams) {
    const { socket, tokens, cutAt } = stream;
    if (socket.destroyed) streams.delete(stream);
    else if (stream.sent >= cutAt) socket.destroy();
    else {
      socket.write(answerToken(stream.sent, tokens));
      stream.sent += 1;
      if (stream.sent === tokens) streams.delete(stream);
    }
  }
}, gapMs);

const server = createServer({ noDelay: true }, (socket) =>
  readRequests(socket, (_method, _path, body) => {
    const tokens = Number(/"max_tokens":(\d+)/.exec(body)?.[1] ?? 1);
    let cutAt: number | null = Infinity;
    if (random.next() < Number(share)) cutAt = breaks[random.integer(breaks.length)]!(socket, tokens);
    if (cutAt === null) return;
    socket.write(answerHead);
    streams.add({ socket, sent: 0, tokens, cutAt });
  }),
);
server.listen({ host: "127.0.0.1", port: Number(port), backlog: 1024 }, () => console.log("ready"));
const starter = process.ppid;
setInterval(() => process.ppid !== starter && process.exit(), 1000);
