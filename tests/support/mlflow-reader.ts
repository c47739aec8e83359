import { realNetwork } from "../../src/world/network.ts";

export interface RealRun {
  info: {
    run_id: string;
    run_name: string;
    status: string;
    start_time: number;
    end_time?: number;
    artifact_uri: string;
  };
  data: { params?: Entry[]; tags?: Entry[]; metrics?: { key: string; value: number | string }[] };
  inputs: { dataset_inputs?: { dataset: { name: string; digest: string } }[] };
}
interface Entry {
  key: string;
  value: string;
}
interface Point {
  value: number | string;
  timestamp: number;
  step: number;
}

export type MlflowReader = ReturnType<typeof mlflowReader>;

export function valueOf(
  entries: { key: string; value: string | number }[] | undefined,
  key: string,
): string | number | undefined {
  return entries?.find((entry) => entry.key === key)?.value;
}

/** What a tracking server holds, read back over its own API and by none of our code under test. */
export function mlflowReader(url: string) {
  async function api(
    method: "GET" | "POST",
    path: string,
    body?: object | string,
  ): Promise<{ status: number; json: Record<string, unknown> }> {
    const answer = await realNetwork.request({
      url: `${url}/api/2.0/${path}`,
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(answer.problem.message);
    return { status: answer.value.status, json: JSON.parse(answer.value.text) as Record<string, unknown> };
  }

  /** Active runs of all experiments with these tags; at most 1,000. */
  async function runsTagged(tags: Record<string, string>): Promise<RealRun[]> {
    const found = await api("POST", "mlflow/experiments/search", { max_results: 1000 });
    const experiments = found.json["experiments"] as { experiment_id: string }[];
    const runs = await api("POST", "mlflow/runs/search", {
      experiment_ids: experiments.map((experiment) => experiment.experiment_id),
      filter: Object.entries(tags)
        .map(([key, value]) => `tags.\`${key}\` = '${value}'`)
        .join(" and "),
      max_results: 1000,
    });
    return (runs.json["runs"] ?? []) as RealRun[];
  }

  const runsOf = (study: string, kind: "study" | "trial") =>
    runsTagged({ "ceteris.study": study, "ceteris.kind": kind });

  async function history({ info }: RealRun, key: string): Promise<Point[]> {
    const query = new URLSearchParams({ run_id: info.run_id, metric_key: key, max_results: "25000" });
    const answer = await api("GET", `mlflow/metrics/get-history?${query.toString()}`);
    return (answer.json["metrics"] ?? []) as Point[];
  }

  return {
    api,
    runsTagged,
    runsOf,
    history,
    async onlyTrial(study: string): Promise<RealRun> {
      const [run, ...others] = await runsOf(study, "trial");
      if (!run || others.length > 0) throw new Error(`${run ? others.length + 1 : 0} runs of ${study}`);
      return run;
    },
    /** An artifact's text; where it is not there, the answer that says so. */
    async artifact({ info }: RealRun, path: string): Promise<string> {
      const root = info.artifact_uri.replace("mlflow-artifacts:/", "");
      const answer = await realNetwork.request({ url: `${url}/api/2.0/mlflow-artifacts/artifacts/${root}/${path}` });
      return answer.ok ? answer.value.text : answer.problem.message;
    },
    /** All that a second upload could change, of all runs of a study. */
    async everything(study: string): Promise<string> {
      const runs = [...(await runsOf(study, "study")), ...(await runsOf(study, "trial"))];
      const histories = await Promise.all(
        runs.map((run) => Promise.all((run.data.metrics ?? []).map(({ key }) => history(run, key)))),
      );
      return JSON.stringify({ runs, histories });
    },
  };
}
