import { describe, expect, it } from "vitest";
import type { MlflowClient } from "../../../src/mirrors/mlflow/client.ts";
import type { MlflowConfig } from "../../../src/mirrors/mlflow/config.ts";
import { differing, findRuns, resolveExperiment } from "../../../src/mirrors/mlflow/runs.ts";
import type { Json } from "../../../src/schema/json.ts";
import { succeed } from "../../../src/schema/result.ts";
import { recorded } from "../../support/fake-mlflow.ts";

/** A client to which every question has one answer. */
function answering(text: string): { client: MlflowClient; bodies: Json[] } {
  const bodies: Json[] = [];
  const answer = () => Promise.resolve(succeed(JSON.parse(text) as { [key: string]: Json }));
  return {
    bodies,
    client: {
      get: answer,
      post: (_path, body) => {
        bodies.push(body);
        return answer();
      },
      putArtifact: () => Promise.resolve(succeed(null)),
      pause: () => Promise.resolve(),
    },
  };
}

describe("a search", () => {
  it("is read as the real server answered it", async () => {
    const { client, bodies } = answering(recorded("runs-search-tag").text);
    const found = await findRuns(client, "1", [
      { key: "ceteris.trial", value: "study/t-1" },
      { key: "ceteris.sha256", value: "ab" },
    ]);
    expect(found).toMatchObject({
      value: [
        {
          runId: "d746935bfe274df3b63d58c178f298d2",
          status: "RUNNING",
          endMs: null,
          artifactUri: "mlflow-artifacts:/1/d746935bfe274df3b63d58c178f298d2/artifacts",
          tags: new Map([
            ["mlflow.parentRunId", "502b0d9e2e3f421498e5780a79f6a26a"],
            ["ceteris.trial_id", "t-1/αβ"],
            ["mlflow.runName", "trial 1"],
          ]),
        },
      ],
    });
    expect(bodies[0]).toMatchObject({
      filter: "tags.`ceteris.trial` = 'study/t-1' and tags.`ceteris.sha256` = 'ab'",
    });
  });

  it("without a hit has no list at all", async () => {
    expect(await findRuns(answering(recorded("runs-search-empty").text).client, "1", [])).toEqual({
      ok: true,
      value: [],
    });
  });
});

describe("the experiment", () => {
  it("that was deleted is told, with the way back", async () => {
    const experiment = { experiment_id: "7", name: "serving", lifecycle_stage: "deleted" };
    const config = { experiment: { name: "serving" }, parentRunId: null } as MlflowConfig;
    expect(await resolveExperiment(answering(JSON.stringify({ experiment })).client, config)).toMatchObject({
      problem: { code: "mlflow-experiment-deleted", hint: expect.stringContaining("--experiment-id 7") as string },
    });
  });
});

describe("what differs", () => {
  it("is what is not there or is otherwise", () => {
    const wanted = [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
      { key: "c", value: "3" },
    ];
    expect(
      differing(
        wanted,
        new Map([
          ["a", "1"],
          ["b", "0"],
        ]),
      ).map(({ key }) => key),
    ).toEqual(["b", "c"]);
  });
});
