/** A pair as MLflow's params and tags are. */
export interface Entry {
  key: string;
  value: string;
}

/** One point of a metric: milliseconds since 1970 and step are whole numbers, since MLflow stores a fraction as 0. */
export interface MetricPoint {
  key: string;
  /** A bare NaN would be stored as 0; the word is stored as what it says. */
  value: number | "NaN";
  timestamp: number;
  step: number;
}

export interface Batch {
  params?: Entry[];
  metrics?: MetricPoint[];
  tags?: Entry[];
}

/** Of one `runs/log-batch`: 1,000 metrics, 100 params, 100 tags. Beyond it answers 400 and stores nothing. */
const most = { params: 100, metrics: 1000, tags: 100 } as const;
/** MLflow states 1 MB for one request; this leaves room for the run's id and the brackets. */
const mostBytes = 900_000;

/** A point that MLflow stores as it is meant. Infinities have no true form there (they become ±1.8e308), so that they are NaN too. */
export function metricPoint(key: string, value: number, timeMs: number, step = 0): MetricPoint {
  return {
    key,
    value: Number.isFinite(value) ? value : "NaN",
    timestamp: Math.round(timeMs),
    step: Math.trunc(step),
  };
}

/** The requests that carry all of it, in order: params first, then metrics, then tags. */
export function batches({ params = [], metrics = [], tags = [] }: Batch): Batch[] {
  return [
    ...portions(params, most.params).map((portion) => ({ params: portion })),
    ...portions(metrics, most.metrics).map((portion) => ({ metrics: portion })),
    ...portions(tags, most.tags).map((portion) => ({ tags: portion })),
  ];
}

function portions<Item>(items: Item[], count: number): Item[][] {
  const made: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = made.at(-1);
    if (last === undefined || last.length === count || bytes + size > mostBytes) {
      made.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return made;
}
