#!/usr/bin/python3
"""Warm enforce of ten resources by Debian's oslo.limit with its own fixture; limits stay cached in one Enforcer."""
import json
import logging
import resource
import sys
import time
import warnings

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
from oslo_config import cfg  # noqa: E402
from oslo_limit import exception, fixture, limit, opts  # noqa: E402

workload = json.load(open(sys.argv[1]))
cfg.CONF([], project='bench')
opts.register_opts(cfg.CONF)
cfg.CONF.set_override('endpoint_id', 'endpoint', group='oslo_limit')
limits = fixture.LimitFixture(workload['registered'], workload['projects'])
limits.setUp()
used = {name: workload['used'] for name in workload['registered']}
enforcer = limit.Enforcer(lambda project, names: used)
requests = [(request['project'], request['deltas']) for request in workload['requests']]


def decide(index):
    project, deltas = requests[index]
    try:
        enforcer.enforce(project, deltas)
        return ''
    except exception.ProjectOverLimit as error:
        return str(error)


print(json.dumps({'answers': '\n'.join(decide(index) for index in range(len(requests)))}), flush=True)
index = 0
for line in sys.stdin:
    count = 0
    before = resource.getrusage(resource.RUSAGE_SELF)
    end = time.perf_counter() + float(line) / 1000
    while time.perf_counter() < end:
        for _ in range(256):
            decide(index)
            index = (index + 1) % len(requests)
        count += 256
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({'count': count, 'cpuMicroseconds': round(spent * 1e6)}), flush=True)
