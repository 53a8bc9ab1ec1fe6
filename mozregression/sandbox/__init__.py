"""A local stand-in for every service: worlds to bisect, offline. See docs/design.md."""

from mozregression.sandbox.misbehaviour import Faults, Line
from mozregression.sandbox.sandbox import Manners, Sandbox
from mozregression.sandbox.taskcluster import Client
from mozregression.sandbox.world import World, WorldSpec

__all__ = ["Client", "Faults", "Line", "Manners", "Sandbox", "World", "WorldSpec"]
