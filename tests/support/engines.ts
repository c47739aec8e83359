import type { Engine } from "../../src/schema/engine.ts";

/** An engine file's value with nothing in it, for tests that say what they need. */
export function engineWith(members: Partial<Engine>): Engine {
  return {
    name: "fake",
    title: "Fake engine",
    version: "1.0",
    origin: "measured",
    environment: { kind: "path", executable: "fake" },
    environmentLock: null,
    folder: ".",
    command: ["{executable}"],
    always: [],
    revisionFlag: null,
    variables: {},
    privateFolders: {},
    passThrough: [],
    devicesVariable: null,
    readiness: { path: "/health", stalledAfterS: 30 },
    versionProbe: null,
    phases: [],
    resolved: null,
    cacheReset: [],
    metricsPath: null,
    metricNames: {},
    tokenizePath: null,
    requestFields: {},
    inFlight: null,
    gpus: [],
    failures: [],
    couplings: [],
    cannotRun: [],
    inert: [],
    standIn: null,
    knobs: {},
    ...members,
  };
}
