"""Answers streams of datagrams with the page of Debian's oslo.metrics.

One JSON line a stream, a list of datagrams in base64; one JSON line an answer, the text of the page without its
_created gauges and without the metrics of Python itself."""
import base64
import inspect
import json
import logging
import sys

sys.argv = ['oracle']
from prometheus_client import CollectorRegistry, exposition  # noqa: E402
from oslo_metrics import message_router  # noqa: E402
from oslo_metrics.metrics import oslo_messaging as definitions  # noqa: E402

logging.disable(logging.CRITICAL)
# The page as text: a lone half of a surrogate pair, which cannot be encoded, should be compared too.
source = inspect.getsource(exposition.generate_latest).replace(
    ".encode('utf-8')", ".encode('utf-8', 'surrogatepass')")
exec(source, exposition.__dict__)

metrics = [value for value in vars(definitions).values() if hasattr(value, 'labels')]
registry = CollectorRegistry()
for metric in metrics:
    registry.register(metric)
router = message_router.MessageRouter()


def page():
    kept, skipping = [], False
    for line in exposition.generate_latest(registry).decode('utf-8', 'surrogatepass').split('\n')[:-1]:
        if line.startswith('# HELP ') or line.startswith('# TYPE '):
            skipping = line.split(' ')[2].endswith('_created')
        if not skipping:
            kept.append(line)
    return '\n'.join(kept) + '\n'


for line in sys.stdin:
    for metric in metrics:
        metric._metrics.clear()
    for datagram in json.loads(line):
        router.process(base64.b64decode(datagram)[:65565])
    print(json.dumps(page()), flush=True)
