SELECT
  REGEXP_EXTRACT(metrics.string.usage_python_version, r'^(\d+\.\d+)') AS python,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY python
ORDER BY uses DESC, python
