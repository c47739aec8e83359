import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { runLoad, type LoadOptions, type LoadProgress } from "../../src/client/index.ts";
import { runLoadOver } from "../../src/client/load.ts";
import { createHttp1Transport } from "../../src/client/transport/index.ts";
import { createUndiciTransport } from "../../src/client/transport/undici.ts";
import {
  completionEvents,
  event,
  loadOptions,
  recordedStream,
  someSamples,
  someWorkload,
  textSample,
} from "../support/completions.ts";
import { held, type HeldObservation } from "../support/observations.ts";
import {
  eventually,
  startStreamServer,
  type ReceivedRequest,
  type Reply,
  type StreamServer,
} from "../support/stream-server.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
let server: StreamServer;
afterEach(() => server.close());

let create = createHttp1Transport;

async function load(
  script: (request: ReceivedRequest) => Reply,
  changes: Omit<Partial<LoadOptions>, "workload"> & { workload?: Partial<LoadOptions["workload"]> } = {},
): Promise<HeldObservation> {
  server = await startStreamServer(script);
  const { workload, ...others } = changes;
  const outcome = await runLoadOver(create, loadOptions(server.url, { ...others, workload: someWorkload(workload) }));
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return held(outcome.value);
}

const answers = (): Reply => ({ pieces: completionEvents(3), gapMs: 1 });
/** So long that the time between an end and the next send is a small part, also on a busy machine. */
const slow = (): Reply => ({ ...answers(), firstMs: 80 });

describe.each([
  ["http1", createHttp1Transport],
  ["undici", createUndiciTransport],
])("a load over %s", (_, transport) => {
  it("turns each answer into a row and its tokens into columns", async () => {
    create = transport;
    const seen = await load(answers, { requests: 6 });
    expect(seen.requests).toHaveLength(6);
    for (const [index, request] of seen.requests.entries()) {
      expect(request).toMatchObject({
        index,
        sample: index % 4,
        phase: "measure",
        scheduledNs: null,
        promptTokens: 7,
        outputTokens: 3,
        chunks: 3,
        finish: "length",
        status: 200,
        error: null,
        text: " w0 w1 w2",
      });
      const { sentNs, firstTokenNs, lastTokenNs, endNs } = request;
      expect([sentNs, firstTokenNs, lastTokenNs, endNs]).toEqual(
        [sentNs, firstTokenNs ?? 0, lastTokenNs ?? 0, endNs].toSorted((left, right) => left - right),
      );
      expect(sentNs).toBeGreaterThanOrEqual(0);
    }
    expect(seen.tokenRows.map(({ tokens }) => tokens)).toEqual(Array(18).fill(1));
    expect(seen.window).toEqual({
      startNs: 0,
      endNs: Math.max(...seen.requests.map(({ lastTokenNs }) => lastTokenNs ?? 0)),
    });
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
  });

  it("never has more open than asked, and holds what was asked", async () => {
    create = transport;
    const seen = await load(slow, { requests: 35, workload: { load: { concurrency: 7 } } });
    expect(server.maxOpen()).toBe(7);
    expect(seen.inFlight).toMatchObject({ asked: 7, heldMax: 7 });
    expect(seen.inFlight.heldMean).toBeGreaterThan(6);
    expect(server.connectionsMade()).toBe(7);
  });

  it("cuts a request off at its deadline and goes on", async () => {
    create = transport;
    const seen = await load(
      ({ body }) => (body["prompt"] === "prompt number 1" ? { pieces: [], hang: true } : answers()),
      {
        workload: { deadlineS: 0.3 },
      },
    );
    expect(seen.requests.map(({ error }) => error)).toEqual([null, "no end within the deadline of 0.3 s", null, null]);
    // It extends no window.
    const finished = seen.requests.filter(({ error }) => error === null);
    expect(seen.window.endNs).toBe(Math.max(...finished.map(({ lastTokenNs }) => lastTokenNs ?? 0)));
  });

  it("leaves no socket when it is aborted, and says so in the rows", async () => {
    create = transport;
    const abort = new AbortController();
    const before = server;
    const going = load(() => ({ pieces: completionEvents(500), gapMs: 5 }), { signal: abort.signal, requests: 9 });
    await eventually(() => server !== before && server.openNow() === 2);
    abort.abort();
    const seen = await going;
    expect(seen.requests.map(({ error }) => error)).toEqual(Array(2).fill("cut off: the run was stopped"));
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
  });

  it("gives the same answer however the server cuts the stream", async () => {
    create = transport;
    const stream = recordedStream("vllm-chat-stream");
    const seen = await load(
      ({ index }) => ({
        pieces: [stream],
        framing: (["chunked", "length", "close"] as const)[index % 3]!,
        writeBytes: [1, 7, 100, 701, 5000][index % 5]!,
      }),
      { requests: 8, workload: { endpoint: "chat", load: { concurrency: 8 } } },
    );
    for (const request of seen.requests) {
      expect(request).toMatchObject({ error: null, chunks: 4, outputTokens: 4, text: " w409 w849 w659 w849" });
    }
    expect(server.requests.every(({ path }) => path === "/v1/chat/completions")).toBe(true);
  });
});

describe("the load", () => {
  it("makes each failure a row with its reason", async () => {
    create = createHttp1Transport;
    const error = event({ error: { message: "EngineCore encountered an issue.", code: 500 } });
    const replies: Reply[] = [
      answers(),
      { status: 400, framing: "length", pieces: ['{"error":{"message":"too long"}}'] },
      { pieces: [...completionEvents(3).slice(0, 2), error, "data: [DONE]\n\n"] },
      { pieces: completionEvents(3), breakAfter: 2 },
    ];
    const seen = await load(({ index }) => replies[index] ?? answers(), { workload: { load: { concurrency: 1 } } });
    expect(seen.requests.map(({ status, error: why }) => [status, why])).toEqual([
      [200, null],
      [400, "HTTP 400: too long"],
      [200, "EngineCore encountered an issue."],
      [200, expect.stringMatching(/closed the connection|reset by the server/)],
    ]);
    expect(seen.requests.map(({ chunks }) => chunks)).toEqual([3, 0, 2, 2]);
  });

  it("warms up with the longest prompts at the full concurrency, before the clock starts", async () => {
    create = createHttp1Transport;
    // Of several lengths: those that end together would not be open beside each other when the next ones come.
    const uneven = ({ index }: ReceivedRequest): Reply => ({ ...answers(), firstMs: 20 + 25 * (index % 5) });
    const seen = await load(uneven, {
      requests: 4,
      samples: [textSample(0, "short"), textSample(1, "the longest of them all"), textSample(2, "middle one")],
      workload: { warmupRequests: 1, load: { concurrency: 5 } },
    });
    const warm = seen.requests.filter(({ phase }) => phase === "warmup");
    expect(warm.slice(0, 5).map(({ sample }) => sample)).toEqual([1, 2, 0, 1, 2]);
    expect(warm.every(({ sentNs, text }) => sentNs < 0 && text === null)).toBe(true);
    expect(server.requests.slice(0, 5).map(({ openNow }) => openNow)).toEqual([1, 2, 3, 4, 5]);
    const measured = seen.requests.filter(({ phase }) => phase === "measure");
    expect(measured.map(({ phase, sample }) => [phase, sample])).toEqual(
      [0, 1, 2, 0].map((sample) => ["measure", sample]),
    );
    // The load is whole when it begins to be measured, and is not whole again for a burst.
    const beside = server.requests.slice(5, warm.length + 4).map(({ openNow }) => openNow);
    expect(beside.reduce((sum, open) => sum + open, 0) / beside.length).toBeGreaterThan(3.5);
    for (const { request, atNs } of seen.tokenRows) if (request >= warm.length) expect(atNs).toBeGreaterThan(0);
  });

  it("warms up offline with as many requests as the workload says", async () => {
    create = createHttp1Transport;
    const workload = { scenario: "offline" as const, load: { max_in_flight: 3 }, warmupRequests: 2 };
    const seen = await load(answers, { requests: 5, workload });
    expect(seen.requests.map(({ phase, scheduledNs }) => [phase, scheduledNs])).toEqual([
      ...["warmup", "warmup"].map((phase) => [phase, null]),
      ...[0, 1, 2, 3, 4].map(() => ["measure", 0]),
    ]);
    expect(server.maxOpen()).toBe(3);
  });

  it("respects the barrier between chunks", async () => {
    create = createHttp1Transport;
    const workload = { scenario: "offline" as const, load: { batch_size: 3 } };
    const seen = await load(({ index }) => ({ pieces: completionEvents(2), gapMs: 1 + index }), {
      requests: 8,
      workload,
    });
    expect(server.requests.map(({ openNow }) => openNow)).toEqual([1, 2, 3, 1, 2, 3, 1, 2]);
    expect(seen.requests.map(({ chunk }) => chunk)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    for (const request of seen.requests) {
      const before = seen.requests.filter(({ chunk }) => chunk === (request.chunk ?? 0) - 1);
      for (const { endNs } of before) expect(request.sentNs).toBeGreaterThanOrEqual(endNs);
    }
    expect(seen.queueRanEmpty).toBeNull();
  });

  it("watches the engine's queue while requests are unsent", async () => {
    create = createHttp1Transport;
    const workload = { scenario: "offline" as const, load: { max_in_flight: 2 } };
    let looks = 0;
    const queueProbe = () => Promise.resolve({ waiting: (looks += 1) === 1 ? 4 : 0, running: 2 });
    const seen = await load(() => ({ pieces: completionEvents(3), gapMs: 40 }), { requests: 12, workload, queueProbe });
    expect(seen.queueRanEmpty).toBe(true);
    expect(seen.series.map(({ name }) => name)).toEqual(["requests_waiting", "requests_running"]);
  });

  it("tells how far it is, and counts the client's own CPU", async () => {
    create = createHttp1Transport;
    const told: LoadProgress[] = [];
    let cpu = 5;
    const seen = await load(answers, { onProgress: (progress) => told.push(progress), ownCpuS: () => (cpu += 0.25) });
    expect(told.at(-1)).toMatchObject({ phase: "measure", done: 4, of: 4 });
    expect(told.at(-1)?.tokensPerS).toBeGreaterThan(0);
    expect(seen.clientCpuS).toBe(0.25);
  });

  it("keeps the hash of an answer and not its text where that is not asked for", async () => {
    create = createHttp1Transport;
    const seen = await load(answers, { keepText: false });
    expect(seen.requests[0]?.text).toBeNull();
    expect(seen.requests[0]?.outputHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("puts what has finished on disk where it is given a folder, and nothing is left there", async () => {
    create = createHttp1Transport;
    const folder = temporaryFolder();
    const seen = await load(answers, { requests: 30, spoolFolder: folder });
    expect(seen.requests.map(({ index, text }) => [index, text])).toEqual(
      Array.from({ length: 30 }, (_, index) => [index, " w0 w1 w2"]),
    );
    expect(seen.tokenRows).toHaveLength(90);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, "a file"), "");
    const spoolFolder = join(folder, "a file");
    const outcome = await runLoadOver(create, loadOptions(server.url, { spoolFolder }));
    expect(outcome).toMatchObject({ ok: false, problem: { code: "requests-not-kept" } });
  });

  it("sends the key and never stores it", async () => {
    create = createHttp1Transport;
    server = await startStreamServer(() => ({ status: 401, pieces: ['{"error":{"message":"bad key sk-secret-7"}}'] }));
    const options = loadOptions(server.url);
    const endpoint = {
      ...options.endpoint,
      access: { headers: { authorization: "Bearer sk-secret-7" }, secrets: ["sk-secret-7"] },
    };
    const outcome = await runLoad({ ...options, endpoint });
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer sk-secret-7");
    if (!outcome.ok) throw new Error(outcome.problem.message);
    const seen = held(outcome.value);
    expect(JSON.stringify(seen)).not.toContain("sk-secret-7");
    expect(seen.requests[0]?.error).toBe("HTTP 401: bad key ***");
  });

  it("is a fault where it cannot begin", async () => {
    server = await startStreamServer(answers);
    const plain = loadOptions(server.url);
    const fault = async (changes: Partial<LoadOptions>): Promise<string> => {
      const outcome = await runLoad({ ...plain, ...changes });
      return outcome.ok ? "ok" : outcome.problem.code;
    };
    expect(await fault({ samples: [] })).toBe("no-samples");
    expect(await fault({ endpoint: { ...plain.endpoint, url: "ftp://127.0.0.1" } })).toBe("unknown-protocol");
    expect(await fault({ endpoint: { ...plain.endpoint, url: "nonsense" } })).toBe("unknown-protocol");
    const tokens = [{ ...someSamples(1)[0]!, prompt: { tokens: [1] } }];
    expect(await fault({ samples: tokens, workload: someWorkload({ endpoint: "chat" }) })).toBe("prompt-not-taken");
    expect(server.requests).toHaveLength(0);
    await server.close();
    expect(await fault({})).toBe("endpoint-unreachable");
  });

  it("has a row for every request when the server goes away in the middle", async () => {
    create = createHttp1Transport;
    const seen = await load(
      ({ index }) => {
        if (index === 2) setImmediate(() => void server.close());
        return { pieces: completionEvents(3), gapMs: 2 };
      },
      // Fewer than a load without answers sends before it stops.
      { requests: 8 },
    );
    expect(seen.requests).toHaveLength(8);
    expect(seen.requests.at(-1)?.error).toBe("connection refused (ECONNREFUSED)");
    // The third came because one of the first two had ended.
    expect(seen.requests.slice(0, 2).some(({ error }) => error === null)).toBe(true);
  });
});
