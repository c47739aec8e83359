import { expect, it } from "vitest";
import { pagesFolder } from "../../../src/commands/report/pages-folder.ts";

it.each([
  ["/studies/results", "reports/out"],
  ["/studies/other", "reports/out/other"],
  ["/studies/a/results", "reports/out/a-results"],
  ["/mnt/shared/results", "reports/out/mnt-shared-results"],
  ["/studies", "reports/out/here"],
])("of the results in %s is %s", (results, pages) => {
  expect(pagesFolder("/studies", results)).toBe(pages);
});
