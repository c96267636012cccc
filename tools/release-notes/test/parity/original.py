"""Answers for the installed reno: one JSON request a line, {"root", "words"}; one answer a line, {"rc", "stdout"}."""
import contextlib
import io
import json
import logging
import os
import sys

from reno import main

for line in sys.stdin:
    request = json.loads(line)
    os.chdir(request['root'])
    output = io.StringIO()
    logging.getLogger().handlers.clear()
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            rc = main.main(['-q', *request['words']]) or 0
        stdout = output.getvalue()
    except Exception:
        rc, stdout = 1, ''
    print(json.dumps({'rc': rc, 'stdout': stdout}), flush=True)
