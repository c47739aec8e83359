import { createInFlightGauge } from "../../src/client/drive/in-flight.ts";
import { createPacer } from "../../src/client/drive/pacer.ts";
import { createPhase } from "../../src/client/phase.ts";
import { requestBody, requestPath } from "../../src/client/plan/request-body.ts";
import { scenarios } from "../../src/client/plan/scenarios/index.ts";
import { earlier } from "../../src/client/spool/spool.ts";
import { createTokenLog } from "../../src/client/stream/token-log.ts";
import { createHttp1Transport } from "../../src/client/transport/index.ts";
import { createTrialClock } from "../../src/client/trial-clock.ts";
import { measuredPlan, unitCount } from "../../src/client/plan/request-plan.ts";
import type { CreateTransport } from "../../src/client/transport/transport.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";
import type { Sample } from "../../src/schema/sample.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { textSample } from "./completions.ts";
import { openAccess } from "../../src/schema/access.ts";

export interface PhaseRun {
  records: RequestRecord[];
  inFlight: { asked: number; heldMean: number; heldMax: number };
  /** Tokens that the log has of each request, by its index. */
  tokens: number[];
}

/** One measured phase against a server, as the load makes it: no warm-up, everything else as it is. */
export async function runPhase(
  url: string,
  workload: Workload,
  samples: readonly Sample[],
  given: {
    requests?: number;
    seed?: number;
    keepText?: boolean;
    signal?: AbortSignal;
    create?: CreateTransport;
    done?: (done: number, of: number) => void;
  } = {},
): Promise<PhaseRun> {
  const { requests = samples.length, seed = 1, keepText = false, signal, create = createHttp1Transport } = given;
  const endpoint = { url, model: "tiny", requestFields: {}, access: openAccess };
  const scenario = scenarios[workload.scenario];
  const requestPlan = measuredPlan({ samples, requests, workload, seed });
  const schedule = scenario.schedule({ workload, requests: unitCount(requestPlan), seed });
  if (!schedule.ok) throw new Error(schedule.problem.message);
  const { now } = createTrialClock(() => process.hrtime.bigint());
  const transport = create({ url, headers: {}, now });
  const log = createTokenLog();
  const records: RequestRecord[] = [];
  const tokens: number[] = [];
  const asked = scenario.asked(workload.load, 4, schedule.value);
  const gauge = createInFlightGauge(asked, unitCount(requestPlan));
  try {
    const phase = createPhase({
      phase: "measure",
      requestPlan,
      asked,
      gauge,
      pacer: createPacer(now, () => signal?.aborted ?? false, transport.dueTimer()),
      dueNs: schedule.value,
      drive: (session) => scenario.drive(session, workload.load),
      transport,
      path: requestPath(workload.endpoint),
      bodyOf(sample, parts) {
        const body = requestBody(sample, workload, endpoint, parts);
        if (!body.ok) throw new Error(body.problem.message);
        return Buffer.from(JSON.stringify(body.value));
      },
      now,
      records: {
        opened: (record) => void (record.index = records.push(record) - 1),
        done: ({ index, outputTokens }) => void (tokens[index] = log.take(index, outputTokens).length),
      },
      log,
      keepText,
      secrets: [],
      rules: { maxTokens: workload.sampling.max_tokens, finishReasons: [] },
      deadlineS: workload.deadlineS,
      signal,
      onProgress: ({ done, of }) => given.done?.(done, of),
    });
    const startNs = now();
    await phase.run(startNs);
    return { records: records.map((record) => earlier(record, startNs)), inFlight: gauge.held(), tokens };
  } finally {
    await transport.close();
  }
}

/** The turns of one conversation: its user says `c<conversation>t<turn>`. */
export function conversation(
  number: number,
  turns: number,
  more: { system?: string; thinkS?: number; from?: number } = {},
): Sample[] {
  const { system = null, thinkS = 0, from = number * 10 } = more;
  return Array.from({ length: turns }, (_, turn) => ({
    ...textSample(from + turn, `c${number}t${turn}`),
    turn: { conversation: number, turn, system, thinkS: turn === 0 ? 0 : thinkS },
  }));
}
