"""Writes what happens in a playbook as one JSON object a line."""

import json

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: zuul_local
type: stdout
short_description: what happens, as one JSON object a line
description: For zuul-local, which reads it.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "zuul_local"

    def _write(self, **event):
        print(json.dumps(event, cls=AnsibleJSONEncoder), flush=True)

    def _result(self, status, result):
        self._write(
            event="result",
            status=status,
            host=result._host.get_name(),
            action=result._task.action,
            result=self._clean(result),
        )

    @staticmethod
    def _clean(result):
        values = result._result
        if not values.get("_ansible_no_log"):
            return values
        return {key: values[key] for key in ("changed", "failed", "skipped") if key in values} | {"censored": True}

    def v2_playbook_on_play_start(self, play):
        self._write(event="play", name=play.get_name())

    def v2_playbook_on_no_hosts_matched(self):
        self._write(event="no-hosts")

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._write(event="task", name=task.get_name())

    def v2_runner_on_ok(self, result):
        self._result("changed" if result._result.get("changed") else "ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_playbook_on_stats(self, stats):
        hosts = sorted(stats.processed)
        self._write(event="stats", stats={host: stats.summarize(host) for host in hosts})
