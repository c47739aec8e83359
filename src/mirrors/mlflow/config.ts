import { fail, succeed, type Result } from "../../schema/result.ts";
import { decoded, formsOf } from "../../schema/secrets.ts";
import type { Tls, World } from "../../world/world.ts";

/** Where the server is and how to talk to it. Holds credentials: it is never printed. */
export interface MlflowConfig {
  /** Without credentials and without a slash at the end: `http://127.0.0.1:5000`. */
  url: string;
  /** The Authorization header's value; null where there is none. */
  authorization: string | null;
  /** What must not be seen in any message. */
  secrets: string[];
  tls: Tls | null;
  /** The MLflow experiment that the runs go to. */
  experiment: { id: string } | { name: string };
  /** A run that the study's run is put under: MLFLOW_RUN_ID. */
  parentRunId: string | null;
  workspace: string | null;
  /** Of one request. */
  timeoutMs: number;
  /** After the first try. */
  retries: number;
  /** Before the first retry; it doubles with each. */
  backoffMs: number;
}

/** Shorter than MLflow's own (120 s, 7 retries, factor 2): a mirror that is down must not hold up a study for four minutes. */
const defaults = { timeoutS: 30, retries: 2, backoffS: 1, experiment: "ceteris" };

/**
 * What MLflow's own client reads from the environment, read the same way; `address` is `--tracking` and wins over
 * MLFLOW_TRACKING_URI. Null where neither says anything, or `--tracking none`. Failures: `tracking-address`,
 * `tracking-variable`, `tracking-certificate`.
 */
export function mlflowConfig(
  world: Pick<World, "variables" | "files">,
  address: string | null,
): Result<MlflowConfig | null> {
  const { variables } = world;
  const given = address ?? variables["MLFLOW_TRACKING_URI"] ?? "";
  if (given === "" || given === "none") return succeed(null);
  const url = readAddress(given);
  if (!url.ok) return url;
  const tls = readTls(world);
  if (!tls.ok) return tls;
  const timeoutS = readNumber(variables, "MLFLOW_HTTP_REQUEST_TIMEOUT", defaults.timeoutS);
  if (!timeoutS.ok) return timeoutS;
  const retries = readNumber(variables, "MLFLOW_HTTP_REQUEST_MAX_RETRIES", defaults.retries);
  if (!retries.ok) return retries;
  const backoffS = readNumber(variables, "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", defaults.backoffS);
  if (!backoffS.ok) return backoffS;

  const credentials = readCredentials(variables, url.value);
  const experimentId = variables["MLFLOW_EXPERIMENT_ID"];
  return succeed({
    url: `${url.value.origin}${url.value.pathname.replace(/\/+$/, "")}`,
    ...credentials,
    tls: tls.value,
    experiment: experimentId
      ? { id: experimentId }
      : { name: variables["MLFLOW_EXPERIMENT_NAME"] || defaults.experiment },
    parentRunId: variables["MLFLOW_RUN_ID"] || null,
    workspace: variables["MLFLOW_WORKSPACE"] || null,
    timeoutMs: Math.max(1, timeoutS.value) * 1000,
    retries: retries.value,
    backoffMs: backoffS.value * 1000,
  });
}

function readAddress(given: string): Result<URL> {
  const url = URL.parse(given);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return succeed(url);
  // An address that cannot be read may hold a password anywhere, so that only its scheme is shown.
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(given)?.[1];
  return fail(
    "tracking-address",
    scheme === undefined || url === null
      ? "the MLflow tracking address cannot be read as a URL"
      : `the MLflow tracking address is a ${scheme}: one, and runs are sent to a server over http:// or https:// only`,
    "Start a server (mlflow server --host 127.0.0.1 --port 5000, with --backend-store-uri for an existing store) and give --tracking http://127.0.0.1:5000 or set MLFLOW_TRACKING_URI to it.",
  );
}

/** User and password make Basic, else the token makes Bearer: MLflow's order. A user in the address counts where no variable names one. */
function readCredentials(variables: World["variables"], url: URL): Pick<MlflowConfig, "authorization" | "secrets"> {
  const user = variables["MLFLOW_TRACKING_USERNAME"] || decoded(url.username);
  const password = variables["MLFLOW_TRACKING_PASSWORD"] || decoded(url.password);
  if (user !== "" && password !== "") {
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    return { authorization: `Basic ${basic}`, secrets: [...formsOf(password), basic] };
  }
  const token = variables["MLFLOW_TRACKING_TOKEN"];
  return token ? { authorization: `Bearer ${token}`, secrets: formsOf(token) } : { authorization: null, secrets: [] };
}

function readTls({ variables, files }: Pick<World, "variables" | "files">): Result<Tls | null> {
  const insecure = readFlag(variables, "MLFLOW_TRACKING_INSECURE_TLS");
  if (!insecure.ok) return insecure;
  const authorities = readCertificate(files, variables, "MLFLOW_TRACKING_SERVER_CERT_PATH");
  if (!authorities.ok) return authorities;
  const identity = readCertificate(files, variables, "MLFLOW_TRACKING_CLIENT_CERT_PATH");
  if (!identity.ok) return identity;
  if (insecure.value && authorities.value !== null) {
    return fail(
      "tracking-variable",
      "MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH are both set: one trusts any server, the other a certain one",
      "Unset one of the two.",
    );
  }
  if (!insecure.value && authorities.value === null && identity.value === null) return succeed(null);
  return succeed({
    ...(authorities.value === null ? {} : { authorities: authorities.value }),
    ...(identity.value === null ? {} : { identity: identity.value }),
    ...(insecure.value ? { insecure: true } : {}),
  });
}

function readCertificate(files: World["files"], variables: World["variables"], name: string): Result<string | null> {
  const path = variables[name];
  if (!path) return succeed(null);
  const text = files.readTextSync(path);
  if (text?.includes("-----BEGIN ")) return succeed(text);
  return fail(
    "tracking-certificate",
    `${name} names ${path}, which ${text === null ? "is not a file that is there" : "holds no PEM text"}`,
    "Name a PEM file: certificates for the server, certificate and key in one file for the client.",
  );
}

function readFlag(variables: World["variables"], name: string): Result<boolean> {
  const text = (variables[name] || "false").toLowerCase();
  if (text === "true" || text === "1") return succeed(true);
  if (text === "false" || text === "0") return succeed(false);
  return fail("tracking-variable", `${name} is ${variables[name]}`, "Set it to true or false, or unset it.");
}

function readNumber(variables: World["variables"], name: string, otherwise: number): Result<number> {
  const text = variables[name];
  if (!text) return succeed(otherwise);
  if (/^\d{1,6}$/.test(text)) return succeed(Number(text));
  return fail(
    "tracking-variable",
    `${name} is ${text}`,
    "Set it to a whole number (of seconds, or of tries), or unset it.",
  );
}
