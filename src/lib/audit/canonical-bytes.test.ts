import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { hex } from '#bytes';
import { canonicalBytes, hashOf, type UnhashedEntry } from './canonical-bytes.ts';
import { BOOT_ID, recordAt } from './test-records.ts';

/** Text in hexadecimal, for the vectors below. */
const ascii = (text: string): string => hex(Uint8Array.from(text, (character) => character.charCodeAt(0)));

const first: UnhashedEntry = { ...recordAt(1790000000000), version: 1, sequence: 0, bootId: BOOT_ID, clock: 'running', previousHash: '0'.repeat(64) };
const later: UnhashedEntry = {
  ...first,
  licenceNumberHash: 'B'.repeat(64),
  licenceNumberKeyId: '0123456789ABCDEF',
  reader: '076B:3A21 extendedApdu',
  sequence: 300,
  previousHash: 'C'.repeat(64),
  clock: 'steppedBack',
};

const licence = `A3 67${ascii('reasons')} 80 67${ascii('verdict')} 67${ascii('genuine')} 72${ascii('anchorFingerprints')} 81 7840${ascii('A'.repeat(64))}`;
const personalDetails = `A3 67${ascii('reasons')} 81 67${ascii('SKIPPED')} 67${ascii('verdict')} 67${ascii('notRead')} 72${ascii('anchorFingerprints')} 80`;

/** Written by hand after RFC 8949 §3.1 and §4.2.1; the hashes by Python's hashlib over an encoder of its own. */
const vectors = [
  {
    name: 'first entry, twelve fields',
    entry: first,
    bytes: [
      'AC',
      `62${ascii('at')} 1B000001A0C4506C00`,
      `64${ascii('mode')} 68${ascii('practice')}`,
      `65${ascii('clock')} 67${ascii('running')}`,
      `65${ascii('event')} 65${ascii('check')}`,
      `66${ascii('bootId')} 7820${ascii(BOOT_ID)}`,
      `67${ascii('licence')} ${licence}`,
      `67${ascii('reasons')} 81 67${ascii('EXPIRED')}`,
      `67${ascii('version')} 01`,
      `68${ascii('appBuild')} 6D${ascii('0.1.0+abc1234')}`,
      `68${ascii('sequence')} 00`,
      `6C${ascii('previousHash')} 7840${ascii('0'.repeat(64))}`,
      `6F${ascii('personalDetails')} ${personalDetails}`,
    ],
    hash: '5F1EA35EE786B2B537A0E7027301A1685D53DFC25F522FE6D9E73F41D7A1234C',
  },
  {
    name: 'later entry, with the three optional fields',
    entry: later,
    bytes: [
      'AF',
      `62${ascii('at')} 1B000001A0C4506C00`,
      `64${ascii('mode')} 68${ascii('practice')}`,
      `65${ascii('clock')} 6B${ascii('steppedBack')}`,
      `65${ascii('event')} 65${ascii('check')}`,
      `66${ascii('bootId')} 7820${ascii(BOOT_ID)}`,
      `66${ascii('reader')} 76${ascii('076B:3A21 extendedApdu')}`,
      `67${ascii('licence')} ${licence}`,
      `67${ascii('reasons')} 81 67${ascii('EXPIRED')}`,
      `67${ascii('version')} 01`,
      `68${ascii('appBuild')} 6D${ascii('0.1.0+abc1234')}`,
      `68${ascii('sequence')} 19012C`,
      `6C${ascii('previousHash')} 7840${ascii('C'.repeat(64))}`,
      `6F${ascii('personalDetails')} ${personalDetails}`,
      `71${ascii('licenceNumberHash')} 7840${ascii('B'.repeat(64))}`,
      `72${ascii('licenceNumberKeyId')} 70${ascii('0123456789ABCDEF')}`,
    ],
    hash: '670E9A866FDE3CD024C25C9C178079BA56F1AA4F0DB51048BD015E59B21B8718',
  },
];

describe('canonicalBytes', () => {
  it.each(vectors)('$name', ({ entry, bytes, hash }) => {
    expect(hex(canonicalBytes(entry))).toBe(bytes.join('').replaceAll(' ', ''));
    expect(hashOf(entry)).toBe(hash);
  });

  it('leaves the hash out', () => {
    expect(canonicalBytes({ ...first, ...{ hash: 'D'.repeat(64) } })).toEqual(canonicalBytes(first));
  });

  const reasons = fc.array(fc.constantFrom('A', 'B', 'AB'), { maxLength: 2 });
  const hash = fc.constantFrom('A'.repeat(64), 'B'.repeat(64));
  const verdict = fc.record({ verdict: fc.constantFrom('genuine', 'notRead'), reasons, anchorFingerprints: fc.array(hash, { maxLength: 2 }) });
  const entry: fc.Arbitrary<UnhashedEntry> = fc.record(
    {
      version: fc.constant(1 as const),
      sequence: fc.nat(2),
      bootId: fc.constantFrom(BOOT_ID, 'F'.repeat(32)),
      clock: fc.constantFrom('running', 'steppedBack'),
      previousHash: hash,
      event: fc.constantFrom('check', 'start'),
      at: fc.nat(2),
      mode: fc.constantFrom('service', 'practice'),
      licence: verdict,
      personalDetails: verdict,
      reasons,
      licenceNumberHash: hash,
      licenceNumberKeyId: fc.constantFrom('A'.repeat(16), 'B'.repeat(16)),
      appBuild: fc.constantFrom('0.1.0', '0.1.1'),
      reader: fc.constantFrom('0000:0000', '0000:0001'),
    },
    { requiredKeys: ['version', 'sequence', 'bootId', 'clock', 'previousHash', 'event', 'at', 'mode', 'licence', 'personalDetails', 'reasons', 'appBuild'] },
  );

  test.prop([entry, entry, fc.nat()], { numRuns: 300 })('differs whenever one field differs', (left, other, choice) => {
    const keys = Object.keys({ ...left, ...other });
    const key = keys[choice % keys.length] ?? '';
    // One field of another entry moved over: near misses, which two random entries hardly ever are.
    const others = Object.entries(other).filter(([name]) => name === key);
    const kept = Object.entries(left).filter(([name]) => name !== key);
    // Fields of two entries put together by name: the compiler cannot see that they make one.
    const right = Object.fromEntries([...kept, ...others]) as unknown as UnhashedEntry;
    const same = isEqual(left, right);
    expect(hex(canonicalBytes(left)) === hex(canonicalBytes(right))).toBe(same);
    expect(hashOf(left) === hashOf(right)).toBe(same);
  });
});

function isEqual(left: unknown, right: unknown): boolean {
  try {
    expect(right).toEqual(left);
    return true;
  } catch {
    return false;
  }
}
