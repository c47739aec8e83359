import { join } from "node:path";
import type { Location } from "../../schema/diagnostic.ts";
import type { Ruleset, RulesetScenario, SloTemplate, SourcedGate } from "../../schema/ruleset.ts";
import type { SloDeclaration, Workload } from "../../schema/workload.ts";
import { engineDisplayPath } from "../engine/engine-tree.ts";
import { refuse, type Gathering } from "../yaml/fragments.ts";
import { listed, meant } from "../yaml/nearest.ts";
import { loadRuleset, loadSloTemplates, rulesetScenario } from "./rulesets.ts";

/** Where rulesets are looked for: folders in the order of their weight, and the names of the files in them, for hints. */
export interface RulesetPlaces {
  folders: string[];
  names: string[];
}

/** The rulesets that a study names, each read once. What is not there is null, and its diagnostic is gathered. */
export interface RulesetShelf {
  /** The rules of `<ruleset>/<model>` for a scenario of ours. */
  scenario(named: string, scenario: Workload["scenario"], at: Location): RulesetScenario | null;
  /** The accuracy gates of `<ruleset>/<model>`. */
  gates(named: string, at: Location): SourcedGate[];
  slo(template: string, at: Location): SloDeclaration | null;
}

/** How rulesets call the scenarios that can have one. */
export const rulesetScenarioNames: Readonly<Partial<Record<Workload["scenario"], string>>> = {
  offline: "Offline",
  server: "Server",
  interactive: "Interactive",
  single_stream: "SingleStream",
  multi_stream: "MultiStream",
};

export function rulesetShelf({ folders, names }: RulesetPlaces, gathering: Gathering): RulesetShelf {
  const { root } = gathering;
  const read = (path: string): string | null => gathering.read(path);
  const request = { root, read, rulesetFolders: folders };
  const rulesets = new Map<string, Ruleset | null>();
  let templates: SloTemplate[] | null | undefined;

  const rulesetOf = (name: string, at: Location): Ruleset | null => {
    if (!folders.some((folder) => read(join(folder, `${name}.yaml`)) !== null)) {
      const looked = folders.map((folder) => engineDisplayPath(root, folder)).join(", ");
      const choices = names.filter((known) => known !== "slo-templates");
      const hint = choices.length === 0 ? `looked in ${looked}` : meant(name, choices, true);
      return refuse(gathering, at, "unknown-ruleset", `there is no ruleset \`${name}\``, hint);
    }
    return rulesets.getOrInsertComputed(name, () => {
      const loaded = loadRuleset({ ...request, name });
      gathering.diagnostics.push(...loaded.diagnostics);
      return loaded.ruleset;
    });
  };
  /** Null where either is not there. */
  const modelOf = (named: string, at: Location): { ruleset: Ruleset; model: string } | null => {
    const [name = "", model = ""] = named.split("/");
    const ruleset = rulesetOf(name, at);
    if (ruleset === null) return null;
    const models = [...new Set(ruleset.scenarios.map((scenario) => scenario.model))];
    if (models.includes(model)) return { ruleset, model };
    const hint = meant(model, models, true);
    return refuse(gathering, at, "unknown-ruleset-model", `${name} has no model \`${model}\``, hint);
  };

  return {
    scenario(named, scenario, at) {
      const found = modelOf(named, at);
      if (found === null) return null;
      const { ruleset, model } = found;
      const rules = rulesetScenario(ruleset, model, rulesetScenarioNames[scenario] ?? "");
      if (rules !== null) return rules;
      const own = ruleset.scenarios.filter((one) => one.model === model).map(({ name }) => name);
      const choices = Object.entries(rulesetScenarioNames).flatMap(([ours, name]) =>
        own.includes(name) ? [ours] : [],
      );
      const message = `${named} has no rules for scenario ${scenario}`;
      return refuse(gathering, at, "unknown-ruleset-scenario", message, `it has rules for ${listed(choices)}`);
    },
    gates(named, at) {
      const found = modelOf(named, at);
      if (found === null) return [];
      const { ruleset, model } = found;
      const { gates = [], accuracySamples: samples = 0 } = ruleset.scenarios.find((one) => one.model === model) ?? {};
      if (gates.length === 0)
        refuse(gathering, at, "no-gates", `${named} asks for no accuracy`, "leave it out of `gates`");
      return gates.map((gate) => ({ source: named, samples, ...gate }));
    },
    slo(template, at) {
      if (templates === undefined) {
        const loaded = loadSloTemplates(request);
        templates = loaded.templates;
        gathering.diagnostics.push(...(loaded.templates === null ? loaded.diagnostics : []));
      }
      if (templates === null) return null;
      const found = templates.find(({ name }) => name === template);
      if (found !== undefined) return found.slo;
      const choices = templates.map(({ name }) => name);
      const hint = meant(template, choices, true);
      return refuse(gathering, at, "unknown-slo-template", `there is no slo \`${template}\``, hint);
    },
  };
}
