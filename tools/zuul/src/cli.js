#!/usr/bin/env node
// The bin `zuul-local`: one module a command, loaded when it is asked for.

const COMMANDS = {
  list: 'the jobs that a change runs, in order, and why',
  explain: 'why one job runs or does not, line by line',
  freeze: 'one job put together, each attribute with the line that set it',
  vars: "the variables that one job's playbooks get",
  graph: 'in which order jobs run: text, dot, mermaid or html',
  run: 'runs jobs here',
  lint: 'what is wrong with the definitions and playbooks',
  gen: 'writes the file matchers that follow from the project graph',
  schema: 'JSON Schema of a definition file, for editors',
};

const usage = `zuul-local COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, what]) => `  ${name.padEnd(9)}${what}`)
  .join('\n')}

zuul-local COMMAND --help tells the options of a command.
`;

// A reader that has seen enough, such as head, ends what is written and not what is done.
process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== 'EPIPE') throw error;
});

const [command = '', ...words] = process.argv.slice(2);
if (command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(usage);
} else if (!Object.hasOwn(COMMANDS, command)) {
  process.stderr.write(command === '' ? usage : `zuul-local has no command '${command}'\n\n${usage}`);
  process.exitCode = 2;
} else {
  const { run } = await import(`./commands/${command}.js`);
  try {
    process.exitCode = await run(words, {
      cwd: process.cwd(),
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
    });
  } catch (error) {
    // What a user can put right says so in its message; anything else is a fault of ours and shows where.
    const { UsageError, ConfigError, FreezeError } = await import('./errors.js');
    const isExpected =
      [UsageError, ConfigError, FreezeError].some((kind) => error instanceof kind) ||
      /** @type {{ code?: string }} */ (error).code?.startsWith('ERR_PARSE_ARGS') === true;
    const text = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
    process.stderr.write(`zuul-local ${command}: ${text ?? ''}\n`);
    process.exitCode = 2;
  }
}
