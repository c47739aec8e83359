import { AxesFile } from "../../schema/axis.ts";
import { computableMembers } from "../../schema/computed.ts";
import { asMap, type Json } from "../../schema/json.ts";
import { workloadScopes } from "../../schema/knob.ts";
import { scenarioConditions } from "../../schema/scenario.ts";
import { SystemFile } from "../../schema/sut-file.ts";
import { WorkloadFile } from "../../schema/workload.ts";

type Schema = { [keyword: string]: Json };

const computed: Schema = {
  type: "string",
  pattern: "^=",
  description: "computed for each experiment from its settings: = 10 * load.concurrency",
};

const plain = (schema: object): Schema => JSON.parse(JSON.stringify(schema)) as Schema;
const alternativesOf = ({ anyOf }: Schema): Schema[] => (Array.isArray(anyOf) ? (anyOf as Schema[]) : []);
const takesNumber = ({ type }: Schema): boolean => type === "integer" || type === "number";

/** The schema with a computed value wherever a number is taken, as deep as maps go. */
function orComputed(schema: Schema): Schema {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) {
    const anyOf = alternatives.map((one) => (takesNumber(one) ? one : orComputed(one)));
    return { ...schema, anyOf: alternatives.some(takesNumber) ? [...anyOf, computed] : anyOf };
  }
  if (takesNumber(schema)) {
    const { description, ...rest } = schema;
    return { anyOf: [rest, computed], ...(description === undefined ? {} : { description }) };
  }
  return mapMembers(schema, orComputed);
}

function mapMembers(schema: Schema, change: (member: Schema, name: string) => Schema): Schema {
  const members = asMap(schema["properties"]);
  if (members === null) return schema;
  const changed = Object.entries(members).map(([name, member]) => [name, change(member as Schema, name)]);
  return { ...schema, properties: Object.fromEntries(changed) as Schema };
}

/** A workload whose members that may be computed take an expression too. */
function withComputedMembers(workload: Schema, below = ""): Schema {
  return mapMembers(workload, (member, name) => {
    const path = below + name;
    if (computableMembers.some((start) => start === path || start === `${path}.`)) return orComputed(member);
    return computableMembers.some((start) => start.startsWith(`${path}.`))
      ? withComputedMembers(member, `${path}.`)
      : member;
  });
}

/** What each setting of a section means: of a section that has several forms, the members of all. */
function settingsOf(scope: string, section: Schema): [string, string][] {
  const forms = [section, ...alternativesOf(section)];
  return forms.flatMap((form) =>
    Object.entries(asMap(form["properties"]) ?? {})
      .filter(([member]) => member !== "kind")
      .map(([member, schema]): [string, string] => {
        const says = asMap(schema)?.["description"];
        return [`${scope}.${member}`, typeof says === "string" ? says : `\`${member}\` of \`${scope}\``];
      }),
  );
}

const sectionsOfWorkload = asMap(plain(WorkloadFile)["properties"]) ?? {};
const clientSettings = workloadScopes.flatMap((scope) => settingsOf(scope, sectionsOfWorkload[scope] as Schema));
const sutSettings = settingsOf("sut", plain(SystemFile)).filter(([name]) => !["sut.id", "sut.knobs"].includes(name));

/** A map from names of settings: an editor completes those that are not the engine's, and takes every other name. */
function mapOf(settings: [string, string][], values: Schema): Schema {
  const described = settings.map(([name, description]): [string, Schema] => [name, { ...values, description }]);
  return { type: "object", properties: Object.fromEntries(described), additionalProperties: values };
}

const workloadText = JSON.stringify(WorkloadFile);
/** What a workload lacks may be in its fragment, or in the file that uses it: an editor is given the conditions on what is written. */
const writtenWorkload = { ...WorkloadFile, allOf: scenarioConditions.written };
const axis: Schema = { $ref: "#/$defs/axis" };
/** What a map under such a key is. */
const mapsByKey: ReadonlyMap<string, "sweep" | "factors" | "settings"> = new Map([
  ["sweep", "sweep"],
  ["factors", "factors"],
  ["set", "settings"],
  ["knobs", "settings"],
  ["exclude", "settings"],
]);

const shared = {
  axis: Object.values(asMap(plain(AxesFile)["patternProperties"]) ?? {})[0] as Schema,
  sweep: mapOf(clientSettings, axis),
  factors: mapOf([...clientSettings, ...sutSettings], axis),
  settings: mapOf([...clientSettings, ...sutSettings], {}),
  workload: refer(withComputedMembers(plain(writtenWorkload)), ""),
};
/**
 * The schema as an editor should have it. The code checks a matrix in two steps, computed values apart from the shape; an
 * editor has one schema. It also completes names of settings where a map takes any name.
 */
export function editorSchema(schema: object): object {
  const edited = plain(schema);
  const isWorkload = JSON.stringify(edited) === workloadText;
  const made = isWorkload ? shared.workload : refer(edited, "");
  return { ...made, $defs: usedBy(made) };
}

/** The schema with a reference in the place of each part that has a definition of its own. */
function refer(schema: Schema, key: string): Schema {
  if (JSON.stringify(schema) === workloadText) return { $ref: "#/$defs/workload" };
  const name = "patternProperties" in schema ? mapsByKey.get(key) : undefined;
  if (name !== undefined) {
    const { description } = schema;
    return { $ref: `#/$defs/${name}`, ...(description === undefined ? {} : { description }) };
  }
  const own = mapMembers(schema, refer);
  const items = asMap(own["items"]);
  const alternatives = alternativesOf(own).map((one) => refer(one, key));
  return {
    ...own,
    ...(items === null ? {} : { items: refer(items, key) }),
    ...(alternatives.length === 0 ? {} : { anyOf: alternatives }),
  };
}

/** The definitions that a schema refers to, and those that these refer to. */
function usedBy(schema: Schema): Schema {
  const used = (text: string): string[] => Object.keys(shared).filter((name) => text.includes(`"#/$defs/${name}"`));
  const names = new Set(used(JSON.stringify(schema)));
  for (const name of names)
    for (const other of used(JSON.stringify(shared[name as keyof typeof shared]))) names.add(other);
  return Object.fromEntries(Object.entries(shared).filter(([name]) => names.has(name)));
}
