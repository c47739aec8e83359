import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { weightBytes } from "../../src/engine/weight-bytes.ts";
import { realFiles } from "../../src/world/files.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** A folder with files of so many bytes, or of a text. */
function folderOf(files: Record<string, number | string>): string {
  const folder = join(temporaryFolder(), "model");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === "number" ? "w".repeat(content) : content);
  return folder;
}

it("takes what the index of a sharded checkpoint says", async () => {
  const index = JSON.stringify({ metadata: { total_size: 16_000_000_000 }, weight_map: {} });
  const folder = folderOf({ "model.safetensors.index.json": index, "model-00001-of-00002.safetensors": 10 });
  expect(await weightBytes(realFiles, folder)).toBe(16_000_000_000);
});

it("counts weights once that a repository holds in several formats", async () => {
  const several = {
    "consolidated.safetensors": 70,
    "model-1.safetensors": 40,
    "model-2.safetensors": 30,
    "pytorch_model.bin": 70,
  };
  expect(await weightBytes(realFiles, folderOf(several))).toBe(70);
  expect(await weightBytes(realFiles, folderOf({ "consolidated.safetensors": 70 }))).toBe(70);
  expect(await weightBytes(realFiles, folderOf({ "model.bin": 5, "config.json": "{}" }))).toBe(5);
});

it("takes a model of one file, and tells nothing of a folder without weights", async () => {
  expect(await weightBytes(realFiles, join(folderOf({ "tiny.gguf": 9 }), "tiny.gguf"))).toBe(9);
  expect(await weightBytes(realFiles, folderOf({ "config.json": "{}" }))).toBeNull();
});
