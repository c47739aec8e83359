import { describe, expect, it } from "vitest";
import { mirrors, type Delivery } from "../../../src/mirrors/index.ts";
import { fakeMlflow, noAnswer, recorded } from "../../support/fake-mlflow.ts";
import type { FakeTrialOptions } from "../../support/fake-trials.ts";
import { children, delivery as deliveryIn, mlflowLab, only } from "../../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const delivery = (options?: FakeTrialOptions[], more?: Partial<Delivery>) =>
  deliveryIn(temporaryFolder(), options, more);

describe("a server that does not play along", () => {
  it("that is not there costs one request and no pause", async () => {
    const { server, send, pauses } = mlflowLab();
    server.interfere = () => noAnswer;
    expect(await send(delivery())).toMatchObject({
      ok: false,
      problem: { code: "mlflow-unreachable", hint: expect.stringContaining("ceteris sync") },
    });
    expect(server.requests).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  it("is asked again while it is busy, with growing pauses, and not for ever", async () => {
    const { server, send, pauses } = mlflowLab({ MLFLOW_HTTP_REQUEST_MAX_RETRIES: "3" });
    server.interfere = (path) =>
      path.endsWith("log-batch") ? { ok: true, value: { status: 503, headers: {}, text: "busy" } } : null;
    expect(await send(delivery())).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("503: busy (0 of 1 trial sent)") },
    });
    expect(pauses).toEqual([1000, 2000, 4000]);
  });

  it("is asked again where two writers met in its database", async () => {
    const { server, send, pauses } = mlflowLab();
    server.interfere = (path, count) =>
      /log-inputs|runs\/create/.test(path) && count === 1 ? { ok: true, value: recorded("database-error") } : null;
    expect(await send(delivery())).toMatchObject({ value: { sent: 1 } });
    expect(pauses).toEqual([1000, 1000]);
    expect(server.runs).toHaveLength(2);
  });

  it("is not asked beyond the budget", async () => {
    const { server, send, pauses } = mlflowLab({ MLFLOW_HTTP_REQUEST_MAX_RETRIES: "9" });
    server.interfere = (path) =>
      path.endsWith("log-batch") ? { ok: true, value: { status: 503, headers: {}, text: "busy" } } : null;
    expect(await send(delivery([{}], { budgetMs: 5000 }))).toMatchObject({
      ok: false,
      problem: { code: "mlflow-slow" },
    });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(5000);
  });

  it("that refuses the host is quoted", async () => {
    const { server, send } = mlflowLab();
    server.interfere = () => ({ ok: true, value: recorded("host-evil") });
    expect(await send(delivery())).toMatchObject({
      problem: {
        code: "mlflow-forbidden",
        message: expect.stringContaining("Invalid Host header - possible DNS rebinding attack detected"),
        hint: expect.stringContaining("--allowed-hosts"),
      },
    });
  });

  it("that is something else is told so", async () => {
    const { server, send } = mlflowLab();
    server.interfere = () => ({ ok: true, value: { status: 200, headers: {}, text: "<html>hello</html>" } });
    expect(await send(delivery())).toMatchObject({ problem: { code: "not-mlflow" } });
    server.interfere = () => ({ ok: true, value: { status: 200, headers: {}, text: "{}" } });
    expect(await send(delivery())).toMatchObject({ ok: false });
    server.interfere = () => ({
      ok: true,
      value: { status: 308, headers: { location: "https://a:b@there.example/x?y" }, text: "" },
    });
    expect(await send(delivery())).toMatchObject({
      problem: { message: expect.stringContaining("https://there.example/x") },
    });
    expect(server.runs).toEqual([]);
  });

  it("shows no credential, although it repeats one", async () => {
    const { server, send } = mlflowLab({ MLFLOW_TRACKING_USERNAME: "ann", MLFLOW_TRACKING_PASSWORD: "hunter2" });
    const basic = Buffer.from("ann:hunter2").toString("base64");
    server.interfere = () => ({ ok: true, value: { status: 401, headers: {}, text: `bad hunter2, Basic ${basic}` } });
    const sent = await send(delivery());
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Basic ${basic}` });
    expect(JSON.stringify(sent)).not.toMatch(/hunter2/);
    expect(JSON.stringify(sent)).not.toContain(basic);
    expect(sent).toMatchObject({ problem: { code: "mlflow-credentials" } });
  });

  it("that refuses one trial gets the others", async () => {
    const { server, send } = mlflowLab();
    server.interfere = (path, count) =>
      path.endsWith("runs/create") && count === 2 ? { ok: true, value: recorded("metric-null") } : null;
    const sent = await send(delivery([{ replicate: 1 }, { replicate: 2 }]));
    expect(sent).toMatchObject({
      ok: false,
      problem: { message: expect.stringContaining("(1 of 2 trials sent)") },
    });
    expect(children(server.runs)).toHaveLength(1);
  });

  it("that keeps its files elsewhere gets the rest, and it is said once", async () => {
    const server = fakeMlflow("s3://bucket/");
    const { world } = mlflowLab({}, server);
    const open = mirrors.mlflow.open(world, null);
    if (!open.ok || !open.value) throw new Error("not open");
    const first = await open.value.send(delivery([{ replicate: 1 }, { replicate: 2 }]));
    const second = await open.value.send(delivery([{ replicate: 3 }]));
    expect(first).toMatchObject({ value: { sent: 2, notices: [expect.stringContaining("s3:")] } });
    expect(second).toMatchObject({ value: { sent: 1, notices: [] } });
    expect(
      children(server.runs).every(({ artifacts, tags }) => artifacts.size === 0 && tags.has("ceteris.complete")),
    ).toBe(true);
  });

  it("that refuses one file gets the others, with a notice", async () => {
    const { server, send } = mlflowLab();
    server.interfere = (path) =>
      path.endsWith("requests.parquet") ? { ok: true, value: { status: 413, headers: {}, text: "too large" } } : null;
    expect(await send(delivery())).toMatchObject({
      value: { sent: 1, notices: [expect.stringContaining("too large")] },
    });
    expect(only(server.runs).artifacts.has("trial.json")).toBe(true);
  });
});
