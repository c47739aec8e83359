/** One sample of a Prometheus text page: `name{label="value"} 1.5`. */
export interface MetricSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const sampleLine = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const labelPair = /(?<!\w)([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a page in the Prometheus text format (0.0.4); lines that are none are passed over. `wanted` spares the work on the rest of a long page. */
export function parsePrometheus(text: string, wanted: (name: string) => boolean = () => true): MetricSample[] {
  const samples: MetricSample[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const end = line.search(/[{\s]/);
    if (end < 0 || !wanted(line.slice(0, end))) continue;
    const [, name, labels, value] = sampleLine.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    samples.push({ name, labels: parseLabels(labels ?? ""), value: parseValue(value) });
  }
  return samples;
}

/** The labels of a sample or a selector: `a="1",b="2"`, with or without its braces. */
export function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(labelPair))
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
  return labels;
}

function parseValue(text: string): number {
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return Number(text);
}
