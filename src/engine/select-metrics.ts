import { sum } from "../math/statistics.ts";
import { parseLabels, parsePrometheus, type MetricSample } from "../world/prometheus.ts";
import { entriesByName } from "../schema/text-order.ts";

/**
 * Our metrics from a page, by the engine file's `metric_names`. A selector is a name, with labels where some of its
 * samples are meant (`vllm:request_success{finished_reason="length"}`); a counter may be named without its `_total`.
 * Where several processes of one engine report a figure, most of them report 0: the largest counts. The samples of several
 * engines behind one server are added; `mean(…)` around a selector averages them instead, for fractions. What the page
 * lacks, or is not a finite number, is left out.
 */
export function selectMetrics(text: string, metricNames: Readonly<Record<string, string>>): Record<string, number> {
  const selectors = Object.entries(metricNames).map(([ours, selector]) => ({ ours, ...parseSelector(selector) }));
  const names = new Set(selectors.flatMap(({ name }) => [name, `${name}_total`]));
  const samples = parsePrometheus(text, (name) => names.has(name));
  const found: Record<string, number> = {};
  for (const { ours, name, labels, mean } of selectors) {
    const exact = samples.filter((sample) => sample.name === name);
    const named = exact.length > 0 ? exact : samples.filter((sample) => sample.name === `${name}_total`);
    const values = onePerEngine(named.filter((sample) => hasLabels(sample, labels)));
    const total = sum(values);
    if (values.length > 0 && Number.isFinite(total)) found[ours] = mean ? total / values.length : total;
  }
  return found;
}

/** Labels that name a process of an engine: `pid` of Python's client library, and the ranks of SGLang. */
const processLabels: ReadonlySet<string> = new Set(["pid", "tp_rank", "pp_rank", "moe_ep_rank"]);

/** Of samples that differ only in the process that reports them, the largest; NaN where none of them tells a number. */
function onePerEngine(samples: readonly MetricSample[]): number[] {
  const byEngine = new Map<string, number>();
  for (const { labels, value } of samples) {
    const engine = JSON.stringify(entriesByName(labels).filter(([name]) => !processLabels.has(name)));
    const told = byEngine.get(engine) ?? Number.NaN;
    byEngine.set(engine, Number.isNaN(value) || told > value ? told : value);
  }
  return [...byEngine.values()];
}

function parseSelector(selector: string): { name: string; labels: Record<string, string>; mean: boolean } {
  const inner = /^mean\((.*)\)$/.exec(selector.trim())?.[1];
  const text = (inner ?? selector).trim();
  const brace = text.indexOf("{");
  return {
    name: brace < 0 ? text : text.slice(0, brace).trim(),
    labels: brace < 0 ? {} : parseLabels(text.slice(brace)),
    mean: inner !== undefined,
  };
}

function hasLabels(sample: MetricSample, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}
