-- Mean tokens per request: the length asked for, and the server's count. Empty where no length was asked for, or the server did not count.
SELECT
  m.experiment,
  round(avg(m.value) FILTER (m.metric = 'output_tokens_asked'), 1) AS "output asked",
  round(avg(m.value) FILTER (m.metric = 'output_tokens'), 1) AS "output served",
  round(avg(m.value) FILTER (m.metric = 'prompt_tokens_asked'), 1) AS "prompt asked",
  round(avg(m.value) FILTER (m.metric = 'prompt_tokens'), 1) AS "prompt served",
  count(DISTINCT m.trial_id) AS trials
FROM measurements AS m
JOIN trials AS t USING (study, trial_id)
WHERE study = $study AND m.stat = 'mean' AND m.value IS NOT NULL AND t.purpose = 'performance'
  AND m.metric IN ('output_tokens_asked', 'output_tokens', 'prompt_tokens_asked', 'prompt_tokens')
GROUP BY m.experiment
ORDER BY min(t.position), m.experiment
