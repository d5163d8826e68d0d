import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex, Secret, unhex, type Bytes } from '#bytes';
import { commandApduVectors } from '#vectors';
import { ApduError } from './apdu-error.ts';
import { decodeCommand, encodeCommand, type CommandApdu } from './command-apdu.ts';

interface Value extends Omit<CommandApdu, 'data' | 'extended'> {
  readonly data?: string;
  readonly extended?: boolean;
}

function fromValue({ data, extended, ...rest }: Value): CommandApdu & { readonly data?: Bytes } {
  return { ...rest, ...(data === undefined ? {} : { data: unhex(data) }), ...(extended ? { extended: true as const } : {}) };
}

const select: CommandApdu = { cla: 0x00, ins: 0xa4, p1: 0x02, p2: 0x0c };
const invalid = expect.objectContaining({ code: 'APDU_INVALID' }) as ApduError;

describe('command APDU', () => {
  it.each(commandApduVectors.good)('$name ($source)', ({ bytes, value }) => {
    const command = fromValue(value);
    expect(hex(encodeCommand(command).bytes)).toBe(bytes);
    expect(decodeCommand(unhex(bytes))).toEqual(command);
  });

  it.each(commandApduVectors.bad)('refuses: $name ($source)', ({ bytes, error }) => {
    expect(() => decodeCommand(unhex(bytes))).toThrow(expect.objectContaining({ code: error }) as ApduError);
  });

  it.each<[string, CommandApdu]>([
    ['CLA above a byte', { ...select, cla: 0x100 }],
    ['negative P1', { ...select, p1: -1 }],
    ['P2 that is no integer', { ...select, p2: 0.5 }],
    ['P2 that is no number', { ...select, p2: Number.NaN }],
    ['CLA FF', { ...select, cla: 0xff }],
    ['INS 6x', { ...select, ins: 0x6f }],
    ['INS 9x', { ...select, ins: 0x90 }],
    ['empty data: an empty entry must not become a query', { ...select, data: new Uint8Array(0) }],
    ['an empty secret', { ...select, ins: 0x20, data: new Secret(new Uint8Array(0)) }],
    ['Le 0', { ...select, le: 0 }],
    ['extended Le 0', { ...select, le: 0, extended: true }],
    ['case 1 extended', { ...select, extended: true }],
  ])('does not build: %s', (_, command) => {
    expect(() => encodeCommand(command)).toThrow(invalid);
  });

  /** May the length be that of: short data, short Le, extended data, extended Le? */
  it.each([
    { length: 0x0, may: [false, false, false, false] },
    { length: 0x1, may: [true, true, true, true] },
    { length: 0x7f, may: [true, true, true, true] },
    { length: 0x80, may: [true, true, true, true] },
    { length: 0xff, may: [true, true, true, true] },
    { length: 0x100, may: [false, true, true, true] },
    { length: 0x101, may: [false, false, true, true] },
    { length: 0xffff, may: [false, false, true, true] },
    { length: 0x1_0000, may: [false, false, false, true] },
    { length: 0x1_0001, may: [false, false, false, false] },
  ])('boundary $length', ({ length, may }) => {
    const data = new Uint8Array(length);
    const builds = (command: CommandApdu): boolean => {
      try {
        return decodeCommand(encodeCommand(command).bytes).ins === command.ins;
      } catch (error) {
        expect(error).toEqual(invalid);
        return false;
      }
    };
    const extended = true as const;
    expect([{ data }, { le: length }, { data, extended }, { le: length, extended }].map((fields) => builds({ ...select, ...fields }))).toEqual(may);
    expect([{ data }, { data, extended }].map((fields) => builds({ ...select, ...fields, le: 1 }))).toEqual([may[0], may[2]]);
  });
});

describe('secret commands', () => {
  it('are marked, carry the reference data once, and leave the secret usable', () => {
    const secret = new Secret(unhex('31323334'));
    const outgoing = encodeCommand({ cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x86, data: secret });
    expect(outgoing.secret).toBe(true);
    expect(hex(outgoing.bytes)).toBe('002000860431323334');
    outgoing.bytes.fill(0);
    expect(secret.lend(hex)).toBe('31323334');
  });

  it('are not marked without a secret', () => {
    expect(encodeCommand(select).secret).toBe(false);
  });

  it('do not show in a fault about their bytes', () => {
    try {
      decodeCommand(unhex('00200086053132333435363738'));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ApduError);
      expect(JSON.stringify(error) + String(error) + String((error as ApduError).cause)).not.toMatch(/3132|1234/u);
    }
  });
});

const byte = fc.integer({ min: 0, max: 0xff });
const header = {
  cla: fc.integer({ min: 0, max: 0xfe }),
  ins: byte.filter((ins) => ins >> 4 !== 6 && ins >> 4 !== 9),
  p1: byte,
  p2: byte,
};
const dataUpTo = (maxLength: number): fc.Arbitrary<Bytes> => fc.uint8Array({ minLength: 1, maxLength }).map((data) => new Uint8Array(data));
const shortCommand = fc.record({ ...header, data: dataUpTo(0xff), le: fc.integer({ min: 1, max: 0x100 }) }, { requiredKeys: ['cla', 'ins', 'p1', 'p2'] });
const extendedCommand = fc
  .record(
    { ...header, data: dataUpTo(0x400), le: fc.integer({ min: 1, max: 0x1_0000 }), extended: fc.constant(true as const) },
    { requiredKeys: ['cla', 'ins', 'p1', 'p2', 'extended'] },
  )
  .filter(({ data, le }) => data !== undefined || le !== undefined);

describe('for all commands', () => {
  test.prop([fc.oneof(shortCommand, extendedCommand)])('bytes read back as the same command', (command) => {
    expect(decodeCommand(encodeCommand(command).bytes)).toEqual(command);
  });

  test.prop([fc.uint8Array({ maxLength: 300 })])('bytes either fault with APDU_INVALID or are the only bytes of their command', (input) => {
    const bytes = new Uint8Array(input);
    let command: CommandApdu;
    try {
      command = decodeCommand(bytes);
    } catch (error) {
      expect(error).toEqual(invalid);
      return;
    }
    expect(encodeCommand(command).bytes).toEqual(bytes);
  });
});
