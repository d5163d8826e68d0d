/** `npm run -s madoguchi -- COMMAND …`. Exit code 0 without error, 1 with one, 2 on wrong usage. */
import { readArguments, usage, UsageError } from './read-arguments.ts';
import { readCard } from './read-card.ts';

const [command, ...args] = process.argv.slice(2);

try {
  if (command !== 'read') throw new UsageError('the commands are: read');
  const { output, exitCode } = await readCard(readArguments(args));
  process.stdout.write(`${JSON.stringify(output)}\n`);
  process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${usage}\n`);
  process.exitCode = 2;
}
