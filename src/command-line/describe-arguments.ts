/** The arguments of `madoguchi reader describe`. */
import { unhex, type Bytes } from '#bytes';
import type { DescribedInterface } from '#reader';
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export interface DescribeArguments {
  readonly descriptor: Bytes;
  readonly about: DescribedInterface;
}

export const describeUsage = '       madoguchi reader describe --descriptor HEX --interface-class 0b|ff [--endpoints N] --json';

const options = {
  descriptor: { type: 'string' },
  'interface-class': { type: 'string' },
  endpoints: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const interfaceClasses: ReadonlyMap<string, DescribedInterface['interfaceClass']> = new Map([
  ['0b', 'smartCard'],
  ['ff', 'vendor'],
]);

/** @throws UsageError */
export function describeArguments(args: readonly string[]): DescribeArguments {
  const values = parse(args);
  if (values.descriptor === undefined) throw new UsageError('--descriptor is missing');
  const interfaceClass = interfaceClasses.get(values['interface-class']?.toLowerCase() ?? '');
  if (interfaceClass === undefined) throw new UsageError('--interface-class is 0b or ff');
  if (values.json !== true) throw new UsageError('--json is missing: it is the only form of output');
  return { descriptor: descriptorBytes(values.descriptor), about: { interfaceClass, ...endpointCount(values.endpoints) } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch {
    throw new UsageError('an unknown option, one without its value, or an argument without a name');
  }
}

function descriptorBytes(text: string): Bytes {
  try {
    return unhex(text);
  } catch {
    throw new UsageError('--descriptor is not hexadecimal');
  }
}

/** bNumEndpoints is one byte, and a USB interface has at most 30 endpoints. */
function endpointCount(text: string | undefined): Pick<DescribedInterface, 'endpointCount'> {
  if (text === undefined) return {};
  if (!/^(?:[0-9]|[12][0-9]|30)$/u.test(text)) throw new UsageError('--endpoints is a number from 0 to 30');
  return { endpointCount: Number(text) };
}
