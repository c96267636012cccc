#!/usr/bin/python3
"""An Enforcer made for each request, as nova and glance do, by Debian's oslo.limit on a real Keystone."""
import json
import logging
import sys
import time
import warnings

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
from oslo_config import cfg  # noqa: E402
from oslo_limit import limit, opts  # noqa: E402

task = json.loads(sys.argv[2])
cfg.CONF(['--config-file', sys.argv[1]], project='bench')
opts.register_opts(cfg.CONF)
deltas = {name: 1 for name in task['names']}


def work():
    limit.Enforcer(lambda project, names: {name: 0 for name in names}).enforce(task['projectId'], deltas)


work()
print(json.dumps({'answers': 'granted'}), flush=True)
for line in sys.stdin:
    count = 0
    start = time.perf_counter()
    while time.perf_counter() < start + float(line) / 1000:
        work()
        count += 1
    print(json.dumps({'count': count, 'cpuMicroseconds': round((time.perf_counter() - start) * 1e6)}), flush=True)
