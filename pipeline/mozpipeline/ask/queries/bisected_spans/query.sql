SELECT
  ABS(DATE_DIFF(
    PARSE_DATE('%Y-%m-%d', SUBSTR(metrics.datetime.usage_bad_date, 1, 10)),
    PARSE_DATE('%Y-%m-%d', SUBSTR(metrics.datetime.usage_good_date, 1, 10)),
    DAY
  )) + 1 AS days,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
  AND LENGTH(metrics.datetime.usage_bad_date) > 0
  AND LENGTH(metrics.datetime.usage_good_date) > 0
GROUP BY days
ORDER BY days
