WITH ages AS (
  SELECT
    client_info.client_id AS client,
    metrics.string.usage_app AS app,
    metrics.string.usage_build_type AS build_type,
    DATE_DIFF(
      DATE(submission_timestamp),
      PARSE_DATE('%Y-%m-%d', SUBSTR(IF(
        LENGTH(metrics.datetime.usage_bad_date) > 0,
        metrics.datetime.usage_bad_date,
        metrics.datetime.usage_launch_date
      ), 1, 10)),
      MONTH
    ) + 1 AS build_age
  FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
  WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
    AND client_info.app_display_version NOT LIKE '%.dev%'
    AND LENGTH(metrics.string.usage_build_type) > 0
    AND (LENGTH(metrics.datetime.usage_bad_date) > 0
         OR LENGTH(metrics.datetime.usage_launch_date) > 0)
)
SELECT client, app, build_type, build_age, COUNT(*) AS uses
FROM ages
GROUP BY client, app, build_type, build_age
ORDER BY client, app, build_type, build_age
