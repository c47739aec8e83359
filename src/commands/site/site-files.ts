import { createHash } from "node:crypto";
import { join } from "node:path";
import type { SiteFiles } from "../../report/index.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

/** What a site's pages have in common, and a digest of all that makes them: our version and the files of `reports/`, ours and the user's. */
export async function readSiteFiles(world: World): Promise<Result<{ files: SiteFiles; made: string }>> {
  const roots = [...new Set([world.machine.packageFolder, world.machine.workingFolder])];
  const hash = createHash("sha256");
  const known: Record<string, string> = {};
  hash.update((await world.files.readText(join(world.machine.packageFolder, "package.json"))) ?? "");
  for (const root of roots) {
    const folder = join(root, "reports");
    // A file of the user's wins over ours of the same name.
    for (const name of await world.files.list(folder)) {
      if (name === "out") continue;
      const isFolder = (await world.files.stat(join(folder, name)))?.folder === true;
      for (const file of isFolder ? await world.files.list(join(folder, name)) : [""]) {
        const text = (await world.files.readText(join(folder, name, file))) ?? "";
        hash.update(`${name}/${file} ${text.length}\n${text}`);
        if (!isFolder) known[name] = text;
      }
    }
  }
  const [pageCss, siteCss, pageJs, siteJs] = ["page.css", "site.css", "page.js", "site.js"].map((name) => known[name]);
  if (pageCss === undefined || siteCss === undefined || pageJs === undefined || siteJs === undefined) {
    return fail("no-template", "a file of reports/ is missing", "It comes with ceteris: install it again.");
  }
  const files = { css: `${pageCss}\n${siteCss}`, scripts: [pageJs, siteJs] };
  return succeed({ files, made: hash.digest("hex") });
}
