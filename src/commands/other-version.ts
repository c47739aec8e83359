import { compareVersions } from "../schema/version.ts";
import { cacheFolderOf, prepareEnvironment, versionAmong } from "../engine/index.ts";
import { catalogueChanges, diagnosticOf, placeOfVersion } from "../matrix/index.ts";
import { engineNamed } from "../plan/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import { scopeOf, wholeKnob } from "../schema/knob.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import { sutOf, sutsOf, type Sut } from "../schema/sut.ts";
import type { World } from "../world/world.ts";

/** Programs of another version than the matrix is for, and what that changes: a warning each. */
export async function checkVersions(
  world: World,
  { study, experiments }: Pick<Plan, "study" | "experiments">,
  root: string,
): Promise<Diagnostic[]> {
  const running = experiments.filter(({ skip }) => skip === null);
  const found = new Map<string, Diagnostic>();
  for (const sut of sutsOf(study, running)) {
    const installed = await installedVersion(world, sut);
    const changes = await changesIn(world, { study, experiments: running }, { sut, installed, root });
    if (installed === null || changes === null) continue;
    const message = `${sut.engine.name} ${installed} is installed, and the matrix is for ${sut.version}: ${changes.text}`;
    const finding = { code: "other-version", severity: "warning" as const, message, hint: changes.hint };
    found.set(message, diagnosticOf(study, placeOfVersion(study, sut.version), finding, "value"));
  }
  return [...found.values()];
}

/** The version of an engine that is a program; null where nobody tells, and of an environment that is made of a locked list. */
async function installedVersion(world: World, { engine }: Sut): Promise<string | null> {
  if (engine.environment.kind !== "path") return null;
  const prepared = await prepareEnvironment(world, engine, {
    cacheFolder: cacheFolderOf(world),
    onProgress: () => undefined,
  });
  return prepared.ok ? versionAmong(prepared.value.packages, engine) : null;
}

/** What it changes that another version is installed, among the knobs that the matrix sets; null where it is the same, or not known. */
export async function changesIn(
  world: World,
  { study, experiments }: { study: Plan["study"]; experiments: readonly Experiment[] },
  { sut, installed, root }: { sut: Sut; installed: string | null; root: string },
): Promise<{ text: string; hint: string } | null> {
  const { engine, version } = sut;
  if (installed === null || version === null || compareVersions(installed, version) === 0) return null;
  const hint = `write \`sut.version: ${installed}\`, so that \`plan\` checks the rows against it; or install ${version}`;
  const other = engineNamed(world, root, engine.name, installed).engine;
  if (other === null || (other.catalogue !== null && compareVersions(other.catalogue.version, installed) !== 0))
    return {
      text: `there is no catalogue of ${installed}, so that nobody knows what differs`,
      hint: `\`ceteris catalogue ${engine.name}\` makes one; then ${hint}`,
    };
  const used = experiments.flatMap(({ knobs }) =>
    sutOf(study, knobs) === sut
      ? Object.keys(knobs)
          .filter((knob) => scopeOf(knob) === null)
          .map(wholeKnob)
      : [],
  );
  const changes = catalogueChanges({ engine, version }, { engine: other, version: installed }, used);
  const text =
    changes.length === 0 ? "it has every knob that the matrix sets, with the same defaults" : changes.join("; ");
  return { text, hint };
}
