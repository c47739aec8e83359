import type { Observation, RequestRecord, RequestSource } from "./observation.ts";
import { onceEach } from "./once-each.ts";

type Outcome = Pick<RequestRecord, "error" | "cancelled">;

/** True of a request whose answer came whole. One that the client cut off on purpose has neither finished nor failed. */
export function hasFinished({ error, cancelled }: Outcome): boolean {
  return error === null && !cancelled;
}

export function hasFailed({ error, cancelled }: Outcome): boolean {
  return error !== null && !cancelled;
}

/** The measured requests, without those of the warm-up and the tail, and those of them that finished and that failed. */
export interface MeasuredRequests {
  all: RequestSource;
  finished: RequestSource;
  failed: RequestSource;
}

export function measuredRequests({ requests }: Pick<Observation, "requests">): MeasuredRequests {
  return counted(requests);
}

/** Requests may lie on disk, so that they are counted once and not for each metric and check. */
const counted = onceEach((requests: RequestSource): MeasuredRequests => {
  const lengths = { all: 0, finished: 0, failed: 0 };
  for (const request of requests) {
    if (!isMeasured(request)) continue;
    lengths.all += 1;
    if (hasFinished(request)) lengths.finished += 1;
    if (hasFailed(request)) lengths.failed += 1;
  }
  return {
    all: requestsWhere(requests, lengths.all, isMeasured),
    finished: requestsWhere(requests, lengths.finished, (request) => isMeasured(request) && hasFinished(request)),
    failed: requestsWhere(requests, lengths.failed, (request) => isMeasured(request) && hasFailed(request)),
  };
}, new WeakMap());

function isMeasured({ phase }: RequestRecord): boolean {
  return phase === "measure";
}

/** The requests for which `wanted` holds, `length` of them, read from their source each time. */
export function requestsWhere(
  requests: RequestSource,
  length: number,
  wanted: (request: RequestRecord) => boolean,
): RequestSource {
  return {
    length,
    *[Symbol.iterator]() {
      for (const request of requests) if (wanted(request)) yield request;
    },
  };
}
