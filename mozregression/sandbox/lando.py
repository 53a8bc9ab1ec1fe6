"""Lando's map between git and hg hashes."""

import re

from mozregression.sandbox.history import Kind
from mozregression.sandbox.messages import Request, Response, as_json, page
from mozregression.sandbox.world import World

REPOSITORY = "firefox"


def respond(world: World, request: Request) -> Response | None:
    """The answer to a request; None when the path is none of Lando's."""
    match = re.fullmatch(r"/api/(git2hg|hg2git)/([^/]+)/([^/]+)/?", request.path)
    if not match:
        return None
    direction, repository, asked = match.groups()
    wanted = r"[0-9a-f]{7,40}" if direction == "git2hg" else r"[0-9a-f]{40}"
    if repository != REPOSITORY or not re.fullmatch(wanted, asked):
        return page("Not Found", "<h1>Not Found</h1>", 404)
    if direction == "hg2git":
        numbers = [world.numbers[asked]] if asked in world.numbers else []
        numbers = [number for number in numbers if world.history.kinds[number] is not Kind.COMM]
    else:
        hashes = world.git_numbers
        numbers = [number for node, number in hashes.items() if node.startswith(asked)]
    scm = "git" if direction == "git2hg" else "hg"
    if not numbers:
        detail = f"No commit found in {scm} for {asked} in {repository}: no such commit"
        return as_json({"error": "No commits found", "detail": detail}, 404)
    if len(numbers) > 1:
        detail = f"Multiple commits found in {scm} for {asked} in {repository}"
        return as_json({"error": "Multiple commits found", "detail": detail}, 400)
    return as_json({"git_hash": world.git(numbers[0]), "hg_hash": world.nodes[numbers[0]]})
