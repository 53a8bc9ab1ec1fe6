SELECT
  DATE_TRUNC(DATE(submission_timestamp), MONTH) AS month,
  COUNT(DISTINCT client_info.client_id) AS clients,
  COUNT(*) AS uses
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(DATE_TRUNC(CURRENT_DATE(), MONTH), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY month
ORDER BY month
