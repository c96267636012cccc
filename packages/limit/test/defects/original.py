"""Runs steps with the installed oslo.limit against a Keystone. One JSON request on standard input, one answer a step.

Request: {"config": <path of a file with [oslo_limit]>, "steps": [[method, argument...], ...]}.
Answer a line: {"result"} or {"error": {"type", "str"}}, and "requests": how many were sent meanwhile. The first line is
about making the Enforcer.
"""
import json
import logging
import sys
import warnings

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)

from keystoneauth1 import session  # noqa: E402
from oslo_config import cfg  # noqa: E402
from oslo_limit import limit, opts  # noqa: E402

sent = []
send = session.Session._send_request


def counted(self, url, method, *args, **kwargs):
    sent.append(method + ' ' + url)
    return send(self, url, method, *args, **kwargs)


session.Session._send_request = counted
request = json.load(sys.stdin)
cfg.CONF(['--config-file', request['config']], project='oslofjord')
opts.register_opts(cfg.CONF)


def step(run):
    before = len(sent)
    try:
        answered = {'result': run()}
    except Exception as error:
        answered = {'error': {'type': type(error).__name__, 'str': str(error)}}
        print(json.dumps(dict(answered, requests=len(sent) - before)), flush=True)
        return None
    made = answered['result']
    if isinstance(made, limit.Enforcer):
        answered['result'] = 'made'
    print(json.dumps(dict(answered, requests=len(sent) - before)), flush=True)
    return made


enforcer = step(lambda: limit.Enforcer(lambda project, names: {name: 0 for name in names}))
for method, *arguments in request['steps'] if enforcer else []:
    step(lambda: getattr(enforcer, method)(*arguments))
