/**
 * Our load client as a process of its own, put to one case as `cclient.c` is:
 *
 *   node bench/load/our-client.ts PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED]
 *
 * Calls `runLoad`, and writes the CSV that `reported.ts` names.
 */

import { writeFileSync } from "node:fs";
import { runLoad } from "../../src/client/index.ts";
import type { Observation } from "../../src/schema/observation.ts";
import type { Sample } from "../../src/schema/sample.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { clientCsv, type ClientRow } from "./reported.ts";

const [port = "", streams = "", requests = "", tokens = "", endpoint = "", out = "", rate, seed] =
  process.argv.slice(2);
if (out === "") {
  console.error("usage: our-client PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED]");
  process.exit(2);
}

const count = { requests: Number(requests) };
const workload: Workload = {
  name: "bench",
  scenario: rate === undefined ? "closed" : "open",
  endpoint: endpoint === "chat" ? "chat" : "completions",
  prompt: "text",
  dataset: { kind: "synthetic" },
  selection: {},
  sampling: {
    temperature: 0,
    top_p: 1,
    top_k: 1,
    seed: 42,
    max_tokens: Number(tokens),
    min_tokens: Number(tokens),
    ignore_eos: true,
  },
  load: rate === undefined ? { concurrency: Number(streams) } : { rate: Number(rate) },
  arrivals: rate === undefined ? null : { kind: "poisson" },
  slo: null,
  warmupRequests: 0,
  cache: "keep",
  deadlineS: 600,
  counts: { smoke: count, screen: count, valid: count, submission: count },
};

/** 128 words, the first of which is the tag by which the server's log knows the request. */
const rest = Array.from({ length: 127 }, (_, place) => `w${String(place + 1).padStart(4, "0")}`).join(" ");
const samples = Array.from({ length: count.requests }, (_, index): Sample => {
  const text = `r${String(index).padStart(6, "0")} ${rest}`;
  return { index, prompt: { text }, reference: null, outputTokens: Number(tokens), promptTokens: 128 };
});

const observed = await runLoad({
  endpoint: { url: `http://127.0.0.1:${port}`, model: "mock", requestFields: {}, apiKey: null },
  workload,
  samples,
  requests: count.requests,
  inFlightDefault: Number(streams),
  keepText: false,
  seed: Number(seed ?? 1),
  clock: { nowNs: () => process.hrtime.bigint(), wall: () => new Date().toISOString() },
  ownCpuS: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
});
if (observed.ok) {
  writeFileSync(out, clientCsv(rowsOf(observed.value)));
} else {
  console.error(`${observed.problem.message}\n${observed.problem.hint}`);
  process.exitCode = 1;
}

/** One row for each request that finished. */
function rowsOf({ requests: records, tokens: columns, clock }: Observation): ClientRow[] {
  const zero = BigInt(clock.monotonicStartNs);
  const absolute = (ns: number): number => Number(zero + BigInt(Math.round(ns)));
  const shared = new Map<number, number>();
  const stamp = new Map<number, number>();
  for (let place = 0; place < columns.length; place += 1) {
    const request = columns.request[place]!;
    const atNs = columns.atNs[place]!;
    if (stamp.get(request) === atNs) shared.set(request, (shared.get(request) ?? 0) + 1);
    stamp.set(request, atNs);
  }
  return records.flatMap((record) => {
    const { index, sample, scheduledNs, sentNs, firstTokenNs, lastTokenNs, chunks, outputTokens, error } = record;
    if (error !== null || firstTokenNs === null || lastTokenNs === null) return [];
    return [
      {
        tag: sample,
        scheduled: scheduledNs === null ? 0 : absolute(scheduledNs),
        sent: absolute(sentNs),
        first: absolute(firstTokenNs),
        last: absolute(lastTokenNs),
        tokens: outputTokens ?? chunks,
        usage: outputTokens ?? 0,
        shared: shared.get(index) ?? 0,
      },
    ];
  });
}
