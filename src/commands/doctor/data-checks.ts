import { about, fine, fineIf, warning, refused, unknown } from "./check.ts";

/** Below this a study of some hours may fill the disk. */
const leastFreeGb = 5;

/** What the trials read, and where they are kept. */
export const dataChecks = about("data", [
  {
    id: "dataset",
    asks: "The data sets and traces that the workloads name can be read, and have what is asked of them.",
    limit: null,
    remedy: "See `ceteris plan`, which shows the place in the matrix.",
    judge({ datasets = null }) {
      if (datasets === null || datasets.names.length === 0) return [];
      const { names, diagnostics } = datasets;
      const faulty = diagnostics.filter(({ severity }) => severity === "error" || severity === "warning");
      if (faulty.length === 0) return fine(names.join(", "));
      return faulty.map(({ code, severity, message, hint }) => ({
        // A file that the machine names and not the matrix: `plan` warns, since another machine may have it; `run` refuses here.
        state: severity === "error" || code === "dataset-missing" ? "refusal" : "warning",
        value: message,
        ...(hint === undefined ? {} : { remedy: hint }),
      }));
    },
  },
  {
    id: "results",
    asks: "The results folder can be written to, and its disk has room.",
    limit: `${leastFreeGb} GB free`,
    remedy: "Free some space, or choose another folder with --results.",
    judge({ results: found }) {
      if (found === undefined) return [];
      const { folder, writable, freeBytes } = found;
      if (!writable.ok) return refused(writable.problem);
      if (freeBytes === null) return unknown(`${folder}: the file system does not tell its free space`);
      const freeGb = freeBytes / 1e9;
      return fineIf(freeGb >= leastFreeGb, `${folder}: ${freeGb.toFixed(1)} GB free`);
    },
  },
  {
    id: "tracking",
    asks: "The tracking server answers, where one is asked for (--tracking, MLFLOW_TRACKING_URI). A run goes on without it.",
    limit: null,
    remedy: "Start it, or correct the address; `ceteris sync` sends later what it lacks.",
    judge({ tracking: found = null }) {
      if (found === null) return [];
      const { where, answers } = found;
      if (answers.ok) return fine(`MLflow at ${where} answers`);
      // `run` refuses an address that it cannot read, and goes on without a server that does not answer.
      return where === null ? refused(answers.problem) : warning(answers.problem.message);
    },
  },
]);
