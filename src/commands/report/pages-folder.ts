import { join, relative } from "node:path";

/** Where pages are written unless somebody says where. */
const PAGES = join("reports", "out");

/**
 * The folder of a study's pages, relative to the working folder: `reports/out`; of another results folder than `results` a folder
 * of its own below that, so that two results of one study do not overwrite each other's pages.
 */
export function pagesFolder(workingFolder: string, resultsFolder: string): string {
  const place = relative(workingFolder, resultsFolder);
  if (place === "results") return PAGES;
  const name = place.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replaceAll(/^[.-]+|[.-]+$/g, "");
  return join(PAGES, name === "" ? "here" : name);
}
