import type { Spec as VegaSpec } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { memberOf, type Json } from "../../schema/json.ts";
import type { ChartParams, ChartSpec } from "./chart.ts";

/** By the specification's text: a site draws the charts of every study by the same ones. */
const known = new Map<string, VegaSpec>();

/** A specification of Vega-Lite as Vega has it, with the values of its parameters and its data by name. */
export async function compiled(
  { params: declared, ...spec }: ChartSpec,
  params: ChartParams,
  data: { readonly [name: string]: Json[] },
): Promise<VegaSpec> {
  const whole = { ...spec, params: withNames(declared, Object.keys(params)) };
  const text = JSON.stringify(whole);
  let vegaSpec = known.get(text);
  if (vegaSpec === undefined) {
    const [{ logger, Error }, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
    vegaSpec = compile(whole as unknown as TopLevelSpec, { logger: logger(Error) }).spec;
    known.set(text, vegaSpec);
  }
  return {
    ...vegaSpec,
    data: vegaSpec.data?.map((one) => withMember(one, "values", memberOf(data, one.name))),
    signals: vegaSpec.signals?.map((one) => withMember(one, "value", memberOf(params, one.name))),
  } as VegaSpec;
}

/** The parameters of a specification, with those that the report knows: what it does not declare of them is there as well. */
function withNames(declared: Json | undefined, names: readonly string[]): Json[] {
  const own = (Array.isArray(declared) ? declared : []) as { name?: string }[];
  return [
    ...(own.filter(({ name = "" }) => !names.includes(name)) as Json[]),
    ...names.map((name) => ({ name, value: null })),
  ];
}

function withMember(object: object, member: string, value: Json | undefined): object {
  return value === undefined ? object : { ...object, [member]: value };
}
