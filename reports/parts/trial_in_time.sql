-- One trial in time, in at most 120 steps of at least a quarter of a second. $trial is the trial that the report shows, which the
-- views over parquet files then hold alone. Output tokens are spread evenly from the first token of their request to its last;
-- power is that of the GPUs on which the engine was seen, together.
WITH
times AS (
  SELECT unnest([sent_ms, coalesce(last_token_ms, end_ms)]) / 1000 AS at_s FROM requests WHERE trial_id = $trial
  UNION ALL SELECT at_s FROM engine_metrics WHERE trial_id = $trial
  UNION ALL SELECT at_s FROM telemetry WHERE trial_id = $trial
),
span AS (
  SELECT min(at_s) AS first_s, greatest(0.25, (max(at_s) - min(at_s)) / 120) AS step_s, max(at_s) AS last_s FROM times
),
steps AS (
  SELECT unnest(range(0, ceil((last_s - first_s) / step_s)::BIGINT + 1)) AS step, first_s, step_s FROM span WHERE last_s > first_s
),
measured AS (
  SELECT min(sent_ms) FILTER (phase = 'measure') / 1000 AS from_s FROM requests WHERE trial_id = $trial
),
answered AS (
  SELECT first_token_ms / 1000 AS from_s, last_token_ms / 1000 AS to_s, output_tokens
  FROM requests WHERE trial_id = $trial AND output_tokens > 0 AND first_token_ms IS NOT NULL
),
delivered AS (
  SELECT
    step,
    sum(output_tokens * CASE
      WHEN first_s + step * step_s >= to_s THEN 1
      WHEN first_s + step * step_s <= from_s THEN 0
      ELSE (first_s + step * step_s - from_s) / (to_s - from_s)
    END) AS tokens
  FROM steps, answered GROUP BY step
),
rates AS (SELECT step, lead(tokens) OVER (ORDER BY step) - tokens AS tokens FROM delivered),
engine AS (
  SELECT
    floor((at_s - first_s) / step_s)::BIGINT AS step,
    avg(value) FILTER (name = 'running') AS running,
    avg(value) FILTER (name = 'waiting') AS waiting,
    100 * avg(value) FILTER (name = 'kv_usage') AS kv_usage,
    max(value) FILTER (name = 'preemptions') AS preemptions
  FROM engine_metrics, span WHERE trial_id = $trial GROUP BY 1
),
gpus AS (
  SELECT split_part(name, '/', 1) AS gpu, coalesce(max(value) FILTER (name LIKE '%/engine_processes'), 0) > 0 AS used
  FROM telemetry WHERE trial_id = $trial AND name LIKE 'gpu%/%' GROUP BY 1
),
engine_gpus AS (SELECT gpu FROM gpus WHERE used OR NOT (SELECT bool_or(used) FROM gpus)),
watts AS (
  SELECT
    floor((at_s - first_s) / step_s)::BIGINT AS step,
    gpu,
    coalesce(avg(value) FILTER (name LIKE '%/power_w'), avg(value) FILTER (name LIKE '%/power_average_w')) AS watts
  FROM telemetry, span, engine_gpus
  WHERE trial_id = $trial AND split_part(name, '/', 1) = gpu AND name LIKE '%/power%' GROUP BY 1, 2
),
power AS (
  SELECT step, sum(watts) AS power FROM watts WHERE watts IS NOT NULL
  GROUP BY step HAVING count(*) = (SELECT count(*) FROM engine_gpus)
)
SELECT
  round(first_s + step * step_s, 2) AS seconds,
  CASE WHEN first_s + step * step_s < from_s THEN 'warm-up' ELSE 'measured' END AS phase,
  round(tokens / step_s, 1) AS output_throughput,
  round(running, 1) AS running,
  round(waiting, 1) AS waiting,
  round(kv_usage, 2) AS kv_usage,
  preemptions - min(preemptions) OVER () AS preemptions,
  round(power, 1) AS power
FROM steps
CROSS JOIN measured
LEFT JOIN rates USING (step)
LEFT JOIN engine USING (step)
LEFT JOIN power USING (step)
WHERE tokens IS NOT NULL OR running IS NOT NULL OR waiting IS NOT NULL OR kv_usage IS NOT NULL OR preemptions IS NOT NULL OR power IS NOT NULL
ORDER BY step
