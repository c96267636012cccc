import { checker } from './checker.ts';
import type { Command } from './command.ts';
import { convert, upgrade } from './convert.ts';
import { convertJsonToYaml } from './convert-json-to-yaml.ts';
import { diff } from './diff.ts';
import { docs } from './docs.ts';
import { explain } from './explain.ts';
import { lint } from './lint.ts';
import { listRedundant } from './list-redundant.ts';
import { policyGenerator } from './policy-generator.ts';
import { policyUpgrade } from './policy-upgrade.ts';
import { sampleGenerator } from './sample-generator.ts';
import { test } from './test.ts';
import { upgradeCheck } from './upgrade-check.ts';
import { validator } from './validator.ts';
import { whoCan } from './who-can.ts';

/** The subcommands that Oslo has, too, under the names of its programs without `oslopolicy-`. */
export const OSLO_COMMANDS: readonly Command[] = [
  checker,
  convertJsonToYaml,
  listRedundant,
  policyGenerator,
  policyUpgrade,
  sampleGenerator,
  validator,
];

/** The subcommands beyond Oslo's. */
export const OWN_COMMANDS: readonly Command[] = [
  convert,
  diff,
  docs,
  explain,
  lint,
  test,
  upgrade,
  upgradeCheck,
  whoCan,
];
