import { expect, it } from "vitest";
import { pagesFolder } from "../../../src/commands/report/pages-folder.ts";

it.each([
  ["/work/results", "reports/out"],
  ["/work/other", "reports/out/other"],
  ["/work/a/results", "reports/out/a-results"],
  ["/mnt/shared/results", "reports/out/mnt-shared-results"],
  ["/work", "reports/out/here"],
])("of the results in %s is %s", (results, pages) => {
  expect(pagesFolder("/work", results)).toBe(pages);
});
