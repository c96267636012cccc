"""Calls over oslo.messaging with its metrics on: TRANSPORT_URL SOCKET PROCESS_NAME."""
import sys
import time

from oslo_config import cfg
import oslo_messaging
from oslo_messaging._metrics import client as metrics

url, socket, name = sys.argv[1:4]
conf = cfg.ConfigOpts()
conf([])
transport = oslo_messaging.get_rpc_transport(conf, url=url)
conf.register_opts(metrics.oslo_messaging_metrics, group='oslo_messaging_metrics')
for option, value in (('metrics_enabled', True), ('metrics_socket_file', socket),
                      ('metrics_process_name', name), ('metrics_thread_stop_timeout', 1)):
    conf.set_override(option, value, group='oslo_messaging_metrics')


class Volumes:
    target = oslo_messaging.Target(version='1.3')

    def create(self, context, size):
        return {'id': 'volume-%d' % size}

    def refuse(self, context):
        raise ValueError('no')


server = oslo_messaging.get_rpc_server(
    transport, oslo_messaging.Target(topic='volume', server='host-a'), [Volumes()], executor='threading')
server.start()
time.sleep(0.3)
client = oslo_messaging.RPCClient(transport, oslo_messaging.Target(topic='volume'), timeout=5)
for size in range(40):
    assert client.call({}, 'create', size=size)['id'] == 'volume-%d' % size
client.cast({}, 'create', size=1)
client.prepare(fanout=True).cast({}, 'create', size=1)
client.prepare(server='host-a', version='1.1').call({}, 'create', size=2)
for _ in range(3):
    try:
        client.call({}, 'refuse')
    except Exception:
        pass
time.sleep(0.5)
server.stop()
server.wait()
