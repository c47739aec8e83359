-- What a committee asks of each arm: every launch, requests and how often the data went round, caches, queue, host, engine, and what INVALID trials would have said.
WITH figures AS (
  SELECT
    trial_id,
    max(n) FILTER (metric = 'requests_failed') AS sent,
    max(value) FILTER (metric = 'prefix_hit_rate') AS prefix_hits,
    max(value) FILTER (metric = 'kv_usage_max') AS kv_usage,
    max(value) FILTER (metric = 'queue_max') AS queue,
    max(value) FILTER (metric = 'preemptions') AS preemptions
  FROM measurements
  WHERE study = $study
  GROUP BY trial_id
),
host AS (
  SELECT
    trial_id,
    avg(value) FILTER (name = 'host/cores_busy') AS busy,
    max(value) FILTER (name = 'host/run_queue') AS run_queue
  FROM telemetry
  WHERE study = $study AND name IN ('host/cores_busy', 'host/run_queue')
  GROUP BY trial_id
)
SELECT
  t.experiment,
  string_agg(printf('%.1f', t.output_throughput), ', ' ORDER BY t.block, t.position)
    FILTER (t.status IN ('VALID', 'SCREENED')) AS "tok/s by launch",
  string_agg(printf('%.1f', t.output_throughput), ', ' ORDER BY t.block, t.position)
    FILTER (t.status = 'INVALID') AS "INVALID tok/s",
  round(avg(f.sent), 0) AS "requests",
  round(avg(f.sent / t.prompts), 2) AS "rounds of data",
  round(100 * avg(f.prefix_hits), 1) AS "prefix hits (%)",
  round(100 * max(f.kv_usage), 1) AS "KV, most (%)",
  max(f.queue) AS "longest queue",
  sum(f.preemptions) AS preemptions,
  round(100 * avg(h.busy), 1) AS "host busy (%)",
  round(max(h.run_queue), 2) AS "run queue, most",
  string_agg(DISTINCT l.engine_version, ', ' ORDER BY l.engine_version) AS "engine version"
FROM trials AS t
LEFT JOIN figures AS f USING (trial_id)
LEFT JOIN host AS h USING (trial_id)
LEFT JOIN launches AS l ON l.study = t.study AND l.launch_id = t.launch_id
WHERE t.study = $study AND t.purpose = 'performance'
GROUP BY t.experiment
ORDER BY min(t.position), t.experiment
