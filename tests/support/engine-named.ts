import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { loadEngine } from "../../src/matrix/index.ts";
import type { Engine } from "../../src/schema/engine.ts";

const root = join(import.meta.dirname, "../..");

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** An engine of `sut/`, which must load without a diagnostic. */
export function engineNamed(name: string): Engine {
  const { engine, diagnostics } = loadEngine({ name, read, sutFolders: [join(root, "sut")], root });
  expect(diagnostics).toEqual([]);
  if (engine === null) throw new Error(`no engine ${name}`);
  return engine;
}

/** The text of a fixture, by its path in `tests/fixtures`. */
export function fixtureText(path: string): string {
  return readFileSync(join(root, "tests/fixtures", path), "utf8");
}
