/** The pure part of `ceteris site build`: data of studies → pages. */
export { boardPages } from "./pages.ts";
export { placesFrom, sitePaths } from "./places.ts";
export { withNavigation, type SiteFiles } from "./shell.ts";
export { siteStudy, type SiteStudy } from "./site-study.ts";
export { trialsPage } from "./trials-page.ts";
