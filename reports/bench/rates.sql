-- Rates of each load over its usable trials, the mean of the trials' figures. Empty where there is none: goodput needs limits.
SELECT
  m.experiment,
  round(avg(m.value) FILTER (m.metric = 'output_throughput_steady'), 2) AS "steady output tok/s",
  round(avg(m.value) FILTER (m.metric = 'output_throughput'), 2) AS "output tok/s",
  round(avg(m.value) FILTER (m.metric = 'request_throughput'), 2) AS "req/s",
  round(avg(m.value) FILTER (m.metric = 'goodput'), 2) AS "goodput req/s",
  round(avg(m.value) FILTER (m.metric = 'goodput_share'), 1) AS "goodput share (%)",
  sum(m.value) FILTER (m.metric = 'requests_failed') AS "failed requests",
  count(DISTINCT m.trial_id) AS trials
FROM measurements AS m
JOIN trials AS t USING (study, trial_id)
WHERE study = $study AND t.purpose = 'performance' AND t.status IN ('VALID', 'SCREENED') AND m.stat = 'value'
GROUP BY m.experiment
ORDER BY min(t.position), m.experiment
