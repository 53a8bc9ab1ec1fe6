SELECT
  DATE(submission_timestamp) AS date,
  metrics.string.usage_variant AS variant,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY date, variant
ORDER BY date, variant
