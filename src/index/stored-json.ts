/** What the index takes from `trial.json`, as DuckDB's `json_transform` wants it: a member that a file lacks is null, others are passed over. */
export const trialStructure = {
  format: "VARCHAR",
  study: "VARCHAR",
  spec: {
    trial_id: "VARCHAR",
    experiment_id: "VARCHAR",
    purpose: "VARCHAR",
    fidelity: "VARCHAR",
    block: "INTEGER",
    position: "INTEGER",
    replicate: "INTEGER",
    attempt: "INTEGER",
  },
  labels: { name: "VARCHAR", row: "VARCHAR", label: "VARCHAR", workload: "VARCHAR", position: "INTEGER" },
  origin: "VARCHAR",
  stand_in: "VARCHAR",
  configuration_id: "VARCHAR",
  accuracy_key: "VARCHAR",
  identity: {
    configuration: { engine: "VARCHAR", version: "VARCHAR", model: "VARCHAR" },
    workload: { scenario: "VARCHAR" },
  },
  knobs: "JSON",
  launch_id: "VARCHAR",
  resolved_id: "VARCHAR",
  resolved: [{ knob: "VARCHAR", declared: "JSON", resolved: "JSON", status: "VARCHAR", where: "VARCHAR" }],
  started_at: "VARCHAR",
  ended_at: "VARCHAR",
  phases: [{ id: "VARCHAR", took_s: "DOUBLE" }],
  measurements: [
    {
      metric: "VARCHAR",
      stat: "VARCHAR",
      unit: "VARCHAR",
      value: "DOUBLE",
      why: "VARCHAR",
      n: "INTEGER",
      rule: "VARCHAR",
      source: "VARCHAR",
      interval: { lower: "DOUBLE", upper: "DOUBLE", method: "VARCHAR" },
    },
  ],
  verdict: {
    status: "VARCHAR",
    reason: "VARCHAR",
    ruleset_id: "VARCHAR",
    failure: { class: "VARCHAR", message: "VARCHAR", file: "VARCHAR", line: "INTEGER", hint: "VARCHAR" },
    checks: [
      {
        id: "VARCHAR",
        status: "VARCHAR",
        value: "JSON",
        limit: "JSON",
        margin: "DOUBLE",
        unit: "VARCHAR",
        message: "VARCHAR",
        remedy: "VARCHAR",
      },
    ],
  },
};

/** The same of `launch.json`. */
export const launchStructure = {
  format: "VARCHAR",
  id: "VARCHAR",
  ordinal: "INTEGER",
  study: "VARCHAR",
  engine: "VARCHAR",
  engine_version: "VARCHAR",
  origin: "VARCHAR",
  configuration_id: "VARCHAR",
  resolved_id: "VARCHAR",
  argv: "VARCHAR[]",
  started_at: "VARCHAR",
  ended_at: "VARCHAR",
  cold: "BOOLEAN",
  ready_after_s: "DOUBLE",
  phases: "JSON",
  exit: { code: "INTEGER", signal: "VARCHAR" },
  failure: { class: "VARCHAR", message: "VARCHAR", file: "VARCHAR", line: "INTEGER", hint: "VARCHAR" },
};

/** The majors that the index can read, by the files' own `format`. */
export const readableFormats = { trial: "ceteris.trial/1", launch: "ceteris.launch/1" };
