"""What pings may carry: metrics.yaml and pings.yaml, in every version that was released."""
