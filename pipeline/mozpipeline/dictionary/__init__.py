"""A site that explains every ping and metric, made from the definitions."""
