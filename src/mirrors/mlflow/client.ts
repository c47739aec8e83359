import { asText, parseMap, type Json } from "../../schema/json.ts";
import { succeed, type Fault, type Result } from "../../schema/result.ts";
import { maskSecrets } from "../../schema/secrets.ts";
import type { HttpAnswer, World } from "../../world/world.ts";
import type { MlflowConfig } from "./config.ts";

export type JsonObject = { [key: string]: Json };

/** A failure, with what MLflow said where it said anything. */
export interface MlflowFault extends Fault {
  /** Null where there was no answer. */
  status: number | null;
  /** MLflow's own word: `RESOURCE_DOES_NOT_EXIST`. */
  errorCode: string | null;
}

export type MlflowResult<Value> = Result<Value, MlflowFault>;

export type Refusal = { ok: false; problem: MlflowFault };

/** A failure that the server does not call one, under the status that it would have had. */
export function ownRefusal(status: number, code: string, message: string, hint: string): Refusal {
  return { ok: false, problem: { code, message, hint, status, errorCode: null } };
}

export interface MlflowClient {
  get(path: string, query: Record<string, string>): Promise<MlflowResult<JsonObject>>;
  post(path: string, body: JsonObject, options?: { retries: number }): Promise<MlflowResult<JsonObject>>;
  /** Through the server's artifact proxy; `path` is below `/api/2.0/mlflow-artifacts/artifacts/` and encoded. */
  putArtifact(path: string, bytes: Uint8Array): Promise<MlflowResult<null>>;
  /** Waits as before the first retry. */
  pause(): Promise<void>;
}

/** The answers that MLflow's own client tries again. */
const transient = new Set([408, 429, 500, 502, 503, 504]);
/** MLflow's word for what its database refused: two writers met there, for instance at one dataset's first use. */
const databaseConflict = "BAD_REQUEST";

/** Whether the same request may well succeed a little later. */
export function mayPass(answer: { status: number | null; errorCode: string | null }): boolean {
  return answer.status === null || transient.has(answer.status) || answer.errorCode === databaseConflict;
}

/** A server that is there says something well before this; one that is not must not cost more. */
const firstContactMs = 10_000;
/** Slow enough for an office line; an upload's time limit grows with its size by it. */
const slowestBytesPerMs = 1000;
/** Of what a server says, in a message. */
const longestQuote = 600;

export const syncHint = "The results are safe in their folders; `ceteris sync` sends what is missing.";

/** One conversation. The first exchange is never repeated where nobody answers; later ones are, with growing pauses. */
export function mlflowClient(
  world: Pick<World, "network" | "clock">,
  config: MlflowConfig,
  options: { budgetMs?: number },
): MlflowClient {
  const { network, clock } = world;
  const startNs = clock.nowNs();
  const spentMs = () => Number(clock.nowNs() - startNs) / 1e6;
  const leftMs = () => (options.budgetMs === undefined ? Infinity : options.budgetMs - spentMs());
  const where = `MLflow at ${config.url}`;
  const headers: Record<string, string> = {
    ...(config.authorization === null ? {} : { authorization: config.authorization }),
    ...(config.workspace === null ? {} : { "x-mlflow-workspace": config.workspace }),
  };
  let reached = false;

  const faulty = (
    code: string,
    message: string,
    hint: string,
    answer: { status: number; errorCode: string | null } | null = null,
  ): Refusal => {
    const word = answer?.errorCode ?? null;
    return {
      ok: false,
      problem: {
        code,
        message: maskSecrets(message, config.secrets),
        hint: hint === syncHint ? hint : `${hint} ${syncHint}`,
        status: answer?.status ?? null,
        errorCode: word === null ? null : maskSecrets(word, config.secrets),
      },
    };
  };

  const pauseBefore = (attempt: number) =>
    clock.sleep(Math.min(config.backoffMs * 2 ** attempt, Math.max(leftMs(), 0)));

  async function exchange(
    request: { method: "GET" | "POST" | "PUT"; path: string; body?: string | Uint8Array; contentType?: string },
    retries: number,
  ): Promise<MlflowResult<HttpAnswer>> {
    const sizeMs = (request.body?.length ?? 0) / slowestBytesPerMs;
    for (let attempt = 0; ; attempt += 1) {
      if (leftMs() <= 0) {
        const withinS = Math.round((options.budgetMs ?? 0) / 1000);
        return faulty("mlflow-slow", `${where} was not done within ${withinS} s`, syncHint);
      }
      const timeoutMs = (reached ? config.timeoutMs : Math.min(config.timeoutMs, firstContactMs)) + sizeMs;
      const answer = await network.request({
        url: `${config.url}${request.path}`,
        method: request.method,
        headers: {
          ...headers,
          ...(request.contentType === undefined ? {} : { "content-type": request.contentType }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        timeoutMs: Math.ceil(Math.min(timeoutMs, leftMs())),
        ...(config.tls === null ? {} : { tls: config.tls }),
      });
      const again = answer.ok ? mayPass(wordsOf(answer.value)) : reached;
      if (answer.ok) reached = true;
      if (again && attempt < retries) {
        await pauseBefore(attempt);
        continue;
      }
      if (answer.ok) return answer;
      return faulty("mlflow-unreachable", `MLflow: ${answer.problem.message}`, answer.problem.hint || syncHint);
    }
  }

  /** Anything but a success, in a way that its user can act on. */
  function refused(exchanged: HttpAnswer): Refusal {
    const { status, headers: answered } = exchanged;
    const answer = wordsOf(exchanged);
    if (status >= 300 && status < 400) {
      const message = `${where} answered ${status} and points to ${withoutCredentials(answered["location"])}`;
      return faulty("mlflow-moved", message, movedHint, answer);
    }
    const { code = "mlflow-refused", hint = syncHint } = byStatus[status] ?? {};
    return faulty(code, `${where} answered ${status}: ${answer.says}`, hint, answer);
  }

  async function json(request: Parameters<typeof exchange>[0], retries: number): Promise<MlflowResult<JsonObject>> {
    const answer = await exchange(request, retries);
    if (!answer.ok) return answer;
    if (answer.value.status >= 300) return refused(answer.value);
    const body = parseMap(answer.value.text);
    return body ? succeed(body) : notMlflow(answer.value);
  }

  function notMlflow({ text }: HttpAnswer): Refusal {
    const what = isPage(text) ? "a web page" : "something";
    return faulty("not-mlflow", `${where} answered ${what} that is not MLflow's`, notMlflowHint);
  }

  return {
    get: (path, query) =>
      json({ method: "GET", path: `${path}?${new URLSearchParams(query).toString()}` }, config.retries),
    post: (path, body, { retries } = config) =>
      json({ method: "POST", path, body: JSON.stringify(body), contentType: "application/json" }, retries),
    async putArtifact(path, bytes) {
      const answer = await exchange(
        {
          method: "PUT",
          path: `/api/2.0/mlflow-artifacts/artifacts/${path}`,
          body: bytes,
          contentType: "application/octet-stream",
        },
        config.retries,
      );
      if (!answer.ok) return answer;
      if (answer.value.status >= 300) return refused(answer.value);
      // A proxy's page to log in with is no success, although its status is.
      return isPage(answer.value.text) ? notMlflow(answer.value) : succeed(null);
    },
    pause: () => pauseBefore(0),
  };
}

const addressHint = "Check the tracking address, with its path if the server has one: http://host:5000/prefix.";
const notMlflowHint = `${addressHint} A page to log in with wants credentials: MLFLOW_TRACKING_TOKEN, or user and password.`;
const movedHint = "Give that server's own address: --tracking URL, or MLFLOW_TRACKING_URI.";

/** What a refusal of these statuses is called, and what to do about it. */
const byStatus: Readonly<Record<number, { code?: string; hint: string }>> = {
  401: {
    code: "mlflow-credentials",
    hint: "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to what the server takes; a token may have expired.",
  },
  403: {
    code: "mlflow-forbidden",
    hint: "If it speaks of the host: start the server with --allowed-hosts naming the one in the address, or use localhost or the private address. Otherwise this user may not write there.",
  },
  404: { hint: addressHint },
};

/** What an answer says of its failure: MLflow's own words, a plain text, or that it is a web page. */
function wordsOf({ status, text }: HttpAnswer): { status: number; errorCode: string | null; says: string } {
  if (status < 300) return { status, errorCode: null, says: "" };
  const { error_code: errorCode, message } = parseMap(text) ?? {};
  const words = asText(message) ?? text.trim();
  const line = words.split("\n").find((part) => part !== "" && !part.startsWith("(raised as")) ?? "";
  return {
    status,
    errorCode: asText(errorCode),
    says: isPage(line) ? "a web page" : line.slice(0, longestQuote),
  };
}

function isPage(text: string): boolean {
  return text.trimStart().startsWith("<");
}

function withoutCredentials(address: string | undefined): string {
  const url = URL.parse(address ?? "");
  return url ? `${url.origin}${url.pathname}` : "another address";
}
