import { table } from "./page.ts";

interface Variable {
  name: string;
  meaning: string;
  /** What holds without it. */
  standard: string;
}

/** Every variable that the program reads, by what it is for. A test holds this list against the code. */
export const environmentVariables: Readonly<Record<string, readonly Variable[]>> = {
  Ceteris: [
    {
      name: "CETERIS_NODE",
      meaning: "the Node that runs Ceteris",
      standard: "the one that `npm ci` installs, else `node` on the PATH",
    },
    {
      name: "CETERIS_CACHE",
      meaning: "the folder for Python environments, compile caches and calibrations",
      standard: "`$XDG_CACHE_HOME/ceteris`, else `~/.cache/ceteris`",
    },
    {
      name: "CETERIS_SCRATCH",
      meaning: "the folder for what a trial writes while it runs: on a cluster the node's own disk",
      standard: "the study's folder",
    },
    {
      name: "CETERIS_UV",
      meaning: "the `uv` that makes Python environments",
      standard: "`uv` on the PATH, else one is installed",
    },
    {
      name: "CETERIS_CNN_DAILYMAIL",
      meaning: "MLPerf's CNN/DailyMail file, `cnn_eval.json`, or its folder",
      standard: "`datasets/` of the study, else `~/.cache/ceteris/datasets`",
    },
    {
      name: "CETERIS_DCGM_EXPORTER",
      meaning: "where `dcgm-exporter` answers",
      standard: "`http://127.0.0.1:9400/metrics`",
    },
    {
      name: "CETERIS_SIGNING_KEY",
      meaning:
        "the private key with which `run` signs what it leaves, and `sign` where no `--key` is given: docs/trust.md",
      standard: "nothing is signed",
    },
    {
      name: "OPENAI_API_KEY",
      meaning: "the key of an endpoint; `--api-key-env` names another variable",
      standard: "no key",
    },
  ],
  GPUs: [
    {
      name: "CUDA_VISIBLE_DEVICES",
      meaning:
        "the GPUs, or MIG slices, of the engine where `sut.devices` names none: `doctor` and `run` look at them, and trials record them",
      standard: "all",
    },
  ],
  "Terminal and system": [
    { name: "NO_COLOR", meaning: "no colours, if it is set", standard: "colours on a terminal" },
    {
      name: "CI",
      meaning: "no colours and no progress that redraws, if it is set",
      standard: "a terminal is used as one",
    },
    { name: "XDG_CACHE_HOME", meaning: "where caches belong", standard: "`~/.cache`" },
    {
      name: "NODE_COMPILE_CACHE",
      meaning: "where Node keeps what it compiled",
      standard: "`ceteris/compiled` in the cache",
    },
  ],
  MLflow: [
    { name: "MLFLOW_TRACKING_URI", meaning: "the tracking server; `--tracking` comes first", standard: "no MLflow" },
    { name: "MLFLOW_EXPERIMENT_NAME", meaning: "the experiment that runs belong to", standard: "`ceteris`" },
    { name: "MLFLOW_EXPERIMENT_ID", meaning: "the same by its id", standard: "by its name" },
    { name: "MLFLOW_RUN_ID", meaning: "the run that the study's run is put under", standard: "none" },
    { name: "MLFLOW_WORKSPACE", meaning: "the workspace", standard: "the server's own" },
    { name: "MLFLOW_TRACKING_USERNAME", meaning: "the user, with a password", standard: "none" },
    { name: "MLFLOW_TRACKING_PASSWORD", meaning: "the password", standard: "none" },
    { name: "MLFLOW_TRACKING_TOKEN", meaning: "a bearer token", standard: "none" },
    { name: "MLFLOW_TRACKING_INSECURE_TLS", meaning: "`true`: certificates are not checked", standard: "`false`" },
    { name: "MLFLOW_TRACKING_SERVER_CERT_PATH", meaning: "certificate authorities", standard: "the system's" },
    { name: "MLFLOW_TRACKING_CLIENT_CERT_PATH", meaning: "the client's certificate and key", standard: "none" },
    { name: "MLFLOW_HTTP_REQUEST_TIMEOUT", meaning: "seconds for a request", standard: "30" },
    { name: "MLFLOW_HTTP_REQUEST_MAX_RETRIES", meaning: "how often a request is tried again", standard: "2" },
    {
      name: "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR",
      meaning: "seconds before the first retry; the wait doubles with each",
      standard: "1",
    },
  ],
  "Hugging Face": [
    { name: "HF_TOKEN", meaning: "the token for gated models", standard: "the file of the token" },
    { name: "HUGGING_FACE_HUB_TOKEN", meaning: "its older name", standard: "none" },
    { name: "HF_TOKEN_PATH", meaning: "the file of the token", standard: "`token` in `HF_HOME`" },
    { name: "HF_HOME", meaning: "the hub's folder", standard: "`~/.cache/huggingface`" },
    { name: "HF_HUB_CACHE", meaning: "where weights lie", standard: "`hub` in `HF_HOME`" },
    { name: "HF_HUB_OFFLINE", meaning: "`1`: the hub is not asked", standard: "it is" },
    { name: "HF_ENDPOINT", meaning: "the hub's address", standard: "`https://huggingface.co`" },
  ],
};

/** `docs/environment.md`. */
export function environmentDocs(): string {
  return [
    "# Environment variables",
    "",
    "Made by `npm run generate` from `scripts/generate/environment-docs.ts`; not edited by hand. Those of the simulated engine are",
    "in [simulated-engine.md](simulated-engine.md). An engine gets only what its file names (`pass_through`, `env`).",
    "",
    ...Object.entries(environmentVariables).flatMap(([group, variables]) => [
      `## ${group}`,
      "",
      table(
        ["variable", "meaning", "default"],
        variables.map(({ name, meaning, standard }) => [`\`${name}\``, meaning, standard]),
      ),
      "",
    ]),
  ].join("\n");
}
