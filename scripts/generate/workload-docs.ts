import { workloadDefaults } from "../../src/matrix/workload/workload-defaults.ts";
import { fidelities } from "../../src/schema/fidelity.ts";
import { WorkloadFile } from "../../src/schema/workload.ts";
import { table } from "./page.ts";

/** What is read of JSON Schema. */
interface Schema {
  type?: string;
  const?: string | number;
  description?: string;
  default?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: { [member: string]: Schema };
  required?: string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
}

/** What fills a member that nothing says, by its path: the schema's own defaults stand in the schema. */
const filled: Readonly<Record<string, unknown>> = {
  scenario: workloadDefaults.scenario,
  endpoint: workloadDefaults.endpoint,
  cache: workloadDefaults.cache,
  deadline_s: workloadDefaults.deadlineS,
  ...Object.fromEntries(
    fidelities.flatMap((fidelity) =>
      Object.entries(workloadDefaults.counts[fidelity]).map(([name, count]) => [`counts.${fidelity}.${name}`, count]),
    ),
  ),
};

/** `docs/workload.md`: every member of a workload, from its schema. */
export function workloadDocs(): string {
  const schema = JSON.parse(JSON.stringify(WorkloadFile)) as Schema;
  const members = Object.entries(membersOf(schema));
  return [
    "# Workload members",
    "",
    "Made by `npm run generate` from `src/schema/workload.ts`; not edited by hand. A workload stands in `experiments/workloads/` or in",
    "the matrix itself; [matrix-language.md](matrix-language.md) shows them in use.",
    "",
    table(
      ["member", "value", "default", "meaning"],
      members.map(([name, member]) => [
        `\`${name}\``,
        nested(member).length > 0 ? `[below](#${name})` : valueText(member),
        defaultText(member, name),
        member.description ?? "",
      ]),
    ),
    "",
    ...members.flatMap(([name, member]) => sections(name, member)),
  ].join("\n");
}

/** All members, also where a schema has a form for each scenario. */
function membersOf(schema: Schema): { [member: string]: Schema } {
  return Object.assign({}, ...(schema.anyOf ?? [schema]).map(({ properties }) => properties ?? {})) as {
    [member: string]: Schema;
  };
}

/** The forms of a value that are objects. */
function nested(schema: Schema): Schema[] {
  return [schema, ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].filter(
    ({ properties }) => properties !== undefined,
  );
}

function sections(name: string, member: Schema): string[] {
  const forms = nested(member);
  if (forms.length === 0) return [];
  const others = (member.anyOf ?? []).filter((form) => !forms.includes(form));
  return [
    `## ${name}`,
    "",
    ...(member.items === undefined ? [] : ["A list; each element has these members.", ""]),
    ...others.flatMap((form) => [`Or ${valueText(form)}${form.description ? `: ${form.description}` : ""}.`, ""]),
    ...forms.flatMap((form) => formText(form, name)),
  ];
}

/** One form of an object, under what tells it from the others. */
function formText({ properties = {}, required = [] }: Schema, section: string): string[] {
  const members = Object.entries(properties);
  const kind = members.find(([, { const: word }]) => word !== undefined);
  const others = members.filter((member) => member !== kind);
  const rows = isAlike(others.map(([, member]) => member))
    ? [oneRow(others)]
    : others.flatMap(([name, member]) => rowsOf(name, member, required, section));
  return [
    ...(kind === undefined ? [] : [`### \`${kind[0]}: ${kind[1].const}\``, ""]),
    ...(rows.length === 0 ? ["No further members.", ""] : [table(["member", "value", "default", "meaning"], rows), ""]),
  ];
}

/** More members of one kind than this stand in one row. */
const mostAlike = 20;

function isAlike(members: readonly Schema[]): boolean {
  return members.length > mostAlike && new Set(members.map((member) => JSON.stringify(member))).size === 1;
}

function oneRow(members: readonly (readonly [name: string, member: Schema])[]): string[] {
  return [members.map(([name]) => `\`${name}\``).join(", "), valueText(members[0]![1]), "", ""];
}

/** A row for a member, and one for each member of an object in it. */
function rowsOf(name: string, member: Schema, required: readonly string[], section: string): string[][] {
  const inner = member.properties ?? member.items?.properties;
  const value = inner === undefined ? valueText(member) : member.items === undefined ? "mapping" : "list of mappings";
  const row = [
    `\`${name}\``,
    value,
    required.includes(name) ? "needed" : defaultText(member, `${section}.${name}`),
    member.description ?? "",
  ];
  const below = Object.entries(inner ?? {}).flatMap(([one, schema]) => rowsOf(`${name}.${one}`, schema, [], section));
  return [row, ...below];
}

function valueText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(formName))].join(", ");
  if (schema.items !== undefined) return `list of ${valueText(schema.items)}`;
  const { type = "any", minimum, exclusiveMinimum, maximum } = schema;
  const word = type === "object" ? "mapping" : type === "string" ? "text" : type;
  const bounds = [
    ...(minimum === undefined ? [] : [`≥ ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`≤ ${maximum}`]),
  ];
  return [word, ...bounds].join(" ");
}

/** A form of a union in a few words: a distribution by its name. */
function formName(form: Schema): string {
  const kind = Object.entries(form.properties ?? {}).find(([, { const: word }]) => word !== undefined);
  if (kind === undefined) return valueText(form);
  const others = Object.keys(form.properties ?? {}).filter((name) => name !== kind[0]);
  return `\`{ ${[`${kind[0]}: ${kind[1].const}`, ...others].join(", ")} }\``;
}

function defaultText({ default: declared }: Schema, path: string): string {
  const standard = declared ?? filled[path];
  return standard === undefined ? "" : `\`${JSON.stringify(standard)}\``;
}
