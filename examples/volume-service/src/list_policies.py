#!/usr/bin/python3
"""Prints the policies that installed OpenStack services register, as one JSON object: service -> list of rules."""
import json
import logging
import sys
import warnings
from importlib.metadata import entry_points

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)


def rule(default):
    deprecated = default.deprecated_rule
    return {
        'name': default.name,
        'checkStr': default.check_str,
        'scopeTypes': default.scope_types,
        'deprecatedRule': deprecated and {
            'name': deprecated.name,
            'checkStr': deprecated.check_str,
            'deprecatedReason': deprecated.deprecated_reason or default.deprecated_reason,
            'deprecatedSince': deprecated.deprecated_since or default.deprecated_since,
        },
    }


services = {}
for entry in entry_points(group='oslo.policy.policies'):
    if entry.name in sys.argv[1:]:
        services[entry.name] = [rule(default) for default in entry.load()()]
json.dump(services, sys.stdout)
