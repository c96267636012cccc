"""Decides requests with this machine's oslo.policy, once with old defaults and once with new ones: JSON lines."""
import json
import logging
import sys
import warnings

from oslo_config import cfg
from oslo_policy import opts
from oslo_policy import policy

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)


def make_default(rule):
    old = rule['deprecatedRule'] if 'deprecatedRule' in rule else None
    deprecated = old and policy.DeprecatedRule(
        old['name'],
        old['checkStr'],
        deprecated_reason=old.get('deprecatedReason') or 'x',
        deprecated_since=old.get('deprecatedSince') or 'x',
    )
    return policy.RuleDefault(
        rule['name'], rule['checkStr'], deprecated_rule=deprecated, scope_types=rule['scopeTypes'] or None
    )


def make_enforcer(rules, enforce_new_defaults):
    conf = cfg.ConfigOpts()
    conf(args=[], default_config_files=[], default_config_dirs=[])
    opts._register(conf)
    conf.set_override('policy_file', '/nonexistent/policy.yaml', group='oslo_policy')
    conf.set_override('policy_dirs', [], group='oslo_policy')
    # Not the defaults of oslo.policy 4.0.0; later releases always enforce scopes.
    for name, value in (('enforce_new_defaults', enforce_new_defaults), ('enforce_scope', True)):
        if name in conf.oslo_policy:
            conf.set_override(name, value, group='oslo_policy')
    enforcer = policy.Enforcer(conf)
    enforcer.suppress_deprecation_warnings = True
    enforcer.suppress_default_change_warnings = True
    enforcer.register_defaults([make_default(rule) for rule in rules])
    enforcer.load_rules()
    return enforcer


enforcers = {}
for line in sys.stdin:
    request = json.loads(line)
    if 'define' in request:
        enforcers[request['define']] = [make_enforcer(request['rules'], new) for new in (False, True)]
        continue
    decisions = [
        enforcer.enforce(request['rule'], dict(request['target']), dict(request['credentials']))
        for enforcer in enforcers[request['service']]
    ]
    print(json.dumps({'rule': request['rule'], 'old': decisions[0], 'new': decisions[1]}))
