import { join } from "node:path";
import type { SiteStudy } from "../../report/index.ts";
import { asMap, parseMap } from "../../schema/json.ts";
import type { World } from "../../world/world.ts";

/** `site.json` in the folder of a site: what its pages were made from, so that those whose inputs are the same are not made again. */
export interface SiteRecord {
  format: "ceteris.site/1";
  /** Digest of our version and of the files of `reports/`: where they differ, every page is made again. */
  made: string;
  /** By the study's name: digest of its folder, its paths, and its rows for the index. */
  studies: Record<string, { fingerprint: string; paths: string[]; study: SiteStudy }>;
  /** Digest of each page that puts studies together, by its path. */
  boards: Record<string, string>;
}

export const siteRecordFile = "site.json";

/** What the last build left; an empty record where there is none, or one of another make. */
export async function readSiteRecord(world: Pick<World, "files">, folder: string, made: string): Promise<SiteRecord> {
  const text = await world.files.readText(join(folder, siteRecordFile));
  const found = text === null ? null : (parseMap(text) as SiteRecord | null);
  const empty: SiteRecord = { format: "ceteris.site/1", made, studies: {}, boards: {} };
  if (found === null || found.format !== empty.format) return empty;
  if (asMap(found.studies) === null || asMap(found.boards) === null) return empty;
  // Pages of studies that are gone are still to be removed.
  return found.made === made
    ? found
    : {
        ...empty,
        studies: Object.fromEntries(
          Object.entries(found.studies).map(([name, one]) => [name, { ...one, fingerprint: "" }]),
        ),
        boards: Object.fromEntries(Object.keys(found.boards).map((path) => [path, ""])),
      };
}

/** True of the path of a page of a site: only such a file is ever removed, whatever the record says. */
export function isPage(path: string): boolean {
  return /^(index|(models|gpus)\/[\w.-]+|studies\/[\w.-]+\/(index|trials))\.html$/.test(path) && !path.includes("/../");
}
