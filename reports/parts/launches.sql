-- Launches of the engine and the seconds from start to ready, by configuration.
SELECT
  t.experiment,
  count(DISTINCT l.launch_id) AS launches,
  count(DISTINCT l.launch_id) FILTER (l.cold) AS cold,
  round(min(l.ready_after_s), 1) AS "ready after, min (s)",
  round(max(l.ready_after_s), 1) AS "max (s)",
  count(DISTINCT l.launch_id) FILTER (l.failure_class IS NOT NULL) AS failed,
  string_agg(DISTINCT coalesce(l.engine_version, 'unknown'), ', ') AS "engine version"
FROM launches AS l
JOIN trials AS t USING (study, launch_id)
WHERE study = $study
GROUP BY t.experiment
ORDER BY min(t.position), t.experiment
