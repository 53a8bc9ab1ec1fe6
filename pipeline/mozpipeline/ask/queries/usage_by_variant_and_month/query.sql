SELECT
  DATE_TRUNC(DATE(submission_timestamp), MONTH) AS month,
  metrics.string.usage_variant AS variant,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(DATE_TRUNC(CURRENT_DATE(), MONTH), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY month, variant
ORDER BY month, variant
