import { existsSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";

/** A folder of the data beside the repository; where it is absent the test is skipped, but fails in CI. */
export function sharedData(context: TestContext, folder: string): string {
  const place = path.resolve(import.meta.dirname, "../../../shared/data", folder);
  if (!existsSync(place)) {
    const reason = `no data at ../shared/data/${folder}`;
    if (process.env["CI"]) throw new Error(reason);
    context.skip(reason);
  }
  return place;
}
