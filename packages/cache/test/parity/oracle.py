"""Answers JSON lines as dogpile.cache and oslo.cache do, with a clock that can be set and creators from a script.

{"op": ...} a line; {"r": ...} or {"exc": class, "msg": text} a line. NO_VALUE is {"$": "NO_VALUE"}.
"""
import json
import logging
import sys
import time
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
now = 1_700_000_000.0
time.time = lambda: now

from dogpile.cache import api, make_region  # noqa: E402
from oslo_cache import core  # noqa: E402
from oslo_config import cfg  # noqa: E402

regions = {}


def shown(value):
    return {"$": "NO_VALUE"} if value is api.NO_VALUE else value


def configured(values):
    conf = cfg.ConfigOpts()
    core.configure(conf)
    conf([], project="parity")
    for name, value in values.items():
        conf.set_override(name, value, group="cache")
    return conf


def region(o):
    if o.get("oslo"):
        made = core.create_region()
        core.configure_cache_region(configured(o.get("conf") or {}), made)
    else:
        made = make_region()
        made.configure(
            o.get("backend", "dogpile.cache.memory"),
            expiration_time=o.get("expiration_time"),
            arguments=o.get("args") or {},
        )
    regions[o.get("id", "r")] = made
    return True


def get_or_create(r, o):
    calls = 0

    def creator():
        nonlocal calls
        calls += 1
        if "raise" in o["creator"]:
            raise RuntimeError(o["creator"]["raise"])
        return o["creator"]["return"]

    should_cache = (lambda value: o["should_cache"]) if "should_cache" in o else None
    try:
        value = r.get_or_create(o["key"], creator, o.get("expiration_time"), should_cache)
    except Exception as error:
        return {"exc": type(error).__name__, "msg": str(error), "calls": calls}
    return {"value": shown(value), "calls": calls}


def get_or_create_multi(r, o):
    asked = []

    def creator(*keys):
        asked.extend(keys)
        return [o["values"][key] for key in keys]

    values = r.get_or_create_multi(o["keys"], creator, o.get("expiration_time"))
    return {"values": values, "asked": asked}


def raw_set(r, o):
    key = r.key_mangler(o["key"]) if r.key_mangler else o["key"]
    r.backend.set(key, api.CachedValue(o["payload"], {"ct": o["ct"], "v": o["v"]}))
    return True


def answer(o):
    global now
    op = o["op"]
    if op == "region":
        return region(o)
    if op == "clock":
        now = float(o["now"])
        return now
    if op == "advance":
        now += float(o["by"])
        return now
    if op == "mangle":
        return core._sha1_mangle_key(o["key"])
    r = regions.get(o.get("id", "r"))
    read = (o.get("expiration_time"), o.get("ignore_expiration", False))
    if op == "get":
        return shown(r.get(o["key"], *read))
    if op == "get_multi":
        return [shown(value) for value in r.get_multi(o["keys"], *read)]
    if op == "invalidate":
        return r.invalidate(hard=o.get("hard", True))
    plain = {
        "set": lambda: r.set(o["key"], o["value"]),
        "set_multi": lambda: r.set_multi(o["mapping"]),
        "delete": lambda: r.delete(o["key"]),
        "delete_multi": lambda: r.delete_multi(o["keys"]),
        "raw_set": lambda: raw_set(r, o),
        "get_or_create": lambda: get_or_create(r, o),
        "get_or_create_multi": lambda: get_or_create_multi(r, o),
    }
    return plain[op]()


for line in sys.stdin:
    try:
        answered = {"r": answer(json.loads(line))}
    except Exception as error:
        answered = {"exc": type(error).__name__, "msg": str(error)}
    print(json.dumps(answered), flush=True)
