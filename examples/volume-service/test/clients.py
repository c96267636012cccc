"""Clients of the service that are written in Python, as a cloud has them. Each prints one JSON value."""
import json
import sys
import time
import warnings

warnings.simplefilter('ignore')


def volumes(auth_url, username, password, project):
    """Lists the volumes of a project over the catalog, with a token of Keystone."""
    from keystoneauth1 import session
    from keystoneauth1.identity import v3

    auth = v3.Password(auth_url=auth_url, username=username, password=password, user_domain_id='default',
                       project_id=project)
    wanted = {'service_type': 'volumev3', 'interface': 'public', 'region_name': 'RegionOne'}
    answer = session.Session(auth=auth).get('/v1/projects/%s/volumes' % project, endpoint_filter=wanted)
    return answer.json()['volumes']


def configured(path):
    from oslo_config import cfg

    conf = cfg.ConfigOpts()
    conf(['--config-file', path], project='volume-service', default_config_dirs=[])
    return conf


def cached(path, key, replacement):
    """What the service keeps under a key, by the service's own configuration; and puts something else there."""
    from oslo_cache import core

    conf = configured(path)
    core.configure(conf)
    region = core.create_region()
    core.configure_cache_region(conf, region)
    found = region.get(key)
    region.set(key, json.loads(replacement))
    return found


def calls(path, name):
    """Makes calls over the service's RabbitMQ, and reports them to the service's collector."""
    import oslo_messaging
    from oslo_messaging._metrics import client as metrics

    conf = configured(path)
    transport = oslo_messaging.get_rpc_transport(conf)
    conf.register_opts(metrics.oslo_messaging_metrics, group='oslo_messaging_metrics')
    conf.set_override('metrics_process_name', name, group='oslo_messaging_metrics')

    class Reports:
        def count(self, context):
            return 7

    server = oslo_messaging.get_rpc_server(
        transport, oslo_messaging.Target(topic='reports', server='here'), [Reports()], executor='threading')
    server.start()
    time.sleep(0.3)
    client = oslo_messaging.RPCClient(transport, oslo_messaging.Target(topic='reports'), timeout=5)
    answers = [client.call({}, 'count') for _ in range(3)]
    time.sleep(0.5)
    server.stop()
    server.wait()
    return answers


print(json.dumps({'volumes': volumes, 'cached': cached, 'calls': calls}[sys.argv[1]](*sys.argv[2:])))
