"""Answers limit requests, one JSON line each, by the installed oslo.limit with its own LimitFixture."""
import json
import logging
import sys
import warnings

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)

from oslo_config import cfg  # noqa: E402
from oslo_limit import exception, fixture, limit, opts  # noqa: E402

TAGS = {'$bytes': str.encode, '$float': float, '$int': int, '$tuple': lambda items: tuple(map(untag, items))}


def untag(value):
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, item), = value.items()
        if key in TAGS:
            return TAGS[key](item)
    return {key: untag(item) for key, item in value.items()}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, limit.ProjectUsage):
        return {'limit': plain(value.limit), 'usage': plain(value.usage)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (int, str, float)) else repr(value)


def describe(error):
    described = {'type': type(error).__name__, 'str': str(error)}
    if isinstance(error, exception.ProjectOverLimit):
        fields = ('resource_name', 'limit', 'current_usage', 'delta')
        described['project_id'] = error.project_id
        described['over'] = [{name: getattr(info, name) for name in fields} for info in error.over_limit_info_list]
    return described


def answer(request):
    usage = untag(request.get('usage') or {})
    calls = []

    def callback(project_id, names):
        calls.append([plain(project_id), plain(list(names))])
        if 'raise' in usage:
            raise RuntimeError(usage['raise'])
        known = [name for name in names if name in usage or 'default_usage' in request]
        return {name: usage[name] if name in usage else request['default_usage'] for name in known}

    with fixture.LimitFixture(request.get('registered') or {}, request.get('project') or {}):
        try:
            method = getattr(limit.Enforcer(callback), request['op'])
            answered = {'result': plain(method(*untag(request.get('args', []))))}
        except Exception as error:
            answered = {'error': describe(error)}
    if calls:
        answered['callback_calls'] = calls
    return answered


cfg.CONF([], project='oslofjord')
opts.register_opts(cfg.CONF)
cfg.CONF.set_override('endpoint_id', 'endpoint', group='oslo_limit')
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
