import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { repository } from "../support/cli.ts";
import { plannedMatrix } from "../support/planned-matrix.ts";

it("a document names rows that the matrix of its command has", () => {
  const pages = globSync("{README.md,docs/*.md}", { cwd: repository }).map((path) =>
    readFileSync(join(repository, path), "utf8"),
  );
  const named = pages.flatMap((page) => [
    ...page.matchAll(/ (matrices\/[\w/-]+\.yaml)[^`\n]*? --(?:only|profile|show-command) ([\w-]+)/g),
  ]);
  expect(named.length).toBeGreaterThan(5);
  const unknown = named.filter(
    ([, path = "", row = ""]) => !plannedMatrix(path).expansion.rows.some(({ id }) => id === row),
  );
  expect(unknown.map(([command]) => command)).toEqual([]);
});
