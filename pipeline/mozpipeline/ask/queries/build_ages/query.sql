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
),
ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY app, build_type ORDER BY build_age) AS place,
    COUNT(*) OVER (PARTITION BY app, build_type) AS total
  FROM ages
),
quartiles AS (
  SELECT
    app,
    build_type,
    COUNT(*) AS uses,
    COUNT(DISTINCT client) AS clients,
    MIN(IF(place * 4 >= total, build_age, NULL)) AS lower_quartile,
    MIN(IF(place * 2 >= total, build_age, NULL)) AS median,
    MIN(IF(place * 4 >= total * 3, build_age, NULL)) AS upper_quartile
  FROM ranked
  GROUP BY app, build_type
)
SELECT
  quartiles.app,
  quartiles.build_type,
  uses,
  clients,
  MIN(IF(build_age >= lower_quartile - 1.5 * (upper_quartile - lower_quartile), build_age, NULL))
    AS lower_fence,
  lower_quartile,
  median,
  upper_quartile,
  MAX(IF(build_age <= upper_quartile + 1.5 * (upper_quartile - lower_quartile), build_age, NULL))
    AS upper_fence,
  COUNTIF(
    build_age < lower_quartile - 1.5 * (upper_quartile - lower_quartile)
    OR build_age > upper_quartile + 1.5 * (upper_quartile - lower_quartile)
  ) AS outliers,
  MAX(build_age) AS oldest
FROM quartiles
JOIN ages ON ages.app = quartiles.app AND ages.build_type = quartiles.build_type
GROUP BY quartiles.app, quartiles.build_type, uses, clients, lower_quartile, median, upper_quartile
ORDER BY uses DESC, app, build_type
