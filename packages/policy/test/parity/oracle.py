"""Answers requests with this machine's oslo.policy, PyYAML and Python: one JSON object a line, in and out."""
import ast
import json
import logging
import sys
import warnings

import yaml
from oslo_policy import _checks
from oslo_policy import _parser

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        if '$float' in value:
            return float(value['$float'])
        if '$int' in value:
            return int(value['$int'])
        if '$tuple' in value:
            return tuple(decode(item) for item in value['$tuple'])
        return {key: decode(item) for key, item in value.items()}
    return value


def literal(request):
    try:
        return {'literal': str(ast.literal_eval(request['kind']))}
    except ValueError:
        return {'lookup': True}
    except Exception as error:
        return {'raises': type(error).__name__}


def load(text):
    try:
        return yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ValueError(str(error))


class Rules(dict):
    def __missing__(self, key):
        raise KeyError(key)


class Enforcer:
    def __init__(self, rules):
        self.rules = Rules((name, _parser.parse_rule(rule)) for name, rule in rules.items())


def run(request):
    op = request['op']
    if op == 'parse':
        return {'result': str(_parser.parse_rule(request['rule']))}
    if op == 'load_text':
        rules = {str(k): str(_parser.parse_rule(v)) for k, v in load(request['text']).items()}
        return {'result': rules}
    if op == 'format':
        return {'result': request['fmt'] % decode(request['target'])}
    enforcer = Enforcer(request['rules'])
    check = enforcer.rules[request['rule']]
    target, creds = decode(request['target']), decode(request['creds'])
    return {'result': _checks._check(check, target, creds, enforcer, request['rule'])}


for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = literal(request) if request['op'] == 'literal' else run(request)
    except Exception as error:
        # A stack that overflows inside inspect is raised as TypeError('unsupported callable').
        if isinstance(error.__cause__, RecursionError):
            answer = {'error': 'RecursionError'}
        elif isinstance(error, UnicodeDecodeError):
            answer = {'error': 'ValueError'}
        else:
            answer = {'error': type(error).__name__}
    print(json.dumps(answer))
