SELECT
  client_info.os AS os,
  COALESCE(metrics.string.usage_linux_distro, '') AS distribution,
  COUNT(*) AS uses,
  COUNT(DISTINCT client_info.client_id) AS clients
FROM `moz-fx-data-shared-prod`.org_mozilla_mozregression.usage
WHERE DATE(submission_timestamp) >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
  AND client_info.app_display_version NOT LIKE '%.dev%'
GROUP BY os, distribution
ORDER BY uses DESC, os, distribution
