import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import type { HttpAnswer, Network } from "../../src/world/world.ts";

type Request = Parameters<Network["request"]>[0];
interface Entry {
  key: string;
  value: string;
}
interface Point {
  key: string;
  value: number | string | null;
  timestamp: number;
  step: number;
}

export interface FakeRun {
  id: string;
  name: string;
  experimentId: string;
  status: string;
  startMs: number;
  endMs: number | null;
  params: Map<string, string>;
  tags: Map<string, string>;
  metrics: Point[];
  datasets: { name: string; digest: string }[];
  artifacts: Map<string, Uint8Array>;
}

/** An answer as it was recorded from MLflow 3.17.2. */
export function recorded(name: string): HttpAnswer {
  const file = join(import.meta.dirname, "../fixtures/mlflow", `${name}.json`);
  const { status, answer } = JSON.parse(readFileSync(file, "utf8")) as { status: number; answer: unknown };
  return { status, headers: {}, text: typeof answer === "string" ? answer : JSON.stringify(answer) };
}

export const noAnswer = fail("no-answer", "no answer from http://mlflow.test: ECONNREFUSED", "");

/**
 * As much of a tracking server as the mirror uses, in memory, with the rules that were recorded from the real one: what it
 * refuses, what it cuts silently, what it stores once. `interfere` may answer in its place, before or (`lost`) after it acted.
 */
export function fakeMlflow(artifactRoot = "mlflow-artifacts:/") {
  const runs: FakeRun[] = [];
  const experiments = new Map([["0", "Default"]]);
  const requests: Request[] = [];
  const state = {
    /** Longer values are refused, as by MLflow 2.7; where it is null they are cut silently, as by newer versions. */
    refusedBeyond: null as { param: number; tag: number } | null,
    pageSize: 100,
    runs,
    experiments,
    requests,
    interfere: (_path: string, _count: number): Result<HttpAnswer> | "lost" | null => null,
    request(request: Request): Promise<Result<HttpAnswer>> {
      requests.push(request);
      const path = request.url.replace("http://mlflow.test", "");
      const count = requests.filter(({ url }) => url === request.url).length;
      const interference = state.interfere(path, count);
      if (interference !== null && interference !== "lost") return Promise.resolve(interference);
      const answer = act(path, request);
      return Promise.resolve(interference === "lost" ? noAnswer : succeed(answer));
    },
    writes: () => requests.filter(({ url }) => !/search|\/get/.test(url)).length,
  };

  function act(path: string, { body }: Request): HttpAnswer {
    const [route = "", query = ""] = path.split("?");
    const asked = new URLSearchParams(query);
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/[^/]+\/([^/]+)\/artifacts\/(.+)$/.exec(route);
    if (artifact) {
      const run = runs.find(({ id }) => id === artifact[1]);
      run?.artifacts.set(decodeURIComponent(artifact[2] ?? ""), body as Uint8Array);
      return { status: run ? 200 : 404, headers: {}, text: "" };
    }
    const sent = (typeof body === "string" ? JSON.parse(body) : {}) as Record<string, unknown>;
    const run = runs.find(({ id }) => id === (sent["run_id"] ?? asked.get("run_id")));
    const { param, tag } = state.refusedBeyond ?? { param: Infinity, tag: Infinity };
    const tooLong = (entries: unknown, most: number): Entry | undefined =>
      ((entries ?? []) as Entry[]).find(({ value }) => value.length > most);
    const long = tooLong(sent["params"], param) ?? tooLong(sent["tags"], tag);
    if (long !== undefined) return tooLongAnswer(long);
    switch (route.replace("/api/2.0/mlflow/", "")) {
      case "experiments/get":
        return experiments.has(asked.get("experiment_id") ?? "")
          ? ok({ experiment: { experiment_id: asked.get("experiment_id"), lifecycle_stage: "active" } })
          : recorded("experiments-get-by-name-missing");
      case "experiments/get-by-name": {
        const found = [...experiments].find(([, name]) => name === asked.get("experiment_name"));
        return found
          ? ok({ experiment: { experiment_id: found[0], name: found[1], lifecycle_stage: "active" } })
          : recorded("experiments-get-by-name-missing");
      }
      case "experiments/create": {
        if ([...experiments.values()].includes(String(sent["name"]))) return recorded("experiments-create-dup");
        const id = String(experiments.size);
        experiments.set(id, String(sent["name"]));
        return ok({ experiment_id: id });
      }
      case "runs/create": {
        const made: FakeRun = {
          id: String(runs.length).padStart(32, "0"),
          name: String(sent["run_name"]),
          experimentId: String(sent["experiment_id"]),
          status: "RUNNING",
          startMs: Number(sent["start_time"]),
          endMs: null,
          params: new Map(),
          tags: new Map((sent["tags"] as Entry[]).map(({ key, value }) => [key, value.slice(0, 8000)])),
          metrics: [],
          datasets: [],
          artifacts: new Map(),
        };
        runs.push(made);
        return ok({ run: shown(made) });
      }
      case "runs/search": {
        const wanted = [...String(sent["filter"]).matchAll(/tags\.`([^`]+)` (=|LIKE) '([^']*)'/g)];
        const hits = runs.filter(
          ({ tags, experimentId }) =>
            (sent["experiment_ids"] as string[]).includes(experimentId) &&
            wanted.every(([, key = "", how, value = ""]) =>
              how === "=" ? tags.get(key) === value : isLike(tags.get(key), value),
            ),
        );
        if (hits.length === 0) return recorded("runs-search-empty");
        const from = Number(sent["page_token"] ?? 0);
        const next = from + state.pageSize;
        return ok({
          runs: hits.slice(from, next).map(shown),
          ...(next < hits.length ? { next_page_token: String(next) } : {}),
        });
      }
      case "runs/get":
        return run ? ok({ run: shown(run) }) : recorded("runs-get-missing");
      case "runs/update":
        if (!run) return recorded("runs-get-missing");
        run.status = String(sent["status"]);
        run.name = typeof sent["run_name"] === "string" ? sent["run_name"] : run.name;
        run.endMs = Number(sent["end_time"]);
        return ok({ run_info: shown(run).info });
      case "runs/log-inputs":
        run?.datasets.push(
          ...(sent["datasets"] as { dataset: { name: string; digest: string } }[]).map((entry) => entry.dataset),
        );
        return ok({});
      case "runs/log-batch":
        return run ? logBatch(run, sent) : recorded("runs-get-missing");
      default:
        return recorded("unknown-endpoint");
    }
  }

  function shown(run: FakeRun) {
    return {
      info: {
        run_id: run.id,
        experiment_id: run.experimentId,
        run_name: run.name,
        status: run.status,
        ...(run.endMs === null ? {} : { end_time: run.endMs }),
        artifact_uri: `${artifactRoot}${run.experimentId}/${run.id}/artifacts`,
      },
      data: { params: pairs(run.params), tags: pairs(run.tags) },
      inputs: run.datasets.length === 0 ? {} : { dataset_inputs: run.datasets },
    };
  }

  return state;
}

/** SQL's LIKE: `%` is any text, `_` any character. */
function isLike(text: string | undefined, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+?^$()[\]{}|\\]/g, String.raw`\$&`)
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return text !== undefined && new RegExp(`^${expression}$`, "s").test(text);
}

function pairs(map: Map<string, string>): Entry[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

function ok(answer: object): HttpAnswer {
  return { status: 200, headers: {}, text: JSON.stringify(answer) };
}

function tooLongAnswer({ key, value }: Entry): HttpAnswer {
  const message = `The value of '${key}' had length ${value.length}, which exceeded the length limit`;
  return { status: 400, headers: {}, text: JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message }) };
}

function refused(name: string): boolean {
  const odd = !/^[\p{L}\p{N}_/\-. :]+$/u.test(name);
  const noNormalPath = /^\/|\/$|\/\/|^\.\.|(^|\/)\.{1,2}(\/|$)/.test(name);
  return odd || noNormalPath || Array.from(name).length > 250;
}

/** All of a batch is stored, or nothing. */
function logBatch(run: FakeRun, sent: Record<string, unknown>): HttpAnswer {
  const { metrics = [], params = [], tags = [] } = sent as { metrics?: Point[]; params?: Entry[]; tags?: Entry[] };
  if (metrics.length > 1000) return recorded("log-batch-1001m");
  if (params.length > 100 || tags.length > 100) return recorded("log-batch-1001m");
  if (metrics.length + params.length + tags.length > 1000) return recorded("log-batch-total1200");
  if (metrics.some(({ value }) => value === null)) return recorded("metric-null");
  if ([...metrics, ...params].some(({ key }) => refused(key))) return recorded("metricname-percent");
  if (params.some(({ key, value }) => run.params.has(key) && run.params.get(key) !== value.slice(0, 6000))) {
    return recorded("param-different-batch");
  }
  for (const { key, value } of params) run.params.set(key, value.slice(0, 6000));
  for (const { key, value } of tags) run.tags.set(key, value.slice(0, 8000));
  for (const point of metrics) {
    // A fraction where a whole number belongs is stored as 0.
    const timestamp = Number.isInteger(point.timestamp) ? point.timestamp : 0;
    const step = Number.isInteger(point.step) ? point.step : 0;
    const same = (other: Point) =>
      other.key === point.key && other.value === point.value && other.timestamp === timestamp && other.step === step;
    if (!run.metrics.some(same)) run.metrics.push({ ...point, timestamp, step });
  }
  return ok({});
}
