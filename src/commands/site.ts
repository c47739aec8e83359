import { hash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import { indexAhead, noResults, type IndexAhead } from "../index/index.ts";
import {
  boardPages,
  placesFrom,
  sitePaths,
  siteStudy,
  trialsPage,
  withNavigation,
  type SiteFiles,
  type SiteStudy,
} from "../report/index.ts";
import { countText } from "../math/figures.ts";
import { exitCodes } from "../schema/exit-code.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { succeed, type Result } from "../schema/result.ts";
import { listStudies, studyFingerprint, trialProofs, writeForUser } from "../store/index.ts";
import { concurrently } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { explainFault, explainLeftOut } from "./explain.ts";
import { analyseStudy } from "./report/analyse-study.ts";
import { reportTexts } from "./report/make-report.ts";
import { resultsFolderOf } from "./results-folder.ts";
import { drawInThread, readyToDraw } from "./site/chart-thread.ts";
import { readSiteFiles } from "./site/site-files.ts";
import { isPage, readSiteRecord, siteRecordFile, type SiteRecord } from "./site/site-record.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { siteFlags } from "./flags.ts";

export type SiteOptions = OptionsOf<typeof siteFlags>;

/** So many keep a core busy while DuckDB works and charts are drawn; each is in memory as a whole. */
const studiesAtOnce = 3;

/** A study whose pages are as they were, or its new ones. */
type MadeStudy =
  | { name: string; known: SiteRecord["studies"][string] }
  | { name: string; fingerprint: string; paths: string[]; pages: Awaited<ReturnType<typeof studyPages>> };

/** `ceteris site build`: pages over all studies of a results folder, for any static host. What did not change is not made again. */
export async function siteBuildCommand(world: World, options: SiteOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  // The pages of studies that are gone are removed: not for a name that was mistyped.
  if (!(await world.files.exists(resultsFolder))) return explainFault(world, noResults(resultsFolder).problem);
  const out = resolve(world.machine.workingFolder, options.out ?? join("reports", "out", "site"));
  const read = await readSiteFiles(world);
  if (!read.ok) return explainFault(world, read.problem);
  const { files, made } = read.value;
  const before = await readSiteRecord(world, out, made);
  const names = await listStudies(world, resultsFolder);
  const now: SiteRecord = { ...before, studies: {}, boards: {} };
  let written = 0;
  let isWhole = true;
  let index: Promise<IndexAhead | null> | null = null;
  const make = async (name: string): Promise<MadeStudy> => {
    const fingerprint = await studyFingerprint(world, join(resultsFolder, name));
    // Its paths follow from the names of all studies, which the folder alone tells.
    const paths = studyPaths(name, names);
    const known = before.studies[name];
    const isSame = known?.fingerprint === fingerprint && known.paths.every((path, at) => path === paths[at]);
    if (isSame && (await areThere(world, out, paths))) return { name, known };
    readyToDraw();
    index ??= indexAhead(world, resultsFolder);
    const place = { resultsFolder, name, names, index: await index };
    return { name, fingerprint, paths, pages: await studyPages(world, place, files) };
  };
  // While DuckDB answers for one study, the page of another is made.
  for await (const found of concurrently(names, studiesAtOnce, make)) {
    if ("known" in found) {
      now.studies[found.name] = found.known;
      continue;
    }
    const { name, fingerprint, paths, pages } = found;
    if (!pages.ok) {
      // The other studies have their pages all the same.
      explainFault(world, pages.problem);
      isWhole = false;
      continue;
    }
    explainLeftOut(world, pages.value.leftOut);
    for (const [at, text] of pages.value.texts.entries()) {
      const saved = await writeForUser(world, join(out, paths[at]!), text);
      if (!saved.ok) return explainFault(world, saved.problem);
      written += 1;
    }
    now.studies[name] = { fingerprint, paths, study: pages.value.study };
  }
  const boards = boardPages(
    names,
    Object.values(now.studies).map(({ study }) => study),
    files,
  );
  for (const [path, text] of boards) {
    const digest = hash("sha256", text);
    now.boards[path] = digest;
    if (before.boards[path] === digest && (await areThere(world, out, [path]))) continue;
    const saved = await writeForUser(world, join(out, path), text);
    if (!saved.ok) return explainFault(world, saved.problem);
    written += 1;
  }
  const kept = pathsOf(now);
  for (const path of pathsOf(before)) if (!kept.has(path) && isPage(path)) await world.files.remove(join(out, path));
  const saved = await writeForUser(world, join(out, siteRecordFile), `${JSON.stringify(now)}\n`);
  if (!saved.ok) return explainFault(world, saved.problem);
  world.streams.err(`${countText(written, "page")} made, ${kept.size - written} as they were\n`);
  world.streams.out(`${relative(world.machine.workingFolder, join(out, "index.html"))}\n`);
  return isWhole ? exitCodes.done : exitCodes.misconfigured;
}

function studyPaths(name: string, names: readonly string[]): string[] {
  const paths = sitePaths(names, []);
  return [paths.study(name), paths.trials(name)];
}

function pathsOf({ studies, boards }: SiteRecord): Set<string> {
  return new Set([...Object.values(studies).flatMap(({ paths }) => paths), ...Object.keys(boards)]);
}

async function areThere(world: World, folder: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!(await world.files.exists(join(folder, path)))) return false;
  return true;
}

/** A study's report and its trials, in the order of `studyPaths`. */
async function studyPages(
  world: World,
  place: { resultsFolder: string; name: string; names: readonly string[]; index: IndexAhead | null },
  files: SiteFiles,
): Promise<Result<{ study: SiteStudy; texts: string[]; leftOut: LeftOut[] }>> {
  const { resultsFolder, name, names, index } = place;
  const [read, proofs] = await Promise.all([
    analyseStudy(world, resultsFolder, name),
    trialProofs(world, join(resultsFolder, name)),
  ]);
  await index?.ready;
  if (!read.ok) return read;
  const { input, leftOut } = read.value;
  const request = { resultsFolder, study: name, formats: ["html"] } as const;
  const report = await reportTexts(world, request, input, index?.present, drawInThread);
  if (!report.ok) return report;
  const { study, trials } = siteStudy(input, proofs);
  const places = placesFrom(sitePaths(names, []), 2);
  const all = { title: "All studies", href: places.index };
  const page = withNavigation(
    report.value[0]![1],
    [all, { title: "Trials", href: places.trials(name) }],
    study.rows.map(({ experiment, experimentId }) => ({
      title: experiment,
      href: `${places.trials(name)}#${encodeURIComponent(experimentId)}`,
    })),
  );
  const ofTrials = trialsPage(study, trials, [all, { title: name, href: places.study(name) }], files);
  return succeed({ study, texts: [page, ofTrials], leftOut });
}
