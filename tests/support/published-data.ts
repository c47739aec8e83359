import { existsSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";

/**
 * A folder of published results, which are not part of this repository. `CETERIS_PUBLISHED_DATA` names the folder that holds
 * them: without it the test is skipped with the reason, and with it what is absent fails.
 */
export function publishedData(context: TestContext, folder: string): string {
  const place = process.env["CETERIS_PUBLISHED_DATA"];
  if (!place) return context.skip(`CETERIS_PUBLISHED_DATA does not name a folder with ${folder}`);
  const found = path.resolve(place, folder);
  if (!existsSync(found)) throw new Error(`CETERIS_PUBLISHED_DATA: there is no ${found}`);
  return found;
}
