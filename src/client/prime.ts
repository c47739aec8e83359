import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { answerHead, answerToken, hearRequests } from "./calibration/made-answers.ts";
import { plainRequests } from "../schema/plain-requests.ts";
import type { Sample } from "../schema/sample.ts";
import type { LoadOptions } from "./load-options.ts";
import { layOut, runPart, type LoadLayout } from "./load-part.ts";
import { createMemoryStore } from "./spool/byte-store.ts";
import type { CreateTransport } from "./transport.ts";

const STREAMS = 16;
const REQUESTS = 48;
/** With a transport each: what was compiled for one alone would be thrown away with the next. */
const LOADS = 3;
const TOKENS = 24;
/** A load of fewer tokens is over before compiling for it would pay. */
const WORTH_TOKENS = 4 * LOADS * REQUESTS * TOKENS;
const DEADLINE_S = 5;
/**
 * So long before its start lies the zero of a priming load. V8 keeps a number as a small integer while it is one, which
 * nanoseconds are for 2.1 seconds: what was compiled for such times would be thrown away when the measured load gets there.
 */
const LONG_NS = 3_600_000_000_000n;

let isPrimed = false;

/**
 * Puts this process's own client to short loads of its own before the measured one, once: so that V8 has compiled what reads
 * answers, and compiles nothing of it while the clock runs. The server is in this process and on the loopback; what came
 * of it is thrown away. For loads that are worth it.
 */
export async function prime(createTransport: CreateTransport, options: LoadOptions, layout: LoadLayout): Promise<void> {
  if (isPrimed || tokensOf(options, layout) < WORTH_TOKENS) return;
  isPrimed = true;
  const server = await listen();
  // The measured load compiles what it needs, as it would without this.
  if (server === null) return;
  const { port } = server.address() as AddressInfo;
  try {
    const own = primingLoad(options, port);
    const laid = layOut(own);
    if (!laid.ok) throw new Error(`the load that primes the client cannot be laid out: ${laid.problem.message}`);
    for (let load = 0; load < LOADS; load += 1) {
      await runPart(createTransport, own, laid.value, {
        worker: 0,
        workers: 1,
        stores: { requests: createMemoryStore(), tokens: createMemoryStore() },
        begin: () => Promise.resolve(options.clock.nowNs() - LONG_NS),
        begun: () => {},
      });
    }
  } finally {
    server.close();
  }
}

function tokensOf({ workload }: LoadOptions, { traffic }: LoadLayout): number {
  return traffic.sequence.length * (workload.sampling.max_tokens ?? 0);
}

function primingLoad({ workload, clock, ownCpuS, keepText }: LoadOptions, port: number): LoadOptions {
  const count = { requests: REQUESTS };
  return {
    endpoint: { url: `http://127.0.0.1:${port}`, model: "prime", requestFields: {}, apiKey: null },
    workload: {
      ...workload,
      ...plainRequests,
      scenario: "closed",
      endpoint: "completions",
      prompt: "text",
      sampling: { ...workload.sampling, max_tokens: TOKENS },
      load: { concurrency: STREAMS },
      arrivals: null,
      warmupRequests: 0,
      deadlineS: DEADLINE_S,
      counts: { smoke: count, screen: count, valid: count, submission: count },
    },
    samples: Array.from({ length: REQUESTS }, (_, index): Sample => ({
      index,
      prompt: { text: `prime ${index}` },
      reference: null,
      outputTokens: TOKENS,
      promptTokens: 2,
      turn: null,
    })),
    requests: REQUESTS,
    inFlightDefault: STREAMS,
    keepText,
    seed: 1,
    clock,
    ownCpuS,
  };
}

/** Answers every request with its tokens, one write each, all streams in turn: as reads come from an engine. Null where nothing can listen. */
async function listen(): Promise<Server | null> {
  const server = createServer({ noDelay: true }, (socket) =>
    hearRequests(socket, () => {
      socket.write(answerHead);
      stream(socket, 0);
    }),
  );
  return new Promise((resolve) => {
    server.once("error", () => resolve(null));
    server.listen({ host: "127.0.0.1", port: 0 }, () => resolve(server));
  });
}

function stream(socket: Socket, place: number): void {
  if (socket.destroyed || place === TOKENS) return;
  socket.write(answerToken(place, TOKENS));
  setImmediate(stream, socket, place + 1);
}
