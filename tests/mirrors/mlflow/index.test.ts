import { expect, it } from "vitest";
import { mlflow } from "../../../src/mirrors/mlflow/index.ts";
import { fail, succeed, type Result } from "../../../src/schema/result.ts";
import { realWorld } from "../../../src/world/real-world.ts";
import type { HttpAnswer } from "../../../src/world/world.ts";

/** Whether a server that says this answers, and how often it was asked. */
async function answers(answer: Result<HttpAnswer>) {
  const asked: string[] = [];
  const world = realWorld();
  const network = { ...world.network, request: async ({ url }: { url: string }) => (asked.push(url), answer) };
  const opened = mlflow.open({ ...world, network, variables: {} }, "http://mlflow.test");
  if (!opened.ok || opened.value === null) throw new Error("no mirror");
  return { found: await opened.value.answers(), asked };
}

it("is asked one question, which changes nothing, to find out whether it is there", async () => {
  const there = await answers(succeed({ status: 200, headers: {}, text: '{"experiments":[]}' }));
  expect(there.found).toEqual({ ok: true, value: null });
  expect(there.asked).toEqual(["http://mlflow.test/api/2.0/mlflow/experiments/search?max_results=1"]);
});

it.each([
  [fail("no-answer", "no answer from http://mlflow.test: ECONNREFUSED", ""), "mlflow-unreachable"],
  [succeed({ status: 401, headers: {}, text: "who are you" }), "mlflow-credentials"],
  [succeed({ status: 503, headers: {}, text: "later" }), "mlflow-refused"],
  [succeed({ status: 200, headers: {}, text: "<html>" }), "not-mlflow"],
])("says what keeps it from answering, at the first try", async (answer, code) => {
  const { found, asked } = await answers(answer);
  expect(found).toMatchObject({ ok: false, problem: { code } });
  expect(asked).toHaveLength(1);
});
