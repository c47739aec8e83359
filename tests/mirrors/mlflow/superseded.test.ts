import { expect, it } from "vitest";
import type { Delivery } from "../../../src/mirrors/index.ts";
import type { FakeTrialOptions } from "../../support/fake-trials.ts";
import { children, delivery as deliveryIn, fakeStudyMeta, mlflowLab } from "../../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const delivery = (options?: FakeTrialOptions[], more?: Partial<Delivery>) =>
  deliveryIn(temporaryFolder(), options, more);

it.each([
  ["in their order", [1, 2]],
  ["the later one first", [2, 1]],
])("marks an attempt that a later one took the place of, sent %s", async (_, order) => {
  const { server, send } = mlflowLab();
  const status = ["FAILED", "VALID"] as const;
  for (const attempt of order) await send(delivery([{ attempt, status: status[attempt - 1]! }]));
  await send(delivery([{ replicate: 2 }]));
  expect(
    children(server.runs)
      .map((run) => [run.name, run.status, run.tags.get("ceteris.superseded")])
      .toSorted(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
  ).toEqual([
    ["fp8 r1 a2", "FINISHED", undefined],
    ["fp8 r2", "FINISHED", undefined],
    ["superseded fp8 r1", "KILLED", "by attempt 2"],
  ]);
});

it("leaves a trial of the same id alone where it is another study's of the same name, which has a run and a conclusion of its own", async () => {
  const { server, send } = mlflowLab();
  const begun = ["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", undefined];
  for (const [at, began] of begun.entries()) {
    const study = { ...fakeStudyMeta, ...(began === undefined ? {} : { began }) };
    for (const replicate of [1, 2]) await send(delivery([{ replicate, throughput: 1000 + at }], { study }));
  }
  expect(children(server.runs).map(({ status }) => status)).toEqual(Array(6).fill("FINISHED"));
  const studies = server.runs.filter(({ tags }) => tags.get("ceteris.kind") === "study");
  expect(studies.map(({ tags }) => tags.get("ceteris.began"))).toEqual(begun);
  for (const { id } of studies) {
    const below = children(server.runs).filter(({ tags }) => tags.get("mlflow.parentRunId") === id);
    expect(below).toHaveLength(2);
  }
});

it("makes another run for a trial that was measured again under its id", async () => {
  const { server, send } = mlflowLab();
  await send(delivery([{ throughput: 1000 }]));
  const sent = await send(delivery([{ throughput: 900 }]));
  expect(sent).toMatchObject({ value: { sent: 1, already: 0 } });
  expect(children(server.runs).map(({ name, status }) => [name, status])).toEqual([
    ["superseded fp8 r1", "KILLED"],
    ["fp8 r1", "FINISHED"],
  ]);
});
