import type { FaultRow } from "./fault-row.ts";

const test = "tests/faults/tracking.test.ts";
const kept =
  "the trials it lacks are in their folders; the run sends them when it answers, else the next `run` or `sync`, once";

/** What a tracking server does, but for the words that the user reads. */
const lacking = (injected: string, seen: string, more: Partial<FaultRow> = {}): FaultRow => ({
  injected,
  seen: `one line: ${seen}; the run goes on`,
  recorded: kept,
  lost: "nothing",
  left: "nothing",
  test,
  ...more,
});

/** What the tracking server does to us. */
export const trackingFaults = {
  down: lacking("it is down", "its address, why there is no answer, and to check that it runs"),
  page: lacking("it answers with a web page", "that this is not MLflow's, and to check the address and its path"),
  unauthorised: lacking("it answers 401", "the status, its words, and which variables have the credentials"),
  forbidden: lacking("it answers 403", "the status, its words, and what may be the cause"),
  notThere: lacking("it answers 404 with a web page", "the status, and to check the address and its path"),
  tooMany: lacking("it answers 429", "the status and its words, after some retries"),
  broken: lacking("it answers 500", "the status and its words, after some retries"),
  badGateway: lacking("it answers 502", "the status and its words, after some retries"),
  unavailable: lacking("it answers 503", "the status and its words, after some retries"),
  redirect: lacking("it redirects to a login", "where it points to, and to give the server's own address"),
  cutOff: lacking("it cuts its answers off", "that this is not MLflow's"),
  expired: lacking("a token expires between two calls", "the status, its words, and that a token may have expired"),
  killed: lacking("it is killed between create-run and log-batch", "why there is no answer", {
    recorded: `${kept}; the run that was begun is completed, no point is doubled`,
    real: "tests/integration/mlflow-killed.test.ts",
  }),
  killedUnsaid: lacking("it is killed when it has made a run, before it says so", "why there is no answer", {
    recorded: `${kept}; no second run is made`,
  }),
  killedAmongFiles: lacking("it is killed between two files", "why there is no answer"),
  pageForFiles: lacking("a page to log in stands before its files alone", "that this is not MLflow's"),
  fullStore: lacking("its store of files is full", "which file it did not keep; figures are sent, files are not", {
    recorded: "the figures of all trials, without the mark `ceteris.complete`; the files when there is room",
  }),
  slow: {
    injected: "it takes 25 s for each answer, or never answers",
    seen: "one line: how long it took; the run goes on",
    recorded: kept,
    lost: "two minutes and a tenth of the run's time, at most",
    left: "nothing",
    test,
  },
} as const satisfies Record<string, FaultRow>;
