#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the installed oslo.config makes of a request; the protocol is described in request.ts.

One JSON object a line in, one a line out. Nothing of the environment but the request's own variables is seen.
"""
import io
import json
import logging
import os
import sys
import tempfile
import warnings

from oslo_config import cfg
from oslo_config import types

OPTION_CLASSES = dict(
    string=cfg.StrOpt, integer=cfg.IntOpt, float=cfg.FloatOpt, boolean=cfg.BoolOpt, port=cfg.PortOpt,
    list=cfg.ListOpt, dict=cfg.DictOpt, multistring=cfg.MultiStrOpt, uri=cfg.URIOpt, host=cfg.HostAddressOpt)
PASSED_ON = ('default', 'choices', 'min', 'max', 'secret', 'required', 'mutable', 'deprecated_for_removal')


def describe(error, folder):
    message = str(error.code) if isinstance(error, SystemExit) else str(error)
    return {'error': {'type': type(error).__name__, 'message': message.replace(folder, '$DIR')}}


def make_option(spec):
    keywords = {key: spec[key] for key in PASSED_ON if key in spec}
    older = [cfg.DeprecatedOpt(entry.get('name', spec['name']), group=entry.get('group', spec.get('group')))
             for entry in spec.get('deprecated') or ()]
    if older:
        keywords['deprecated_opts'] = older
    if (spec['type'], spec.get('item_type')) == ('list', 'integer'):
        keywords['item_type'] = types.Integer()
    return OPTION_CLASSES[spec['type']](spec['name'], **keywords)


def write_files(request, folder):
    """Writes the files of the request and returns the arguments that name them."""
    arguments = []
    for name, text in request.get('files', ()):
        path = os.path.join(folder, name)
        with open(path, 'w') as target:
            target.write(text)
        arguments.extend(('--config-file', path))
    if request.get('dir'):
        inner = os.path.join(folder, 'conf.d')
        os.mkdir(inner)
        for name, text in request['dir']:
            with open(os.path.join(inner, name), 'w') as target:
                target.write(text)
        arguments.extend(('--config-dir', inner))
    return arguments


def read_value(conf, spec):
    dest = spec['name'].replace('-', '_')
    return conf[spec['group']][dest] if spec.get('group') else conf[dest]


def respond(request, folder):
    arguments = write_files(request, folder) + request.get('args', [])
    for name in [name for name in os.environ if name.startswith('OS_')]:
        del os.environ[name]
    os.environ.update(request.get('env', {}))
    conf = cfg.ConfigOpts()
    try:
        for spec in request['options']:
            register = conf.register_cli_opt if request.get('args') else conf.register_opt
            register(make_option(spec), group=spec.get('group'))
        conf(arguments, project='oracle', default_config_files=[], default_config_dirs=[], use_env=True)
    except (Exception, SystemExit) as error:
        return describe(error, folder)
    values = {}
    for spec in request['options']:
        try:
            value = read_value(conf, spec)
        except Exception as error:
            value = describe(error, folder)
        values.setdefault(spec.get('group') or 'DEFAULT', {})[spec['name']] = value
    return {'values': values}


def main():
    warnings.simplefilter('ignore')
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        if not line.strip():
            continue
        request = json.loads(line)
        out, err, sys.stdout, sys.stderr = sys.stdout, sys.stderr, io.StringIO(), io.StringIO()
        try:
            with tempfile.TemporaryDirectory(prefix='oslofjord-config-') as folder:
                answer = respond(request, folder)
        finally:
            sys.stdout, sys.stderr = out, err
        if 'id' in request:
            answer['id'] = request['id']
        print(json.dumps(answer, default=str, sort_keys=True), flush=True)


if __name__ == '__main__':
    main()
