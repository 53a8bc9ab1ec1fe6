"""The usage ping: what a person allows is recorded in files, and a process of its own sends it.

Nothing here raises, prints or waits while a bisection runs. See docs/telemetry/.
"""
