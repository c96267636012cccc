"""One oslo.cache region, driven by JSON lines.

The first line is the value of [cache] options; then {"set": {key: value}}, {"get": [keys]}, {"create": key},
{"memoize": [arguments]} or {"raw": [key, base64]}; each is answered by one line.
"""
import json
import sys
import warnings

warnings.simplefilter("ignore")
from dogpile.cache import api  # noqa: E402
from oslo_cache import core  # noqa: E402
from oslo_config import cfg  # noqa: E402


def speak_current_etcd():
    """Debian's etcd3gw asks for /v3alpha, which Debian's etcd does not have any more."""
    import etcd3gw

    etcd3gw.client = lambda **options: etcd3gw.Etcd3Client(api_path="/v3/", **options)


def region_of(options):
    if options["backend"] == "oslo_cache.etcd3gw":
        speak_current_etcd()
    conf = cfg.ConfigOpts()
    core.configure(conf)
    conf([], project="interop")
    for name, value in options.items():
        conf.set_override(name, value, group="cache")
    region = core.create_region()
    core.configure_cache_region(conf, region)
    return region


region = region_of(json.loads(sys.stdin.readline()))


@region.cache_on_arguments(namespace="ns")
def memoized(one, two):
    return {"made": "in Python", "of": [one, two]}


def shown(value):
    if value is api.NO_VALUE:
        return {"$": "NO_VALUE"}
    if isinstance(value, tuple):
        return {"$": "tuple", "items": list(value)}
    return value


def answer(request):
    if "set" in request:
        region.set_multi(request["set"])
        return True
    if "get" in request:
        return [shown(value) for value in region.get_multi(request["get"])]
    if "create" in request:
        calls = []
        value = region.get_or_create(request["create"], lambda: calls.append(1) or "created")
        return [shown(value), len(calls)]
    if "memoize" in request:
        return memoized(*request["memoize"])
    raise ValueError(request)


for line in sys.stdin:
    try:
        answered = answer(json.loads(line))
    except Exception as error:
        answered = {"error": type(error).__name__ + ": " + str(error)}
    print(json.dumps(answered), flush=True)
