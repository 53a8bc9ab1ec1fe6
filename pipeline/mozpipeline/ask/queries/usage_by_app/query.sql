SELECT
  metrics.string.usage_app AS app,
  metrics.string.usage_build_type AS build_type,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY app, build_type
ORDER BY uses DESC, app, build_type
