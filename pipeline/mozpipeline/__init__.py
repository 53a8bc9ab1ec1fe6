"""Receives mozregression's usage pings, keeps them safely and answers questions with them.

Shares nothing with the bisector but metrics.yaml and pings.yaml.
"""
