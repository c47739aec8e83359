import { expect, it } from "vitest";
import { fromDisk, toDisk } from "../../src/schema/disk.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

it("leaves the names within a knob's value as the user wrote them, declared and resolved", () => {
  const value = { cudagraph_mode: "FULL", Some_Key: { capture_sizes: [1] } };
  const trial = fakeTrial(fakeExperiment("baseline", 0, {}), {
    resolved: [{ knob: "compilation_config", declared: value, resolved: value, status: "same", where: "server_info" }],
  });
  expect(fromDisk(toDisk(trial))).toEqual(trial);
});
