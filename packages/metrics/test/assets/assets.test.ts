import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programMissing } from '@oslofjord/services';
import { afterAll, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-assets-'));
const asset = (path: string): string => fileURLToPath(new URL(`../../assets/${path}`, import.meta.url));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const promtool = (await programMissing('promtool', ['prometheus'])) === undefined;
const analyze = (await programMissing('systemd-analyze', ['systemd'])) === undefined;

const run = (program: string, words: readonly string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: directory, encoding: 'utf8' });
  return { status, output: stdout + stderr };
};

test.skipIf(!promtool)(
  'the rules record and alert as their tests say, and are silent where nothing is wrong (skipped without promtool)',
  () => {
    copyFileSync(asset('prometheus/oslo-rpc.rules.yml'), join(directory, 'oslo-rpc.rules.yml'));
    copyFileSync(
      fileURLToPath(new URL('oslo-rpc.test.yml', import.meta.url)),
      join(directory, 'oslo-rpc.test.yml'),
    );
    const check = run('promtool', ['check', 'rules', 'oslo-rpc.rules.yml']);
    expect(check.status, check.output).toBe(0);
    const tested = run('promtool', ['test', 'rules', 'oslo-rpc.test.yml']);
    expect(tested.status, tested.output).toBe(0);
  },
);

test('every alert has a test of its own', () => {
  const alerts = (text: string, pattern: RegExp): string[] =>
    [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();
  const rules = alerts(readFileSync(asset('prometheus/oslo-rpc.rules.yml'), 'utf8'), /alert: (\w+)/gu);
  const tests = readFileSync(new URL('oslo-rpc.test.yml', import.meta.url), 'utf8');
  expect(alerts(tests, /alertname: (\w+)\n(?:.*\n)?\s+exp_alerts:\n\s+- exp_labels/gu)).toEqual(rules);
});

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync(asset('grafana/oslo-rpc.json'), 'utf8')) as Dashboard;

test.skipIf(!promtool)('every query of the dashboard parses (skipped without promtool)', () => {
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(queries.length).toBeGreaterThan(15);
  const rules = queries.map((query, index) => {
    const filled = query.replaceAll('$__rate_interval', '5m').replaceAll(/\$(?:topic|process)/gu, '.*');
    expect(filled).not.toContain('$');
    return `      - record: query_${String(index)}\n        expr: ${JSON.stringify(filled)}\n`;
  });
  writeFileSync(join(directory, 'queries.yml'), `groups:\n  - name: queries\n    rules:\n${rules.join('')}`);
  const check = run('promtool', ['check', 'rules', 'queries.yml']);
  expect(check.status, check.output).toBe(0);
});

test('panels of the dashboard have names of their own and do not lie on one another', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const covered = new Set<string>();
  for (const { title, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        const cell = `${String(x)},${String(y)}`;
        expect(covered.has(cell) || x >= 24, `${title} at ${cell}`).toBe(false);
        covered.add(cell);
      }
    }
  }
});

test.skipIf(!analyze)('systemd finds nothing wrong with the units (skipped without systemd)', () => {
  // It also speaks of other units of the machine.
  const about = (paths: readonly string[]): { status: number | null; lines: string[] } => {
    const { status, output } = run('systemd-analyze', ['verify', '--man=no', ...paths]);
    return { status, lines: output.split('\n').filter((line) => line.includes('oslofjord-metrics')) };
  };
  const units = ['oslofjord-metrics.socket', 'oslofjord-metrics.service'];
  expect(about(units.map((unit) => asset(`systemd/${unit}`)))).toEqual({ status: 0, lines: [] });
  const [socket, service] = units.map((unit) => join(directory, unit)) as [string, string];
  copyFileSync(asset('systemd/oslofjord-metrics.socket'), socket);
  writeFileSync(
    service,
    readFileSync(asset('systemd/oslofjord-metrics.service'), 'utf8').replace('Type=exec', 'Typo=exec'),
  );
  expect(about([socket, service]).lines).toHaveLength(1);
});
