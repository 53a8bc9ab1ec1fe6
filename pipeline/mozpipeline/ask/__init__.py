"""Questions in BigQuery's SQL, answered by DuckDB or Spark."""
