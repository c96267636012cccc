import { formatSample } from '../documents/sample.ts';
import type { Command } from './command.ts';
import { OUTPUT_FLAG, writeOutput } from './output.ts';
import { CONFIG_FLAGS, requireServices, SERVICE_FLAGS, withConfiguration } from './setup.ts';

/** @parity oslo.policy 6.0.0 generator.py generate_sample — differs: sample-escapes, sample-methods, unknown-namespace */
export const sampleGenerator: Command = {
  name: 'sample-generator',
  summary: 'Writes a policy file in which every registered rule is a comment.',
  flags: [
    ...SERVICE_FLAGS,
    ...CONFIG_FLAGS,
    OUTPUT_FLAG,
    { name: 'exclude-deprecated', type: 'switch', help: 'leave out what is deprecated' },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const sample = formatSample(services, { excludeDeprecated: given.has('exclude-deprecated') });
    return writeOutput(sample, given, directory);
  },
};
