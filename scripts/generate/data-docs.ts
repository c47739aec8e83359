import { viewDocs } from "../../src/index/index.ts";
import { fileDocs } from "../../src/store/index.ts";
import { pageWith } from "./page.ts";

/** `docs/data.md`: the lists of files and views. */
export function dataDocs(): string {
  return pageWith("docs/data.md", { files: fileDocs(), views: viewDocs() });
}
