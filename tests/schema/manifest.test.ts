import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { asEdited, isEdited, readManifest, trialEdited } from "../../src/schema/manifest.ts";
import { fromDisk, toDisk } from "../../src/schema/disk.ts";
import type { Stored } from "../../src/schema/stored-shape.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const entry = { path: "trial.json", bytes: 2, sha256: createHash("sha256").update("{}").digest("hex") };
const manifest = (files: unknown[], format = "ceteris.manifest/1") => JSON.stringify({ format, files });

describe("readManifest", () => {
  it.each([
    ["no JSON", "{"],
    ["another format", manifest([entry], "ceteris.manifest/2")],
    ["no list", '{"format":"ceteris.manifest/1","files":{}}'],
    ["an entry without a digest", manifest([entry, { path: "a", bytes: 1 }])],
    ["an entry that is not a map", manifest([entry, 5])],
  ])("refuses the whole of %s", (_, text) => expect(readManifest(text)).toBeNull());

  it("gives the entries", () => expect(readManifest(manifest([entry]))).toEqual([entry]));
});

describe("trialEdited", () => {
  it("is null of a trial as it was written, and else says why", () => {
    expect(trialEdited("{}", manifest([entry]))).toBeNull();
    expect(trialEdited("{} ", manifest([entry]))).toMatch(/^trial\.json was edited since it was written/);
    expect(trialEdited("{}", null)).toMatch(/^there is no MANIFEST\.json/);
    expect(trialEdited("{}", manifest([]))).toMatch(/^MANIFEST\.json cannot be read/);
  });
});

describe("asEdited", () => {
  it("makes a trial INVALID for that reason, whatever it says of itself", () => {
    const trial = fakeTrial(fakeExperiment("a", 0, {}), { throughput: 5000 });
    const edited = fromDisk<Trial>(asEdited(toDisk(trial) as Stored, "trial.json was edited"));
    expect(edited.verdict).toMatchObject({
      status: "INVALID",
      reason: "trial.json was edited",
      failure: null,
      checks: [{ id: "as-written", status: "fail", remedy: expect.stringContaining("--retry invalid") as string }],
    });
    expect([isEdited(edited), isEdited(trial)]).toEqual([true, false]);
  });
});
