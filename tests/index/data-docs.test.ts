import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { viewDocs } from "../../src/index/index.ts";
import { fileDocs } from "../../src/store/index.ts";

describe("docs/data.md", () => {
  it.each([
    ["files", fileDocs()],
    ["views", viewDocs()],
  ])("has the generated part: %s", (name, generated) => {
    const page = readFileSync("docs/data.md", "utf8");
    const part = new RegExp(`<!-- generated: ${name} -->\n\n([^]*?)\n\n<!-- end -->`).exec(page)?.[1] ?? "";
    expect(part).toBe(generated);
  });
});
