import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { countTrials, designKinds, expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadStudy } from "../../src/matrix/index.ts";

const root = join(import.meta.dirname, "../fixtures");
const text = readFileSync(join(root, "matrices/twenty-mistakes.yaml"), "utf8");

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** `# <- code mark` on a line: the diagnostic `code` points at the first `mark` of that line. */
const expected = text.split("\n").flatMap((line, index) => {
  const marked = /# <- ([a-z-]+) (\S+)$/.exec(line);
  if (marked === null) return [];
  const [, code = "", mark = ""] = marked;
  return [`${index + 1}:${line.indexOf(mark) + 1} ${code}`];
});

describe("a matrix with twenty mistakes", () => {
  const { study, diagnostics } = loadStudy({
    file: "matrices/twenty-mistakes.yaml",
    root,
    read: readText,
    designs: designKinds,
    sutFolders: [join(root, "sut")],
    overrides: {},
  });
  const expansion = study === null ? null : expandStudy(study);
  const all =
    study === null || expansion === null
      ? diagnostics
      : [...diagnostics, ...lintStudy(study, expansion, { trials: countTrials(study, expansion) })];

  it("plants twenty", () => {
    expect(expected).toHaveLength(20);
  });

  it("gets a diagnostic for each, at its line and column, and no other", () => {
    const found = all.map(({ code, line, column }) => `${line}:${column} ${code}`);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("says of each what is wrong, what to do next, and shows the place", () => {
    for (const { file, message, hint, excerpt } of all) {
      expect(file).toBe("matrices/twenty-mistakes.yaml");
      expect(message).not.toBe("");
      expect(hint).not.toBe("");
      expect(excerpt).toMatch(/\n\s*\^+$/);
    }
  });
});
