import { expect, it } from "vitest";
import { readRequests } from "../../src/store/read-requests.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };

it("gives the measured requests in the order of issue, their times to the nanosecond", async () => {
  const observation = fakeObservation(5, 3);
  const requests = [...observation.requests].map((request) => ({
    ...request,
    scheduledNs: 600_000_000_000 + request.index,
    sentNs: 600_123_456_789 + request.index,
    firstTokenNs: request.index === 2 ? null : 600_200_000_001,
  }));
  const written = await writeTrial(world, temporaryFolder(), fakeTrial(fakeExperiment("baseline", 0, {})), {
    observation: { ...observation, requests },
    outputs: null,
  });
  const read = await readRequests(world, written.ok ? written.value : "");
  const measured = requests.filter(({ phase }) => phase === "measure");
  const keys = [
    "sample",
    "chunk",
    "scheduledNs",
    "sentNs",
    "firstTokenNs",
    "lastTokenNs",
    "endNs",
    "outputTokens",
  ] as const;
  const picked = (rows: readonly { [key in (typeof keys)[number]]: unknown }[]) =>
    rows.map((row) => keys.map((key) => row[key]));
  const rows = read?.ok === true ? read.value : [];
  expect(rows).toHaveLength(4);
  expect(picked(rows)).toEqual(picked(measured));
});

it("is null where a trial stored no request", async () => {
  expect(await readRequests(world, temporaryFolder())).toBeNull();
});
