import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReloadEvent, ReloadFailedEvent } from '../channels.ts';
import { Enforcer } from '../enforcer.ts';
import { PolicyLoadError } from '../errors.ts';
import type { PolicyOptions } from '../options.ts';
import { deprecatedRule, ruleDefault } from '../rules/defaults.ts';

let directory: string;
let enforcer: Enforcer | undefined;

const write = (name: string, text: string): void => {
  mkdirSync(join(directory, 'policy.d'), { recursive: true });
  writeFileSync(join(directory, name), text);
};

const make = (options: PolicyOptions = {}): Enforcer => {
  enforcer = new Enforcer({ configDirs: [directory], ...options });
  return enforcer;
};

const collect = <T>(channel: string, events: T[] = []): { readonly events: T[]; stop(): void } => {
  const listen = (event: unknown): void => {
    events.push(event as T);
  };
  subscribe(channel, listen);
  return { events, stop: () => unsubscribe(channel, listen) };
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-strict-'));
});

afterEach(() => {
  enforcer?.close();
  vi.useRealTimers();
  rmSync(directory, { recursive: true, force: true });
});

describe('a policy is loaded as a whole', () => {
  test('files apply over registered rules, and policy.d over policy.yaml', async () => {
    write('policy.yaml', '"a": "!"\n"b": "role:x"\n');
    write('policy.d/1.yaml', '"b": "role:y"\n');
    write('policy.d/2.yaml~', '"b": "@"\n');
    const policies = [ruleDefault({ name: 'a', checkStr: '@' }), ruleDefault({ name: 'c', checkStr: '@' })];
    const made = make({ policies });
    const { files, count } = await made.load();
    expect(files).toEqual([join(directory, 'policy.yaml'), join(directory, 'policy.d/1.yaml')]);
    expect(count).toBe(3);
    expect(['a', 'b', 'c'].map((name) => made.enforce(name, {}, { roles: ['y'] }))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('every problem of every file is told at once, with its place', async () => {
    write('policy.yaml', '"a": "role:x or"\n"b":\n\n"c": "not rule:nowhere"\n');
    write('policy.d/more.yaml', '"d": no\n"e": "rule:f"\n"f": "not rule:e"\n');
    const error = await make()
      .load()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PolicyLoadError);
    const places = (error as PolicyLoadError).issues.map(({ file, line, rule }) => [
      file?.slice(directory.length + 1),
      line,
      rule,
    ]);
    expect(places).toEqual([
      ['policy.yaml', 1, 'a'],
      ['policy.yaml', 2, 'b'],
      ['policy.d/more.yaml', 1, 'd'],
      ['policy.yaml', 4, 'c'],
      ['policy.d/more.yaml', 2, 'e'],
      ['policy.d/more.yaml', 3, 'f'],
    ]);
  });

  test('registered rules are held to the same', () => {
    const made = make({ policies: [ruleDefault({ name: 'a', checkStr: 'rule:nowhere' })] });
    expect(() => made.enforce('a', {}, {})).toThrow('rule:nowhere is not defined');
  });

  test('a rule registered after the load is known to the next decision', async () => {
    const made = make();
    await made.load();
    expect(made.enforce('late', {}, {})).toBe(false);
    made.registerDefault(ruleDefault({ name: 'late', checkStr: '@' }));
    expect(made.enforce('late', {}, {})).toBe(true);
  });

  test('old defaults count until new ones are enforced, and what they are is told', async () => {
    const notices = collect<{ reason: string; rule: string }>('oslofjord:policy:deprecation');
    const old = deprecatedRule({
      name: 'a',
      checkStr: 'role:old',
      deprecatedReason: 'why',
      deprecatedSince: '1',
    });
    const policies = [ruleDefault({ name: 'a', checkStr: 'role:new', deprecatedRule: old })];
    const made = make({ policies, enforceNewDefaults: false });
    await made.load();
    expect(made.enforce('a', {}, { roles: ['old'] })).toBe(true);
    notices.stop();
    expect(notices.events).toMatchObject([{ reason: 'default changed', rule: 'a' }]);
  });

  test('names that every object has are rules like others', async () => {
    write('policy.yaml', '"__proto__": "role:constructor"\n"constructor": "rule:__proto__"\n');
    const made = make();
    await made.load();
    expect(made.enforce('constructor', {}, { roles: ['constructor'] })).toBe(true);
    expect(made.enforce('toString', {}, { roles: ['constructor'] })).toBe(false);
    expect(made.enforce('hasOwnProperty', {}, { roles: [] })).toBe(false);
  });
});

describe('a policy that changed', () => {
  const watchOnce = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => Promise.resolve());
  };

  test('comes into force by itself, whatever the time of its file', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    write('policy.yaml', '"a": "!"\n');
    const made = make();
    await made.load();
    const reloads = collect<ReloadEvent>('oslofjord:policy:reload');
    write('policy.yaml', '"a": "@"\n');
    await watchOnce();
    await vi.waitFor(() => {
      expect(made.enforce('a', {}, {})).toBe(true);
    });
    reloads.stop();
    expect(reloads.events).toMatchObject([{ files: [join(directory, 'policy.yaml')], changed: ['a'] }]);
  });

  test.each([
    ['broken', '"a": "@\n'],
    ['open by mistake', '"a":\n'],
  ])('but is %s leaves the one in force, and says so once', async (_, text) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    write('policy.yaml', '"a": "!"\n');
    const made = make();
    await made.load();
    const failures = collect<ReloadFailedEvent>('oslofjord:policy:reload_failed');
    write('policy.yaml', text);
    await watchOnce();
    await vi.waitFor(() => {
      expect(failures.events.length).toBe(1);
    });
    await watchOnce();
    failures.stop();
    expect(failures.events.length).toBe(1);
    expect(failures.events[0]?.issues[0]?.line).toBeGreaterThan(0);
    expect(made.enforce('a', {}, {})).toBe(false);
  });

  /** A policy in force, and a look at its files that ends when these things, and no others, were told of them. */
  const watched = async (): Promise<{ look: (expected: string[]) => Promise<void>; stop: () => void }> => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    write('policy.yaml', '"a": "!"\n');
    await make().load();
    const told: string[] = [];
    const reloads = (event: unknown): void =>
      void told.push(`in force, changed: ${(event as ReloadEvent).changed.join() || 'nothing'}`);
    const failures = (): void => void told.push('refused');
    subscribe('oslofjord:policy:reload', reloads);
    subscribe('oslofjord:policy:reload_failed', failures);
    const stop = (): void => {
      unsubscribe('oslofjord:policy:reload', reloads);
      unsubscribe('oslofjord:policy:reload_failed', failures);
    };
    const look = async (expected: string[]): Promise<void> => {
      await watchOnce();
      // Files have to stand still for a moment.
      await new Promise((resolve) => setTimeout(resolve, 60));
      await vi.waitFor(() => {
        expect(told).toEqual(expected);
      });
    };
    return { look, stop };
  };

  test.each([
    ['broken', (): void => write('policy.yaml', '"a": "@\n')],
    ['gone', (): void => rmSync(join(directory, 'policy.yaml'))],
    ['joined by a broken one', (): void => write('policy.d/more.yaml', '"b": "@\n')],
  ])('and was %s, then is as it was before, is told to be in force, once', async (_, spoil) => {
    const { look, stop } = await watched();
    spoil();
    await look(['refused']);
    await look(['refused']);
    write('policy.yaml', '"a": "!"\n');
    rmSync(join(directory, 'policy.d/more.yaml'), { force: true });
    await look(['refused', 'in force, changed: nothing']);
    await look(['refused', 'in force, changed: nothing']);
    expect(enforcer?.enforce('a', {}, {})).toBe(false);
    spoil();
    await look(['refused', 'in force, changed: nothing', 'refused']);
    stop();
  });

  test('and was refused is told to be refused until a policy is in force that is right', async () => {
    const { look, stop } = await watched();
    write('policy.yaml', '"a": "@\n');
    await look(['refused']);
    write('policy.yaml', '"a": "@"\n');
    await look(['refused', 'in force, changed: a']);
    stop();
  });

  test('counts only once it stands still: a file that is being written is not read halfway', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    write('policy.yaml', '"a": "!"\n');
    const made = make();
    await made.load();
    const reloads = collect<ReloadEvent>('oslofjord:policy:reload');
    // The two writes of somebody who empties a file and then fills it.
    write('policy.yaml', '');
    const looked = watchOnce();
    setTimeout(() => {
      write('policy.yaml', '"a": "role:a"\n');
    }, 10);
    await looked;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(reloads.events).toEqual([]);
    await watchOnce();
    await vi.waitFor(() => {
      expect(made.enforce('a', {}, { roles: ['a'] })).toBe(true);
    });
    reloads.stop();
    expect(reloads.events.length).toBe(1);
  });

  test('and is gone leaves the one in force', async () => {
    write('policy.yaml', '"a": "!"\n');
    const made = make({ policies: [ruleDefault({ name: 'a', checkStr: '@' })], reload: 'off' });
    await made.load();
    rmSync(join(directory, 'policy.yaml'));
    await expect(made.load()).rejects.toThrow('the policy file is gone');
    expect(made.enforce('a', {}, {})).toBe(false);
  });
});
