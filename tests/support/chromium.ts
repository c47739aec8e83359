import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Where Linux distributions put it. */
const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser of this machine, or why there is none. */
export function chromiumPath(): { path: string } | { reason: string } {
  const path = [...usual, chromium.executablePath()].find((place) => existsSync(place));
  return path === undefined
    ? { reason: "there is no Chromium; install it, or: npx playwright-core install chromium" }
    : { path };
}
