"""Clients of the services builds come from: one HTTP door, one small client for each service."""
