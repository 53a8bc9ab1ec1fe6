"""Durable acknowledgements beside an nginx that answers 200 to the same requests and keeps nothing.

Both are driven by wrk, 64 connections, in turns.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from common import Figure, conclude, free_port, new_home, packed, progress, serving, usage

SECONDS = 5
ROUNDS = 5
CONNECTIONS = 64

SCRIPT = """
local body = io.open("%s", "rb"):read("*a")
local number = 0
local thread = 0
setup = function(t) thread = thread + 1; t:set("id", thread) end
request = function()
  number = number + 1
  local path = string.format(
    "/submit/org-mozilla-mozregression/usage/1/%%08x-0000-4000-8000-%%012x", id, number)
  return wrk.format("POST", path, {["Content-Encoding"] = "gzip"}, body)
end
done = function(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read
  print(string.format("RESULT %%d %%d %%d %%d %%d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), wrong))
end
"""
CONFIGURATION = """
daemon off; worker_processes auto; pid {0}/pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {0}/body; client_body_buffer_size 1m;
  proxy_temp_path {0}/p; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
  keepalive_requests 10000000;
  server {{ listen 127.0.0.1:{1}; location / {{ return 200; }} }}
}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """a_second: acknowledged; p50, p99: seconds until then; wrong: answers that were no 200.

    cost: seconds of CPU for each, which other work on the machine changes less than the others.
    """

    a_second: float
    p50: float
    p99: float
    wrong: int
    cost: float


def drive(server: psutil.Process, port: int, script: Path) -> Run:
    before = spent(server)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script), "--latency"]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True
    )
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    assert found, done.stdout
    requests, microseconds, p50, p99, wrong = map(int, found.groups())
    cost = (spent(server) - before) / requests
    return Run(requests / microseconds * 1e6, p50 / 1e6, p99 / 1e6, wrong, cost)


def spent(server: psutil.Process) -> float:
    """Seconds of CPU of a server and its workers."""
    everyone = [server, *server.children(recursive=True)]
    return sum(times.user + times.system for one in everyone for times in [one.cpu_times()])


@contextmanager
def nginx(folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    port = free_port()
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder, port))
    command = ["nginx", "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
    with subprocess.Popen(command, cwd=folder) as process:
        try:
            time.sleep(1)
            yield psutil.Process(process.pid), port
        finally:
            process.terminate()


def main() -> int:
    for program in ("nginx", "wrk"):
        if not shutil.which(program):
            print(f"{program} is missing: sudo apt-get install {program}")
            return 1
    ours: list[Run] = []
    theirs: list[Run] = []
    with TemporaryDirectory(prefix="mozpipeline-bench-") as place, new_home() as home:
        folder = Path(place)
        (folder / "body").write_bytes(packed(usage()))
        script = folder / "post.lua"
        script.write_text(SCRIPT % (folder / "body"))
        with nginx(folder) as (other, port), serving(home, "--rate", "0") as server:
            receiver = psutil.Process(server.process.pid)
            for number in range(ROUNDS):
                progress(f"round {number + 1} of {ROUNDS}")
                theirs.append(drive(other, port, script))
                ours.append(drive(receiver, server.port, script))
    assert not any(run.wrong for run in (*ours, *theirs))
    ratios = [one.a_second / other.a_second for one, other in zip(ours, theirs, strict=True)]
    return conclude(
        [
            Figure("durable acknowledgements ÷ nginx", median(ratios), 0.2, at_least=True),
            Figure("p99 ÷ p50", median(run.p99 / run.p50 for run in ours), 6),
            Figure("the same of nginx", median(run.p99 / run.p50 for run in theirs)),
            Figure("p50", median(run.p50 for run in ours) * 1000, unit=" ms"),
            Figure("acknowledged a second", median(run.a_second for run in ours)),
            Figure("nginx, a second", median(run.a_second for run in theirs)),
            Figure("CPU for each", median(run.cost for run in ours) * 1e6, unit=" µs"),
            Figure("CPU of nginx for each", median(run.cost for run in theirs) * 1e6, unit=" µs"),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
