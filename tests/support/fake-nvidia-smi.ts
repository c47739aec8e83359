import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts a program named nvidia-smi, of one GPU, into a folder for PATH; answers with the folder. */
export function fakeNvidiaSmi(folder: string): string {
  const text = readFileSync(join(import.meta.dirname, "../fixtures/telemetry/fake-nvidia-smi.mjs"), "utf8");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "nvidia-smi"), `#!${process.execPath}\n${text}`);
  chmodSync(join(folder, "nvidia-smi"), 0o755);
  return folder;
}
