-- Latencies of each load over its usable trials, in ms: the mean of the trials' figures. Empty where the sample is too small for a percentile.
SELECT
  m.experiment,
  m.metric,
  round(avg(m.value) FILTER (m.stat = 'mean'), 2) AS "mean (ms)",
  round(avg(m.value) FILTER (m.stat = 'p50'), 2) AS "p50 (ms)",
  round(avg(m.value) FILTER (m.stat = 'p90'), 2) AS "p90 (ms)",
  round(avg(m.value) FILTER (m.stat = 'p95'), 2) AS "p95 (ms)",
  round(avg(m.value) FILTER (m.stat = 'p99'), 2) AS "p99 (ms)",
  round(max(m.value) FILTER (m.stat = 'max'), 2) AS "max (ms)",
  count(DISTINCT m.trial_id) AS trials
FROM measurements AS m
JOIN trials AS t USING (study, trial_id)
WHERE study = $study AND t.purpose = 'performance' AND t.status IN ('VALID', 'SCREENED')
  AND m.metric IN ('ttft', 'ttft_sched', 'tpot', 'itl', 'e2e', 'e2e_sched') AND m.value IS NOT NULL
GROUP BY m.experiment, m.metric
ORDER BY min(t.position), m.experiment,
  list_position(['ttft', 'ttft_sched', 'tpot', 'itl', 'e2e', 'e2e_sched'], m.metric)
