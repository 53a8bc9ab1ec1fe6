SELECT
  client_info.client_id AS client,
  DATE_TRUNC(DATE(submission_timestamp), MONTH) AS month,
  COALESCE(metrics.string.usage_variant, '') AS variant,
  COALESCE(metrics.string.usage_app, '') AS app,
  COALESCE(metrics.string.usage_build_type, '') AS build_type,
  client_info.os AS os,
  COALESCE(metrics.string.usage_linux_distro, '') AS distribution,
  COALESCE(REGEXP_EXTRACT(metrics.string.usage_python_version, r'^(\d+\.\d+)'), '') AS python,
  COUNT(*) AS uses
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY client, month, variant, app, build_type, os, distribution, python
ORDER BY client, month, variant, app, build_type, os, distribution, python
