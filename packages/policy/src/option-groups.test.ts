import { resolve } from '@oslofjord/config';
import { expect, test } from 'vitest';
import { Enforcer } from './enforcer.ts';
import { osloPolicyOptions } from './option-groups.ts';
import { resolvePolicyOptions } from './options.ts';

test('the option group has the defaults of the enforcer', () => {
  const written = resolve(osloPolicyOptions, {});
  const names = Object.keys(osloPolicyOptions.options);
  const pick = (from: object): unknown =>
    Object.fromEntries(Object.entries(from).filter(([key]) => names.includes(key)));
  expect(pick(resolvePolicyOptions(written))).toEqual(pick(resolvePolicyOptions({})));
});

test('what a configuration resolves to are options of an enforcer', () => {
  const written = resolve(osloPolicyOptions, {
    values: { policyFile: '/nowhere/policy.yaml', policyDirs: [] },
  });
  expect(new Enforcer({ ...written }).loadSync()).toEqual({ files: [], count: 0 });
});
