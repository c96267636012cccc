import { checker } from './checker.ts';
import type { Command } from './command.ts';
import { convertJsonToYaml } from './convert-json-to-yaml.ts';
import { listRedundant } from './list-redundant.ts';
import { policyGenerator } from './policy-generator.ts';
import { sampleGenerator } from './sample-generator.ts';
import { validator } from './validator.ts';

/** The subcommands that Oslo has, too, under the names of its programs without `oslopolicy-`. */
export const OSLO_COMMANDS: readonly Command[] = [
  checker,
  convertJsonToYaml,
  listRedundant,
  policyGenerator,
  sampleGenerator,
  validator,
];

/** The subcommands beyond Oslo's. */
export const OWN_COMMANDS: readonly Command[] = [];
