WITH recent AS (
  SELECT
    metrics.string.retention_app AS app,
    metrics.string.retention_build_type AS build_type,
    metrics.labeled_counter AS counters
  FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.retention
  WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
    AND client_info.app_display_version NOT LIKE '%.dev%'
),
wanted AS (
  SELECT app, build_type, 'nightly' AS granularity, entry.key AS months,
    entry.value AS launched, 0 AS missing
  FROM recent CROSS JOIN UNNEST(counters.retention_launched_nightly) AS entry
  UNION ALL
  SELECT app, build_type, 'nightly' AS granularity, entry.key AS months,
    0 AS launched, entry.value AS missing
  FROM recent CROSS JOIN UNNEST(counters.retention_missing_nightly) AS entry
  UNION ALL
  SELECT app, build_type, 'push' AS granularity, entry.key AS months,
    entry.value AS launched, 0 AS missing
  FROM recent CROSS JOIN UNNEST(counters.retention_launched_push) AS entry
  UNION ALL
  SELECT app, build_type, 'push' AS granularity, entry.key AS months,
    0 AS launched, entry.value AS missing
  FROM recent CROSS JOIN UNNEST(counters.retention_missing_push) AS entry
)
SELECT
  app,
  build_type,
  granularity,
  months,
  SUM(launched) AS launched,
  SUM(missing) AS missing,
  COUNT(*) AS counters
FROM wanted
GROUP BY app, build_type, granularity, months
ORDER BY app, build_type, granularity, months
