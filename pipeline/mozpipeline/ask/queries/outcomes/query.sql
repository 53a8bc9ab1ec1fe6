SELECT
  ping,
  outcome,
  reason,
  field,
  SUM(records) AS records,
  MAX(submission_date) AS latest
FROM `moz-fx-data-shared-prod`.monitoring.outcomes
WHERE submission_date >= DATE_SUB(CURRENT_DATE(), INTERVAL 12 MONTH)
GROUP BY ping, outcome, reason, field
ORDER BY ping, outcome, records DESC, reason, field
