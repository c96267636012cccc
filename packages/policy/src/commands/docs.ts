import { formatHtml } from '../documents/html.ts';
import { formatMarkdown } from '../documents/markdown.ts';
import { describePolicies } from '../documents/reference.ts';
import type { Command } from './command.ts';
import { OUTPUT_FLAG, writeOutput } from './output.ts';
import { CONFIG_FLAGS, requireServices, SERVICE_FLAGS, withConfiguration } from './setup.ts';

export const docs: Command = {
  name: 'docs',
  summary: 'Writes a reference of the registered rules, with who may do what they guard.',
  flags: [
    ...SERVICE_FLAGS,
    ...CONFIG_FLAGS,
    OUTPUT_FLAG,
    {
      name: 'format',
      type: 'text',
      choices: ['md', 'html'],
      help: 'Markdown (the default), or one page of HTML',
    },
  ],
  async run(line, { directory }) {
    const given = withConfiguration(line, directory);
    const services = await requireServices(given, directory);
    const checks = services.map((service) => service.checks).find((registry) => registry !== undefined);
    const reference = describePolicies(services, checks === undefined ? {} : { checks });
    const text = given.text('format') === 'html' ? formatHtml(reference) : formatMarkdown(reference);
    return writeOutput(text, given, directory);
  },
};
