import { readFileSync } from "node:fs";
import { join } from "node:path";
import { viewDocs } from "../../src/index/index.ts";
import { fileDocs } from "../../src/store/index.ts";

const page = join(import.meta.dirname, "../../docs/data.md");

/** `docs/data.md`: written by hand, but for the lists of files and views between their marks. */
export function dataDocs(): string {
  return Object.entries({ files: fileDocs(), views: viewDocs() }).reduce(
    (text, [mark, made]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${mark} -->)[\\s\\S]*?(<!-- end -->)`),
        (_, open: string, close: string) => [open, "", made.trim(), "", close].join("\n"),
      ),
    readFileSync(page, "utf8"),
  );
}
