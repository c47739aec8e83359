import type { Observation, RequestRecord } from "../schema/observation.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import type { Endpoint, Sample } from "../schema/sample.ts";
import type { LoadOptions } from "./load-options.ts";
import { watchLoopDelay } from "./loop-delay.ts";
import { createPhase, type PhaseOptions } from "./phase.ts";
import { watchQueue } from "./queue-watch.ts";
import { requestBody, requestPath } from "./request-body.ts";
import { keepInFlight } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";
import { sendSequence } from "./send-order.ts";
import { createTokenLog } from "./token-log.ts";
import type { CreateTransport } from "./transport.ts";
import { createTrialClock, NS_PER_S } from "./trial-clock.ts";
import { warmUpSequence } from "./warm-up.ts";

/**
 * Warms up, then measures, over a given transport. The zero of all times is the start of the measured phase, so those of
 * the warm-up are negative. `RequestRecord.index` is the place in `requests`, the warm-up first.
 */
export async function runLoadOver(
  createTransport: CreateTransport,
  options: LoadOptions,
): Promise<Result<Observation>> {
  const { endpoint, workload, samples, signal } = options;
  const problem = problemOf(options);
  if (problem) return { ok: false, problem };
  const scenario = scenarios[workload.scenario];
  const schedule = scenario.schedule(options);
  if (!schedule.ok) return schedule;
  const dueNs = schedule.value;
  const asked = scenario.asked(workload.load, options.inFlightDefault, dueNs);
  const clock = createTrialClock(() => options.clock.nowNs());
  const requests: RequestRecord[] = [];
  const log = createTokenLog();
  const transport = createTransport({ url: endpoint.url, headers: authorisation(endpoint), now: clock.now });
  const shared = {
    transport,
    requests,
    log,
    signal,
    path: requestPath(workload.endpoint),
    bodyOf: (sample: Sample) => bodyBytes(sample, options),
    now: clock.now,
    secret: endpoint.apiKey,
    deadlineS: workload.deadlineS,
    onProgress: options.onProgress,
  } satisfies Partial<PhaseOptions>;

  try {
    const opened = await transport.open(Math.min(asked, options.requests));
    if (!opened.ok) return opened;
    await warmUp(options, asked, shared);
    const warmedUp = requests.length;

    const sequence = sendSequence(samples, options.requests, workload.load.order ?? "declared", options.seed);
    const measured = createPhase({
      ...shared,
      phase: "measure",
      sequence,
      asked,
      dueNs,
      keepText: options.keepText,
      drive: (session) => scenario.drive(session, workload.load),
    });
    // Those that the server ended meanwhile. A failure here is each request's own, in its row.
    if (!signal?.aborted) await transport.open(Math.min(asked, options.requests));

    const wallStart = options.clock.wall();
    const elapsedNs = clock.restart();
    for (const request of requests) shiftTimes(request, elapsedNs);
    log.shift(elapsedNs);
    const watch = watchQueue({
      probe: scenario.needsQueue(workload.load) ? options.queueProbe : undefined,
      now: clock.now,
      total: options.requests,
      asked,
      sent: () => measured.counts.sent,
      ended: () => measured.counts.ended,
    });
    transport.largestRead();
    const loopDelay = watchLoopDelay();
    const cpuBeforeS = options.ownCpuS();
    const inFlight = await measured.run();
    const clientCpuS = options.ownCpuS() - cpuBeforeS;
    const ranS = clock.now() / NS_PER_S;
    const loopDelayMs = loopDelay.stop();
    const queue = watch.stop();

    return succeed({
      window: { startNs: 0, endNs: endOf(requests.slice(warmedUp)) },
      clock: { monotonicStartNs: clock.zeroNs().toString(), wallStart },
      requests,
      tokens: log.finish(requests),
      series: queue.series,
      clientCpuS,
      client: {
        loopDelayMs,
        // Polling for a due time gives way to everything else: it is no load.
        cpuShare: Math.max(0, clientCpuS - measured.polledNs() / NS_PER_S) / ranS,
        backlogBytesMax: transport.largestRead(),
      },
      inFlight,
      queueRanEmpty: scenario.needsQueue(workload.load) ? queue.ranEmpty : null,
    });
  } finally {
    await transport.close();
  }
}

/** What can be seen to be wrong before anything is sent. */
function problemOf({ endpoint, workload, samples }: LoadOptions): Fault | null {
  if (samples.length === 0) {
    return fail("no-samples", "the dataset has no samples to send", "Check the workload's dataset and selection.")
      .problem;
  }
  for (const sample of samples) {
    const body = requestBody(sample, workload, endpoint);
    if (!body.ok) return body.problem;
  }
  return null;
}

function bodyBytes(sample: Sample, { workload, endpoint }: LoadOptions): Buffer {
  const body = requestBody(sample, workload, endpoint);
  if (!body.ok) throw new Error(`sample ${sample.index} was accepted and then refused: ${body.problem.message}`);
  return Buffer.from(JSON.stringify(body.value));
}

function authorisation(endpoint: Endpoint): Record<string, string> {
  return endpoint.apiKey === null ? {} : { authorization: `Bearer ${endpoint.apiKey}` };
}

/** The workload's number of warm-up requests; in a closed loop at least as many as are kept open. None where it asks for none. */
async function warmUp(
  { workload, samples }: LoadOptions,
  asked: number,
  shared: Omit<PhaseOptions, "phase" | "sequence" | "asked" | "dueNs" | "drive" | "keepText">,
): Promise<void> {
  if (workload.warmupRequests === 0) return;
  const count = Math.max(workload.warmupRequests, workload.scenario === "closed" ? asked : 0);
  await createPhase({
    ...shared,
    phase: "warmup",
    sequence: warmUpSequence(samples, count),
    asked: Math.min(asked, count),
    dueNs: null,
    keepText: false,
    drive: (session) =>
      keepInFlight(0, session.total, session.asked, session, (position) => session.send(position, null, null)),
  }).run();
}

function shiftTimes(request: RequestRecord, byNs: number): void {
  request.sentNs -= byNs;
  request.endNs -= byNs;
  if (request.firstTokenNs !== null) request.firstTokenNs -= byNs;
  if (request.lastTokenNs !== null) request.lastTokenNs -= byNs;
}

/** The last token of the last request; of one that failed, its end. 0 of none. */
function endOf(requests: readonly RequestRecord[]): number {
  let endNs = 0;
  for (const { error, lastTokenNs, endNs: end } of requests) {
    endNs = Math.max(endNs, error === null ? (lastTokenNs ?? end) : end);
  }
  return endNs;
}
