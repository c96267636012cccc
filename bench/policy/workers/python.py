#!/usr/bin/python3
"""Debian's oslo.policy with the registered Nova defaults and an empty policy.yaml, on the workload given as a file."""
import json
import logging
import os
import resource
import sys
import tempfile
import time
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')
from oslo_config import cfg  # noqa: E402
from oslo_policy import policy  # noqa: E402

workload = json.load(open(sys.argv[1]))
directory = tempfile.mkdtemp(prefix='oslofjord-bench-')
open(os.path.join(directory, 'policy.yaml'), 'w').close()
conf = cfg.ConfigOpts()
conf(['--config-dir', directory], default_config_files=[], default_config_dirs=[])
enforcer = policy.Enforcer(conf, policy_file=os.path.join(directory, 'policy.yaml'))
conf.set_override('enforce_new_defaults', True, group='oslo_policy')
conf.set_override('enforce_scope', True, group='oslo_policy')
for rule in workload['rules']:
    enforcer.register_default(
        policy.RuleDefault(rule['name'], rule['checkStr'], scope_types=rule.get('scopeTypes')))

cases = [(r['rule'], r['target'], workload['people'][r['who']]) for r in workload['requests']]
print(json.dumps({'answers': ''.join('1' if enforcer.enforce(*case) else '0' for case in cases)}), flush=True)


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


index = 0
for line in sys.stdin:
    end = time.monotonic() + int(line) / 1000
    before = processor_time()
    count = 0
    while time.monotonic() < end:
        for _ in range(16):
            enforcer.enforce(*cases[index])
            index = (index + 1) % len(cases)
        count += 16
    print(json.dumps({'count': count, 'cpuMicroseconds': (processor_time() - before) * 1e6}), flush=True)
