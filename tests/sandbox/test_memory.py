"""A whole world and everything it publishes stays within its budget of memory."""

import subprocess
import sys

from models_py.kernel.settings import ROOT

# the peak of this process alone: what getrusage tells is never less than the parent's
PRINTED = """
from pipelines.sandbox.world import World, SOURCES
world = World(20100104)
count = sum(len(world.prints(source, key).value) for source in SOURCES for key in world.keys(source))
for day in world.b3.sessions[::250]:
    count += world.b3.settlements(day).height
print(count, next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_every_print_of_a_world_takes_less_than_a_gigabyte():
    told = subprocess.run([sys.executable, "-c", PRINTED], cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    prints, kilobytes = (int(word) for word in told.stdout.split())
    assert prints > 500_000
    assert kilobytes < 1_000_000
