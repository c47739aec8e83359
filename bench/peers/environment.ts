import { join, resolve } from "node:path";

/** What makes a Python environment: its pinned packages, and the script that finishes it. */
export interface PeerEnvironment {
  name: string;
  requirementsFile: string;
  afterFile: string;
}

export const repositoryFolder = resolve(import.meta.dirname, "..", "..");

/** The environment of the packages in `<name>.txt` of this folder. */
export function pinnedEnvironment(name: string, after = "make-tokenizer.py"): PeerEnvironment {
  return {
    name: `bench-${name}`,
    requirementsFile: join(import.meta.dirname, `${name}.txt`),
    afterFile: join(import.meta.dirname, after),
  };
}
