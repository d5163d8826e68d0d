/**
 * The arguments of `madoguchi read`. What is wrong is named; what was typed is not repeated, for it may be a credential.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

export interface ReadArguments {
  readonly imageText: string;
  readonly licencePin: string | undefined;
  readonly personal:
    | { readonly numberB: string }
    | { readonly birthDate: string; readonly expiryYear: string; readonly securityCode: string }
    | { readonly cardInfoPin: string }
    | undefined;
  readonly practice: boolean;
  /** Name of a virtual reader. */
  readonly reader: string;
  /** Highest rate the virtual card offers over the air [kbit/s]; the image's own unless given. */
  readonly bitRates: 106 | 212 | 424 | 848 | undefined;
}

export const readUsage = `madoguchi read --card IMAGE.json [--licence-pin P]
         [--number-b 14DIGITS | --birth-date YYYY-MM-DD --expiry-year YYYY --security-code NNNN | --card-info-pin P]
         [--practice] [--reader NAME] [--bit-rates 106|212|424|848] --json
         --bit-rates: the fastest the virtual card offers over the air [kbit/s]; without it, what its image says`;

const options = {
  card: { type: 'string' },
  'licence-pin': { type: 'string' },
  'number-b': { type: 'string' },
  'birth-date': { type: 'string' },
  'expiry-year': { type: 'string' },
  'security-code': { type: 'string' },
  'card-info-pin': { type: 'string' },
  practice: { type: 'boolean' },
  reader: { type: 'string' },
  'bit-rates': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** @throws UsageError */
export function readArguments(args: readonly string[]): ReadArguments {
  const values = parse(args);
  if (values.card === undefined) throw new UsageError('--card is missing');
  if (values.json !== true) throw new UsageError('--json is missing: it is the only form of output');
  requireDigits('--licence-pin', values['licence-pin'], /^[0-9]{4}$/u);
  return {
    imageText: readImage(values.card),
    licencePin: values['licence-pin'],
    personal: personal(values),
    practice: values.practice ?? false,
    reader: values.reader ?? 'ccid',
    bitRates: bitRates(values['bit-rates']),
  };
}

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // Node's own message repeats the argument.
    throw new UsageError(code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL' ? 'an argument without a name' : 'an unknown option, or one without its value');
  }
}

function personal(values: Values): ReadArguments['personal'] {
  const parts = [values['birth-date'], values['expiry-year'], values['security-code']];
  const ways = [values['number-b'] !== undefined, parts.some((part) => part !== undefined), values['card-info-pin'] !== undefined];
  if (ways.filter(Boolean).length > 1) throw new UsageError('give one way to the personal details, not several');
  requireDigits('--number-b', values['number-b'], /^[0-9]{14}$/u);
  requireDigits('--card-info-pin', values['card-info-pin'], /^[0-9]{4}$/u);
  if (values['number-b'] !== undefined) return { numberB: values['number-b'] };
  if (values['card-info-pin'] !== undefined) return { cardInfoPin: values['card-info-pin'] };
  const [birthDate, expiryYear, securityCode] = parts;
  if (birthDate === undefined && expiryYear === undefined && securityCode === undefined) return undefined;
  if (birthDate === undefined || expiryYear === undefined || securityCode === undefined) {
    throw new UsageError('--birth-date, --expiry-year and --security-code go together');
  }
  requireDigits('--birth-date', birthDate, /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/u);
  requireDigits('--expiry-year', expiryYear, /^[0-9]{4}$/u);
  requireDigits('--security-code', securityCode, /^[0-9]{4}$/u);
  return { birthDate, expiryYear, securityCode };
}

function bitRates(text: string | undefined): ReadArguments['bitRates'] {
  if (text === undefined) return undefined;
  const rate = ([106, 212, 424, 848] as const).find((known) => String(known) === text);
  if (rate === undefined) throw new UsageError('--bit-rates is one of 106, 212, 424, 848');
  return rate;
}

function requireDigits(option: string, value: string | undefined, form: RegExp): void {
  if (value !== undefined && !form.test(value)) throw new UsageError(`${option} does not have the right form`);
}

function readImage(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError('the card image cannot be read');
  }
}
