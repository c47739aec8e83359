import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { verifyFolder } from "../../src/store/manifest.ts";
import { realFiles } from "../../src/world/files.ts";
import { damagedText, jsonWith, longestMs, expectAll } from "../support/any-text.ts";

const timeout = { timeout: longestMs };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

it("holds any manifest against the files, or says that it cannot", timeout, async () => {
  const entries = jsonWith(
    ["format", "files", "path", "bytes", "sha256"],
    ["ceteris.manifest/1", "trial.json", sha256("a"), 1],
  );
  const manifest = fc.oneof(
    damagedText(entries.map((value) => JSON.stringify(value))),
    damagedText(entries.map((value) => JSON.stringify({ format: "ceteris.manifest/1", files: value }))),
    fc.constant(
      JSON.stringify({ format: "ceteris.manifest/1", files: [{ path: "trial.json", bytes: 1, sha256: sha256("a") }] }),
    ),
  );
  await expectAll(
    manifest,
    async (text) => {
      const files = {
        ...realFiles,
        readText: () => Promise.resolve(text),
        list: () => Promise.resolve(["MANIFEST.json", "trial.json"]),
        stat: () => Promise.resolve({ size: 1, modifiedMs: 0, folder: false }),
        sha256: () => Promise.resolve(sha256("a")),
      };
      const verified = await verifyFolder({ files }, "/study/exp/trial");
      if (!verified.ok) return expect(verified.problem.code).toBe("manifest-unreadable");
      for (const { path, kind, message } of verified.value) {
        expect([typeof path, ["missing", "changed", "added"].includes(kind), typeof message]).toEqual([
          "string",
          true,
          "string",
        ]);
      }
    },
    6000,
  );
});
