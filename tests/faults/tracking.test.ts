import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { trackingOf } from "../../src/run/tracking.ts";
import type { RunEvent } from "../../src/schema/event.ts";
import { succeed, type Result } from "../../src/schema/result.ts";
import type { HttpAnswer, World } from "../../src/world/world.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeMlflow, noAnswer } from "../support/fake-mlflow.ts";
import { children, delivery, fakeConclusion } from "../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";
import { trackingFaults } from "./tracking-faults.ts";

const temporaryFolder = useTemporaryFolders();
const study = "fake-study";
const page = "<!doctype html><html><body>Please log in</body></html>";
const answer = (status: number, text = "", headers = {}): Result<HttpAnswer> => succeed({ status, headers, text });

type Fault = (path: string, count: number) => Result<HttpAnswer> | "lost" | null;

/** A results folder with trials of one study, a tracking server, and a clock that moves when somebody waits. */
function laboratory({
  replicates = 3,
  variables = {},
  prefix = "",
}: { replicates?: number; variables?: Record<string, string>; prefix?: string } = {}) {
  const resultsFolder = temporaryFolder();
  const { trials } = delivery(
    resultsFolder,
    Array.from({ length: replicates }, (_, index) => ({ replicate: index + 1 })),
  );
  const record = { format: "ceteris.study/1", name: study, question: "", origin: "measured", stand_in: null };
  const lists = { baselines: [], experiments: [], contrasts: [] };
  writeFileSync(join(resultsFolder, study, "study.json"), JSON.stringify({ ...record, ...lists, fidelity: "valid" }));
  const server = fakeMlflow();
  const state = { nowMs: 0, requestMs: 1, authorizations: new Set<string | undefined>() };
  const real = realWorld();
  const world: World = {
    ...real,
    variables: { MLFLOW_TRACKING_URI: `http://mlflow.test${prefix}`, ...variables },
    clock: {
      ...real.clock,
      nowNs: () => BigInt(Math.round(state.nowMs * 1e6)),
      // The heartbeat of a lease, which is ended by its signal, is in real time.
      sleep: async (ms, signal) => (signal === undefined ? void (state.nowMs += ms) : real.clock.sleep(ms, signal)),
    },
    network: {
      ...real.network,
      async request(request) {
        state.authorizations.add(request.headers?.["authorization"]);
        const { timeoutMs = Infinity } = request;
        state.nowMs += Math.min(state.requestMs, timeoutMs);
        if (state.requestMs > timeoutMs) return noAnswer;
        const url = request.url.replace(`mlflow.test${prefix}/`, "mlflow.test/");
        return url === request.url && prefix !== "" ? answer(404, page) : server.request({ ...request, url });
      },
    },
  };
  const events: RunEvent[] = [];
  const report = (event: RunEvent): void => void events.push(event);
  const open = trackingOf(world, undefined);
  if (!open.ok) throw new Error(open.problem.message);
  const tracking = open.value;
  const place = { resultsFolder, study };
  return {
    server,
    state,
    events,
    said: () => events.flatMap((event) => (event.type === "mirror" && event.state === "behind" ? [event.message] : [])),
    launch: (at: number) => tracking.send({ ...place, trials: [trials[at]!] }, report),
    end: () => tracking.send({ ...place, trials: [], conclusion: fakeConclusion }, report),
    /** As `ceteris sync` and the next run do. */
    async later() {
      const again = trackingOf(world, undefined);
      if (again.ok) await again.value.catchUp(place, report);
    },
  };
}

/** What a server holds, without the ids that it gave. */
function held({ runs }: ReturnType<typeof fakeMlflow>): string {
  const all = children(runs).map(({ name, status, endMs, params, tags, metrics, datasets, artifacts }) => ({
    name,
    status,
    endMs,
    params,
    tags: new Map([...tags].filter(([key]) => key !== "mlflow.parentRunId")),
    metrics: metrics.toSorted((left, right) => (left.key < right.key ? -1 : 1)),
    datasets,
    artifacts: [...artifacts.keys()].toSorted(),
  }));
  return inspect(
    all.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    { depth: null, sorted: true },
  );
}

async function unbroken(): Promise<string> {
  const lab = laboratory();
  for (const at of [0, 1, 2]) await lab.launch(at);
  return held(lab.server);
}

const everything =
  (value: Result<HttpAnswer>): Fault =>
  () =>
    value;
const where = /MLflow at http:\/\/mlflow\.test|http:\/\/mlflow\.test/;

/** What is injected, by its row of the table, and what the user reads: the fault, and what to do next. */
const faults: Partial<Record<keyof typeof trackingFaults, { inject: Fault; says: RegExp; next: RegExp }>> = {
  down: { inject: () => noAnswer, says: /ECONNREFUSED/, next: /Check that the server runs|ceteris sync/ },
  page: {
    inject: everything(answer(200, page)),
    says: /a web page that is not MLflow's/,
    next: /Check the tracking address/,
  },
  unauthorised: { inject: everything(answer(401, "no")), says: /answered 401: no/, next: /MLFLOW_TRACKING_TOKEN/ },
  forbidden: { inject: everything(answer(403, "no")), says: /answered 403: no/, next: /may not write there/ },
  notThere: { inject: everything(answer(404, page)), says: /answered 404: a web page/, next: /with its path/ },
  tooMany: { inject: everything(answer(429, "slow down")), says: /answered 429: slow down/, next: /ceteris sync/ },
  broken: { inject: everything(answer(500, page)), says: /answered 500: a web page/, next: /ceteris sync/ },
  badGateway: { inject: everything(answer(502, "bad")), says: /answered 502: bad/, next: /ceteris sync/ },
  unavailable: { inject: everything(answer(503, "busy")), says: /answered 503: busy/, next: /ceteris sync/ },
  redirect: {
    inject: everything(answer(302, "", { location: "https://sso.example/login?next=x" })),
    says: /answered 302 and points to https:\/\/sso\.example\/login/,
    next: /--tracking URL, or MLFLOW_TRACKING_URI/,
  },
  cutOff: {
    inject: everything(answer(200, '{"experiment": {')),
    says: /something that is not MLflow's/,
    next: /address/,
  },
  expired: {
    inject: (path) => (/log-batch|log-inputs|artifacts/.test(path) ? answer(401, "token expired") : null),
    says: /answered 401: token expired/,
    next: /a token may have expired/,
  },
  killed: {
    inject: (path) => (path.endsWith("log-batch") ? noAnswer : null),
    says: /ECONNREFUSED/,
    next: /ceteris sync/,
  },
  killedUnsaid: { inject: deadAfterItsSecondRun(), says: /ECONNREFUSED/, next: /ceteris sync/ },
  killedAmongFiles: {
    inject: (path) => (path.endsWith("artifacts/trial.json") ? noAnswer : null),
    says: /ECONNREFUSED/,
    next: /ceteris sync/,
  },
  pageForFiles: {
    inject: (path) => (path.includes("mlflow-artifacts") ? answer(200, page) : null),
    says: /a web page that is not MLflow's/,
    next: /log in/,
  },
  fullStore: {
    inject: (path) => (path.includes("mlflow-artifacts") ? answer(500, "No space left on device") : null),
    says: /No space left on device, and did not keep \S+: figures are sent, files are not/,
    next: /store of artifacts is full/,
  },
};

function deadAfterItsSecondRun(): Fault {
  let isDead = false;
  return (path, count) => {
    if (isDead) return noAnswer;
    isDead = path.endsWith("runs/create") && count === 2;
    return isDead ? "lost" : null;
  };
}

describe("a tracking server", () => {
  const rows = Object.entries(faults).map(([row, fault]) => ({
    injected: trackingFaults[row as keyof typeof faults].injected,
    ...fault,
  }));
  it.each(rows)("planted: $injected", async ({ inject, says, next }) => {
    const lab = laboratory();
    lab.server.interfere = inject;
    for (const at of [0, 1, 2]) await lab.launch(at);
    expect(lab.said()).toHaveLength(1);
    for (const part of [where, says, next, /the run goes on/, /ceteris sync/]) expect(lab.said()[0]).toMatch(part);
    expect(lab.state.nowMs).toBeLessThan(20_000);
    lab.server.interfere = () => null;
    await lab.later();
    expect(held(lab.server)).toBe(await unbroken());
    expect(lab.server.runs).toHaveLength(4);
    const writes = lab.server.writes();
    await lab.later();
    expect(lab.server.writes()).toBe(writes);
  });

  it("keeps the figures of every trial while its store of files is full, and says of none that it is whole", async () => {
    const lab = laboratory({ replicates: 12 });
    lab.server.interfere = (path) => (path.includes("mlflow-artifacts") ? answer(507, "quota exceeded") : null);
    await lab.later();
    const runs = children(lab.server.runs);
    expect(runs).toHaveLength(12);
    expect(runs.every(({ metrics, status }) => metrics.length > 0 && status === "FINISHED")).toBe(true);
    expect(runs.some(({ tags }) => tags.has("ceteris.complete"))).toBe(false);
    const asked = lab.server.requests.filter(({ url }) => url.includes("mlflow-artifacts"));
    expect(asked).toHaveLength(1);
  });

  it("that answers again is sent what it lacks within the same run, at the end at the latest", async () => {
    const lab = laboratory();
    lab.server.interfere = () => noAnswer;
    await lab.launch(0);
    lab.server.interfere = () => null;
    await lab.launch(1);
    expect(lab.server.runs).toEqual([]); // a minute is waited before another try
    lab.state.nowMs += 60_000;
    await lab.launch(2);
    expect(children(lab.server.runs)).toHaveLength(3);
    const late = laboratory();
    late.server.interfere = () => noAnswer;
    for (const at of [0, 1, 2]) await late.launch(at);
    late.server.interfere = () => null;
    await late.end();
    expect(children(late.server.runs)).toHaveLength(3);
    expect(late.events.at(-1)).toMatchObject({ type: "mirror", state: "sent", message: "3 trials" });
  });

  it.each([25_000, 1e9])(`planted: ${trackingFaults.slow.injected}: %d ms`, async (requestMs) => {
    const replicates = 40;
    const lab = laboratory({ replicates });
    lab.state.requestMs = requestMs;
    let trialsMs = 0;
    for (let at = 0; at < replicates; at += 1) {
      lab.state.nowMs += 300_000;
      trialsMs += 300_000;
      await lab.launch(at);
    }
    await lab.end();
    const takenMs = lab.state.nowMs - trialsMs;
    expect(takenMs).toBeLessThanOrEqual(120_000 + 0.1 * lab.state.nowMs + 1000);
    expect(lab.said()[0]).toMatch(where);
    lab.state.requestMs = 1;
    await lab.later();
    expect(children(lab.server.runs)).toHaveLength(replicates);
  });

  it("that is below a path and wants a user is spoken to there, with the user's credentials", async () => {
    const variables = { MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "hunter2" };
    const lab = laboratory({ prefix: "/mlflow", variables });
    for (const at of [0, 1, 2]) await lab.launch(at);
    expect(lab.said()).toEqual([]);
    expect(held(lab.server)).toBe(await unbroken());
    expect([...lab.state.authorizations]).toEqual([`Basic ${Buffer.from("ann:hunter2").toString("base64")}`]);
  });
});
