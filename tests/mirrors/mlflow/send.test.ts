import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { Delivery } from "../../../src/mirrors/index.ts";
import { succeed } from "../../../src/schema/result.ts";
import { noAnswer, type FakeRun } from "../../support/fake-mlflow.ts";
import { fakeExperiment, fakeTrial, type FakeTrialOptions } from "../../support/fake-trials.ts";
import {
  children,
  delivery as deliveryIn,
  fakeStudyMeta,
  mlflowLab,
  only,
  sentTrial,
} from "../../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const delivery = (options?: FakeTrialOptions[], more?: Partial<Delivery>) =>
  deliveryIn(temporaryFolder(), options, more);

describe("sending a study", () => {
  it("makes a run for each trial under one for the study, with everything in them", async () => {
    const { server, send } = mlflowLab();
    const sent = await send(delivery([{ replicate: 1 }, { replicate: 2, status: "FAILED", throughput: null }]));
    expect(sent).toEqual({ ok: true, value: { sent: 2, already: 0, notices: [] } });
    const [parent, first, second] = server.runs;
    expect(server.runs).toHaveLength(3);
    expect(parent?.name).toBe("fake-study");
    expect(parent).toMatchObject({ status: "FINISHED", endMs: Date.parse("2026-01-01T02:10:00.000Z") });
    for (const run of [first, second]) expect(run?.tags.get("mlflow.parentRunId")).toBe(parent?.id);
    expect(first).toMatchObject({ status: "FINISHED", startMs: Date.parse("2026-01-01T01:00:00.000Z") });
    expect(first?.params.get("knob.quantization")).toBe("fp8");
    expect(first?.datasets).toMatchObject([{ name: "cnn-dailymail" }]);
    expect([...(first?.artifacts.keys() ?? [])].toSorted()).toEqual([
      "MANIFEST.json",
      "launch/launch.json",
      "launch/server.log",
      "requests.parquet",
      "trial.json",
    ]);
    expect(first?.artifacts.get("requests.parquet")).toEqual(Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 255]));
    expect(second?.status).toBe("FAILED");
  });

  it("changes nothing the second time", async () => {
    const { server, send } = mlflowLab();
    const what = delivery([{ replicate: 1 }, { replicate: 2 }]);
    await send(what);
    const before = inspect(server.runs, { depth: null });
    const writes = server.writes();
    expect(await send(what)).toEqual({ ok: true, value: { sent: 0, already: 2, notices: [] } });
    expect(server.writes()).toBe(writes);
    expect(inspect(server.runs, { depth: null })).toBe(before);
  });

  it("puts a later trial under the same study, and moves its end", async () => {
    const { server, send } = mlflowLab();
    await send(delivery([{ replicate: 1 }]));
    await send(delivery([{ replicate: 2 }]));
    expect(server.runs).toHaveLength(3);
    expect(server.runs[0]?.endMs).toBe(Date.parse("2026-01-01T02:10:00.000Z"));
  });

  it("keeps simulated trials from under a measured study", async () => {
    const { server, send } = mlflowLab();
    await send(
      delivery([
        { replicate: 1, origin: "simulated" },
        { replicate: 2, origin: "measured" },
      ]),
    );
    const parentOf = (run: FakeRun) => server.runs.find(({ id }) => id === run.tags.get("mlflow.parentRunId"))?.name;
    expect(children(server.runs).map((run) => [run.name, parentOf(run)])).toEqual([
      ["SIMULATED fp8 r1", "SIMULATED fake-study"],
      ["fp8 r2", "fake-study"],
    ]);
  });

  it("goes to the experiment, under the run, and in the workspace that the environment names", async () => {
    const named = mlflowLab({ MLFLOW_EXPERIMENT_NAME: "serving", MLFLOW_WORKSPACE: "team" });
    await named.send(delivery());
    expect([...named.server.experiments.values()]).toEqual(["Default", "serving"]);
    expect(named.server.requests[0]?.headers).toMatchObject({ "x-mlflow-workspace": "team" });
    const byId = mlflowLab({ MLFLOW_EXPERIMENT_ID: "0" });
    await byId.send(delivery());
    expect(byId.server.runs.map(({ experimentId }) => experimentId)).toEqual(["0", "0"]);
    expect(await mlflowLab({ MLFLOW_EXPERIMENT_ID: "77" }).send(delivery())).toMatchObject({ ok: false });
    const outer = byId.server.runs[0]?.id ?? "";
    const nested = mlflowLab({ MLFLOW_RUN_ID: outer }, byId.server);
    await nested.send({ ...delivery(), study: { ...fakeStudyMeta, name: "another" } });
    expect(byId.server.runs.find(({ name }) => name === "another")?.tags.get("mlflow.parentRunId")).toBe(outer);
  });
});

describe("a server that takes less than a newer one", () => {
  const long = `{"mode":3,"splitting_ops":"${"vllm::unified_attention ".repeat(60)}"}`;
  const withLongKnob = (): Delivery => {
    const what = delivery([{ replicate: 1 }, { replicate: 2 }]);
    for (const { trial } of what.trials) {
      trial.knobs = { ...trial.knobs, compilation_config: long };
      trial.verdict.reason = "so it is ".repeat(700);
    }
    return what;
  };

  it("gets a value cut with a mark, the whole of it as an artifact, and every other figure", async () => {
    const { server, send } = mlflowLab();
    server.refusedBeyond = { param: 500, tag: 5000 };
    expect(await send(withLongKnob())).toEqual({ ok: true, value: { sent: 2, already: 0, notices: [] } });
    for (const run of children(server.runs)) {
      expect(run.status).toBe("FINISHED");
      expect(run.tags.has("ceteris.complete")).toBe(true);
      expect(run.params.get("knob.compilation_config")).toMatch(/^.{300,}… sha256:[0-9a-f]{64}$/);
      expect(run.params.get("knob.quantization")).toBe("fp8");
      expect(run.tags.get("ceteris.reason")).toHaveLength(5000);
      expect(run.metrics.length).toBeGreaterThan(3);
      const artifact = JSON.parse(Buffer.from(run.artifacts.get("long-values.json") ?? []).toString()) as object;
      expect(artifact).toMatchObject({ "knob.compilation_config": long, "ceteris.reason": "so it is ".repeat(700) });
    }
    expect(await send(withLongKnob())).toMatchObject({ value: { sent: 0, already: 2 } });
  });

  it("completes what a broken upload left of a shortened value", async () => {
    const { server, send } = mlflowLab();
    server.refusedBeyond = { param: 500, tag: 5000 };
    const what = withLongKnob();
    server.interfere = (path) => (path.includes("artifacts/trial.json") ? noAnswer : null);
    await send(what);
    server.interfere = () => null;
    expect(await send(what)).toMatchObject({ value: { sent: 2, already: 0, notices: [] } });
  });

  it("gets all but the item that it takes in no form, which a notice names", async () => {
    const { server, send } = mlflowLab();
    server.refusedBeyond = { param: 2, tag: 5000 };
    const sent = await send(delivery());
    expect(sent).toMatchObject({ ok: true, value: { sent: 1 } });
    if (sent.ok) expect(sent.value.notices.join("\n")).toContain("MLflow did not take knob.quantization");
    expect(only(server.runs).metrics.length).toBeGreaterThan(3);
  });

  it("is not said to be there where its mark of completeness is refused", async () => {
    const { server, send } = mlflowLab();
    const text = JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message: "no such tag" });
    server.interfere = () =>
      String(server.requests.at(-1)?.body).includes(`"ceteris.complete"`)
        ? { ok: true, value: { status: 400, headers: {}, text } }
        : null;
    const sent = await send(delivery());
    expect(sent).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("(0 of 1 trial sent)") },
    });
  });

  it.each([
    ["has no data sets, as before 2.4", 404, "<html>Not Found</html>"],
    ["refuses one", 400, JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message: "source is too long" })],
  ])("gets everything else where it %s", async (_, status, text) => {
    const { server, send } = mlflowLab();
    server.interfere = (path) => (path.endsWith("log-inputs") ? succeed({ status, headers: {}, text }) : null);
    const sent = await send(delivery([{ replicate: 1 }]));
    expect(sent).toMatchObject({ ok: true, value: { sent: 1 } });
    if (sent.ok) expect(sent.value.notices).toEqual([expect.stringContaining("did not take the data set")]);
    expect(children(server.runs)[0]).toMatchObject({ status: "FINISHED", datasets: [] });
  });

  it("gets names of runs that its database has room for", async () => {
    const { server, send } = mlflowLab();
    const trial = fakeTrial(fakeExperiment("long", 2, {}));
    const named = { ...trial, spec: { ...trial.spec, experiment: "x".repeat(400) } };
    await send(delivery([], { trials: [sentTrial(named, temporaryFolder())] }));
    expect(children(server.runs)[0]?.name).toMatch(/^x+… sha256:[0-9a-f]{64}$/);
    expect(children(server.runs)[0]?.name).toHaveLength(250);
  });

  it("names in a notice a tag of the study that it takes in no form", async () => {
    const { server, send } = mlflowLab();
    const text = JSON.stringify({ error_code: "INVALID_PARAMETER_VALUE", message: "no such tag" });
    const what = delivery();
    await send(what);
    for (const run of server.runs) if (run !== only(server.runs)) run.tags.delete("mlflow.source.type");
    server.interfere = () =>
      String(server.requests.at(-1)?.body).includes(`"tags":[{"key":"mlflow.source.type"`)
        ? { ok: true, value: { status: 400, headers: {}, text } }
        : null;
    const sent = await send(what);
    expect(sent).toMatchObject({ ok: true, value: { already: 1 } });
    if (sent.ok)
      expect(sent.value.notices).toEqual([expect.stringContaining("MLflow did not take mlflow.source.type")]);
  });
});

describe("many trials", () => {
  it("are asked for once where they are there, by pages", async () => {
    const { server, send } = mlflowLab();
    const what = delivery(Array.from({ length: 25 }, (_, index) => ({ replicate: index + 1 })));
    await send(what);
    server.pageSize = 10;
    const before = server.requests.length;
    expect(await send(what)).toMatchObject({ value: { sent: 0, already: 25 } });
    expect(server.requests.length - before).toBeLessThan(8);
  });
});

describe("an upload that was broken off", () => {
  it.each(["runs/log-batch", "runs/log-inputs", "artifacts/trial.json", "runs/update"])(
    "at %s is completed without a point twice",
    async (where) => {
      const { server, send } = mlflowLab();
      const what = delivery([{}]);
      const series = [{ name: "waiting", unit: "requests", points: [{ timeMs: 1, value: 4, step: 0 }] }];
      const trials = what.trials.map((item) => ({ ...item, series: () => Promise.resolve(series) }));
      let broken = false;
      server.interfere = (path) => {
        broken ||= path.includes(where) && server.runs.length === 2;
        return broken ? noAnswer : null;
      };
      expect(await send({ ...what, trials })).toMatchObject({ ok: false, problem: { code: "mlflow-unreachable" } });
      expect(only(server.runs).tags.has("ceteris.complete")).toBe(false);
      server.interfere = () => null;
      expect(await send({ ...what, trials })).toMatchObject({ value: { sent: 1, already: 0 } });

      const whole = mlflowLab();
      await whole.send({ ...what, trials });
      const child = only(server.runs);
      const expected = only(whole.server.runs);
      expect(child.metrics).toEqual(expected.metrics);
      expect(child.params).toEqual(expected.params);
      expect(new Map(child.tags)).toEqual(expected.tags);
      expect(child.datasets).toEqual(expected.datasets);
      expect([...child.artifacts.keys()]).toEqual([...expected.artifacts.keys()]);
    },
  );

  it("keeps a param that is there with another value, and names it", async () => {
    const { server, send } = mlflowLab();
    const what = delivery();
    server.interfere = (path) => (path.endsWith("runs/log-inputs") ? noAnswer : null);
    await send(what);
    server.interfere = () => null;
    only(server.runs).params.set("knob.quantization", "int8");
    only(server.runs).params.delete("engine");
    expect(await send(what)).toMatchObject({ value: { sent: 1 } });
    expect(only(server.runs).params.get("knob.quantization")).toBe("int8");
    expect(only(server.runs).params.get("engine")).toBe("fake");
    expect(only(server.runs).tags.get("ceteris.params_differ")).toBe("knob.quantization");
  });

  it("tells what the server refuses also where another param differs", async () => {
    const { server, send } = mlflowLab();
    const what = delivery();
    server.interfere = (path) => (path.endsWith("runs/log-inputs") ? noAnswer : null);
    await send(what);
    server.interfere = () => null;
    only(server.runs).params.set("knob.quantization", "int8");
    only(server.runs).params.delete("engine");
    server.refusedBeyond = { param: 3, tag: 5000 };
    const sent = await send(what);
    expect(sent).toMatchObject({ value: { sent: 1 } });
    if (sent.ok) expect(sent.value.notices).toEqual([expect.stringContaining("MLflow did not take engine")]);
    expect(only(server.runs).tags.get("ceteris.params_differ")).toBe("knob.quantization");
  });

  it("makes no second run where only the answer to the first create was lost", async () => {
    const { server, send } = mlflowLab();
    server.interfere = (path, count) => (path.endsWith("runs/create") && count === 2 ? "lost" : null);
    expect(await send(delivery())).toMatchObject({ value: { sent: 1 } });
    expect(children(server.runs)).toHaveLength(1);
    server.interfere = (path, count) => (path.endsWith("runs/create") && count === 3 ? noAnswer : null);
    expect(await send(delivery([{ replicate: 2 }]))).toMatchObject({ value: { sent: 1 } });
    expect(children(server.runs)).toHaveLength(2);
  });
});

describe("values that MLflow would cut", () => {
  it("are whole in an artifact", async () => {
    const { server, send } = mlflowLab();
    const template = "t".repeat(6500);
    const trial = fakeTrial(fakeExperiment("long", 2, { chat_template: template }));
    await send({ study: fakeStudyMeta, trials: [sentTrial(trial, temporaryFolder())] });
    const text = Buffer.from(only(server.runs).artifacts.get("long-values.json") ?? []).toString();
    expect(JSON.parse(text)).toEqual({ "knob.chat_template": template });
    expect(only(server.runs).params.get("knob.chat_template")).toMatch(/… sha256:[0-9a-f]{64}$/);
  });
});
