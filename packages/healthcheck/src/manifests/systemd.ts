import type { ResolvedPlan } from './plan.ts';

/** A unit that waits for the start, watches the process, and lets it drain. */
export const systemd = ({ service, command, startMax, liveMax, shutdownMax }: ResolvedPlan): string => {
  const [program = '', ...words] = command.split(' ').filter((word) => word !== '');
  const start = [program.startsWith('/') ? program : `/usr/bin/env ${program}`, ...words].join(' ');
  return `[Unit]
Description=${service}
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
# systemd-notify is a process of its own; with koffi, NotifyAccess=main will do
NotifyAccess=all
ExecStart=${start}
TimeoutStartSec=${Math.ceil(startMax)}
WatchdogSec=${Math.ceil(liveMax)}
# the balancer sees it, requests end, hooks run; then five seconds to spare
TimeoutStopSec=${shutdownMax + 5}
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;
};
