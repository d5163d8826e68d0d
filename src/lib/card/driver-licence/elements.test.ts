import { describe, expect, it } from 'vitest';
import { concatBytes } from '#bytes';
import { element, record, recordTags, sha256 } from '../test/licence-file.ts';
import { recordElements, signatureElements, type ElementDefinition } from './elements.ts';
import { licenceClassNames } from './driver-licence.ts';

const tagOf = ({ tag }: ElementDefinition): string =>
  tag
    .toString(16)
    .toUpperCase()
    .padStart(tag > 0xff ? 4 : 2, '0');
const full = (table: readonly ElementDefinition[]) =>
  concatBytes(...table.map((definition) => element(tagOf(definition), new Uint8Array(definition.maximumLength))));

describe('the table of WEF02 and WEF03', () => {
  it('has the 70 elements in order (licence-applet §5.2: C2…FF, 01 00…01 07)', () => {
    expect(recordElements.map(tagOf)).toEqual(recordTags);
    expect(recordElements.map(({ number }) => number)).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
  });

  it('has the six elements of the signature at their full-length offsets (licence-applet §6.1)', () => {
    const ends = signatureElements.map((_, index) => full(signatureElements.slice(0, index)).length);
    expect(ends).toEqual([0, 261, 280, 331, 414, 549]);
  });

  it.each([
    { name: 'WEF02, everything at its maximum', length: 5845, file: full(recordElements), source: 'licence-applet §5.3, NPA V10' },
    { name: 'WEF03, everything at its maximum', length: 584, file: full(signatureElements), source: 'licence-applet §5.3, NPA V10' },
    { name: 'WEF02, everything empty', length: 148, file: record(), source: 'licence-applet §10.2' },
  ])('$name is $length bytes ($source)', ({ length, file }) => {
    expect(file.length).toBe(length);
  });

  it('gives the published digest for the all-empty record (licence-applet §10.2)', async () => {
    expect(await sha256(record())).toBe('fddaf073073aae8c0e115388cf6da857908e78826edb5e34fb5bf8b4a8348f25');
  });

  it('puts each item where §5.4 has it', () => {
    const tags = (item: string) => recordElements.filter((definition) => definition.item === item).map(tagOf);
    expect(tags('condition')).toEqual(['C6', 'C7', 'C8', 'C9', 'CC', 'CD', 'CE', 'CF', 'D0', 'D1', 'D2', 'D3']);
    expect(tags('gaiji')).toEqual(['CA', 'CB', 'D4', 'D5', 'D6']);
    expect(tags('remark')).toEqual(['D7', 'D8', 'D9', 'DA', 'DB', 'DC', 'DD', 'DE']);
    expect(tags('spare')).toEqual(['DF', 'E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'E6']);
    expect(tags('classFlag')).toHaveLength(licenceClassNames.length);
    expect(tags('classFlag')[0]).toBe('EC');
    expect(tags('reserved')).toHaveLength(12);
    const ordinals = recordElements.filter(({ item }) => item === 'condition').map(({ ordinal }) => ordinal);
    expect(ordinals).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('groups the elements as §5.4 does', () => {
    const count = (group: string) => recordElements.filter((definition) => definition.group === group).length;
    expect({ licence: count('licence'), history: count('history'), both: count('both') }).toEqual({ licence: 28, history: 3, both: 39 });
  });
});
