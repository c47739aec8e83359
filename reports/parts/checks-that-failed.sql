-- Every check that a trial broke. $study is the name of the study; the columns are those of the view `checks` (docs/data.md).
SELECT
  experiment,
  check_id AS "check",
  value,
  limit_value AS "limit",
  unit,
  count(*) AS trials,
  any_value(remedy) AS remedy
FROM checks
WHERE study = $study AND status = 'fail'
GROUP BY ALL
ORDER BY experiment, "check", value
