import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { trackingOf } from "../../src/run/tracking.ts";
import type { RunEvent } from "../../src/schema/event.ts";
import type { World } from "../../src/world/world.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeMlflow } from "../support/fake-mlflow.ts";
import { children, delivery } from "../support/mlflow-lab.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const study = "fake-study";

/** A results folder with trials of one study, and a tracking server that takes its time. */
function laboratory(replicates: number) {
  const resultsFolder = temporaryFolder();
  const { trials } = delivery(
    resultsFolder,
    Array.from({ length: replicates }, (_, index) => ({ replicate: index + 1 })),
  );
  writeFileSync(
    join(resultsFolder, study, "study.json"),
    JSON.stringify({
      format: "ceteris.study/1",
      name: study,
      question: "",
      origin: "measured",
      stand_in: null,
      fidelity: "valid",
      baselines: [],
      experiments: [],
      contrasts: [],
    }),
  );
  const server = fakeMlflow();
  const real = realWorld();
  const world: World = {
    ...real,
    variables: { MLFLOW_TRACKING_URI: "http://mlflow.test" },
    network: {
      ...real.network,
      async request(request) {
        await real.clock.sleep(1);
        return server.request(request);
      },
    },
  };
  const open = () => {
    const tracking = trackingOf(world, undefined);
    if (!tracking.ok) throw new Error(tracking.problem.message);
    return tracking.value;
  };
  return { place: { resultsFolder, study }, trials, server, open };
}

it("sends what an earlier run left unsent before a new one begins, and tells it once", async () => {
  const { place, server, open } = laboratory(3);
  const events: RunEvent[] = [];
  await open().catchUp(place, (event) => events.push(event));
  expect(children(server.runs)).toHaveLength(3);
  expect(events).toMatchObject([{ type: "mirror", state: "sent", message: "3 trials" }]);
  await open().catchUp(place, (event) => events.push(event));
  expect(events).toHaveLength(1);
});

it("makes no run twice where two send at the same time", async () => {
  const { place, trials, server, open } = laboratory(6);
  const events: RunEvent[] = [];
  const report = (event: RunEvent): void => void events.push(event);
  await Promise.all([open().send({ ...place, trials }, report), open().catchUp(place, report)]);
  expect(children(server.runs)).toHaveLength(6);
  expect(server.runs).toHaveLength(7);
  expect(events.filter((event) => event.type === "mirror" && event.state === "behind")).toEqual([]);
});

it("is not behind where the study's record was put aside: the run writes it again", async () => {
  const { place, trials, server, open } = laboratory(2);
  const record = join(place.resultsFolder, study, "study.json");
  renameSync(record, `${record}.unreadable`);
  const events: RunEvent[] = [];
  const report = (event: RunEvent): void => void events.push(event);
  const tracking = open();
  await tracking.catchUp(place, report);
  renameSync(`${record}.unreadable`, record);
  await tracking.send({ ...place, trials }, report);
  expect(children(server.runs)).toHaveLength(2);
  expect(events).toMatchObject([{ type: "mirror", state: "sent" }]);
});
