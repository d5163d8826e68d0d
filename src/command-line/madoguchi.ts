/** `npm run -s madoguchi -- COMMAND …`. Exit code 0 without error, 1 with one, 2 on wrong usage. */
import { describeArguments, describeUsage } from './describe-arguments.ts';
import { describeReader } from './describe-reader.ts';
import { readArguments, readUsage } from './read-arguments.ts';
import { readCard } from './read-card.ts';
import { UsageError } from './usage-error.ts';

interface Outcome {
  readonly output: object;
  readonly exitCode: 0 | 1;
}

try {
  const { output, exitCode } = await run(process.argv.slice(2));
  process.stdout.write(`${JSON.stringify(output)}\n`);
  process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nusage: ${readUsage}\n${describeUsage}\n`);
  process.exitCode = 2;
}

async function run([command, ...args]: readonly string[]): Promise<Outcome> {
  if (command === 'read') return readCard(readArguments(args));
  if (command === 'reader' && args[0] === 'describe') return describeReader(describeArguments(args.slice(1)));
  throw new UsageError('the commands are: read, reader describe');
}
