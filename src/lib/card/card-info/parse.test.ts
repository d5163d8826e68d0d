import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { concatBytes, hex, unhex, type Bytes } from '#bytes';
import { CardError } from '../card-error.ts';
import { ascii, sha256 } from '../test/licence-file.ts';
import { detailsFile, inner, object, offsets, type DetailValues } from '../test/card-info-file.ts';
import { parsePersonalDetails } from './parse.ts';

/** EF 0002 of the public test card, card-info-applet §9.1. */
const published = unhex(`
  ff2065df2108000e002000590064df220fe9bb92e6a190e38080e5b9b9e4b99f
  df2336e69db1e4baace983bde6b885e780ace5b882e8a6b3e5b883e5ad90e58d
  97efbc91efbc92efbc8defbc97efbc8defbc92efbc90efbc92df240831393830
  30323137df250131`);

const changed = (index: number, value: number): Bytes => {
  const file = published.slice();
  file[index] = value;
  return file;
};

describe('the public test card (card-info-applet §9.1)', () => {
  it('says who its invented holder is', () => {
    expect(parsePersonalDetails(published)).toMatchObject({
      name: { text: '黒桐　幹也' },
      address: { text: '東京都清瀬市観布子南１２－７－２０２' },
      birthDate: { date: { year: 1980, month: 2, day: 17 }, raw: ascii('19800217') },
      sex: { value: 'male', raw: unhex('31') },
      unknownElements: [],
      deviations: [],
    });
  });

  it('is digested from DF22 to the end: bytes 14…103', async () => {
    const { digestedBytes } = parsePersonalDetails(published);
    expect(digestedBytes).toEqual(published.slice(14, 104));
    expect(await sha256(digestedBytes)).toBe('b9e0d09427b23b1d4beda2848512b4103752dc2667e51f9712872d65f472cb3b');
  });

  it('has another digest as a whole file', async () => {
    expect(await sha256(published)).toBe('86931a4249692104df2aa6d70c0383d9b683f46a94d6316d2a965507b8446007');
  });

  it('ignores filler behind the object', () => {
    expect(parsePersonalDetails(concatBytes(published, unhex('FFFFFF')))).toEqual(parsePersonalDetails(published));
    expect(parsePersonalDetails(concatBytes(published, unhex('0000')))).toEqual(parsePersonalDetails(published));
  });

  it.each([7, 6, 9, 11, 13])('reports an offset table with byte [%i] changed, and digests the same bytes', (index) => {
    const details = parsePersonalDetails(changed(index, 0x0f));
    expect(details.deviations).toEqual(['OFFSET_TABLE_DIFFERS']);
    expect(details.digestedBytes).toEqual(published.slice(14));
  });

  it('digests other bytes when the value of DF25 changes', () => {
    expect(hex(parsePersonalDetails(changed(103, 0x32)).digestedBytes)).not.toBe(hex(published.slice(14)));
  });
});

const values: DetailValues = { name: '免許　花子', address: '東京都千代田区霞が関２－１－２', birthDate: '19900515', sex: '2' };

describe('parsePersonalDetails', () => {
  it.each([
    ['direct', values, 3],
    ['82 hh ll', { ...values, address: '北海道'.repeat(20) }, 5],
  ])('reads an outer length written %s', (_name, given, headerLength) => {
    const file = detailsFile(given);
    expect(parsePersonalDetails(file)).toMatchObject({ name: { text: given.name }, address: { text: given.address }, deviations: [] });
    expect(file.length).toBeGreaterThan(headerLength);
  });

  it('reads an outer length written 81 LL, with offsets from its four-byte header', () => {
    const parts = inner({ ...values, address: '北海道'.repeat(12) });
    const content = concatBytes(object('DF21', offsets(4, parts)), ...parts);
    expect(content.length).toBeGreaterThan(127);
    expect(content.length).toBeLessThan(256);
    expect(parsePersonalDetails(concatBytes(unhex('FF2081'), Uint8Array.of(content.length), content)).deviations).toEqual([]);
  });

  it.each([
    ['1', 'male', []],
    ['2', 'female', []],
    ['9', 'notApplicable', []],
    ['0', 'unknown', []],
    ['3', 'unknown', []],
    ['', 'unknown', ['FIELD_UNREADABLE']],
    ['11', 'unknown', ['FIELD_UNREADABLE']],
  ])('sex "%s" is %s (card-info-applet §4.1)', (sex, value, deviations) => {
    expect(parsePersonalDetails(detailsFile({ ...values, sex }))).toMatchObject({ sex: { value, raw: ascii(sex) }, deviations });
  });

  it.each(['19901301', '19900532', '19900500', '1990051', '199005155', '1990-515', '19910229', ''])(
    'birth date "%s" is unreadable, the rest stays',
    (birthDate) => {
      const details = parsePersonalDetails(detailsFile({ ...values, birthDate }));
      expect(details).toMatchObject({ birthDate: { date: undefined, raw: ascii(birthDate) }, name: { text: '免許　花子' }, deviations: ['FIELD_UNREADABLE'] });
    },
  );

  it.each(['C3', 'FF', 'EDA080', 'C080', 'F4908080'])('name %s is not UTF-8: kept raw, still digested', (bytes) => {
    const parts = [object('DF22', unhex(bytes)), ...inner(values).slice(1)];
    const details = parsePersonalDetails(object('FF20', concatBytes(object('DF21', offsets(3, parts)), ...parts)));
    expect(details.name).toEqual({ text: undefined, raw: unhex(bytes) });
    expect(details.deviations).toEqual(['FIELD_UNREADABLE']);
    expect(details.digestedBytes).toEqual(concatBytes(...parts));
  });

  it.each(['𠮷野　家', '葛󠄀城', '\uE000', '\uFEFF外'])('keeps "%s" as it is (card-info-applet §4.5)', (name) => {
    expect(parsePersonalDetails(detailsFile({ ...values, name }))).toMatchObject({ name: { text: name }, deviations: [] });
  });

  it('keeps an unknown object, digests it, and takes a longer table', () => {
    const parts = [...inner(values), object('DF26', ascii('furigana'))];
    const details = parsePersonalDetails(object('FF20', concatBytes(object('DF21', offsets(3, parts, 2)), ...parts)));
    expect(details.unknownElements).toEqual([{ tag: 0xdf26, value: ascii('furigana') }]);
    expect(details.deviations).toEqual(['UNKNOWN_TAG']);
    expect(details.digestedBytes).toEqual(concatBytes(...parts));
  });

  it.each(['00', 'FF'])('stops at filler %s inside the outer object', (filler) => {
    const parts = inner(values);
    const file = object('FF20', concatBytes(object('DF21', offsets(3, parts)), ...parts, unhex(filler.repeat(4))));
    expect(parsePersonalDetails(file)).toMatchObject({ name: { text: '免許　花子' }, deviations: [] });
  });

  const table = offsets(3, inner(values));
  it.each([
    ['no table', []],
    ['a table of six bytes', [object('DF21', table.slice(0, 6))]],
    ['a table of nine bytes', [object('DF21', concatBytes(table, unhex('00')))]],
    ['an empty table', [object('DF21', new Uint8Array(0))]],
    ['two tables', [object('DF21', table), object('DF21', table)]],
    ['a table that counts from the outer value', [object('DF21', offsets(0, inner(values)))]],
  ])('reports %s', (_name, tables) => {
    expect(parsePersonalDetails(object('FF20', concatBytes(...tables, ...inner(values)))).deviations).toEqual(['OFFSET_TABLE_DIFFERS']);
  });
});

describe('malformed files are refused', () => {
  const parts = inner(values);
  const [name, address, birthDate, sex] = parts;
  if (name === undefined || address === undefined || birthDate === undefined || sex === undefined) throw new Error('four parts');
  const withTable = (...objects: readonly Bytes[]): Bytes => object('FF20', concatBytes(object('DF21', offsets(3, objects)), ...objects));
  const hostile: readonly (readonly [string, Bytes])[] = [
    ['empty', new Uint8Array(0)],
    ['one byte', unhex('FF')],
    ['no length', unhex('FF20')],
    ['the number nobody may read (FF 10)', unhex('FF10023132')],
    ['another outer tag (FF 11)', concatBytes(unhex('FF11'), published.slice(2))],
    ['the record in place of the details', concatBytes(unhex('FF30'), published.slice(2))],
    ['one byte short', published.slice(0, -1)],
    ['outer length one too long', changed(2, 0x66)],
    ['indefinite length', changed(2, 0x80)],
    ['length form 83', concatBytes(unhex('FF20830000'), published.slice(2))],
    ['length form 82 cut', unhex('FF208200')],
    ['inner object past the outer length', changed(102, 0x02)],
    ['name past the outer length', changed(16, 0x7f)],
    ['nothing inside', unhex('FF2000')],
    ['no name', withTable(address, birthDate, sex)],
    ['no address', withTable(name, birthDate, sex)],
    ['no birth date', withTable(name, address, sex)],
    ['no sex', withTable(name, address, birthDate)],
    ['sex behind filler', withTable(name, address, birthDate, unhex('00'), sex)],
    ['name twice', withTable(name, name, address, birthDate, sex)],
    ['birth date twice, one before what is signed', withTable(birthDate, name, address, birthDate, sex)],
    ['sex before what is signed', withTable(sex, name, address, birthDate)],
    ['more objects than any card has', withTable(...parts, ...Array.from({ length: 300 }, () => object('DF30', new Uint8Array(0))))],
  ];
  it.each(hostile)('%s', (_name, file) => {
    expect(() => parsePersonalDetails(file)).toThrow(CardError);
    expect(() => parsePersonalDetails(file)).toThrow(expect.objectContaining({ code: 'CARD_FILE_MALFORMED' }));
  });
});

describe('properties', () => {
  property.prop([fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 100 }), fc.constantFrom('1', '2', '9')])(
    'what the encoder wrote is what the parser reads',
    (name, address, sex) => {
      const details = parsePersonalDetails(detailsFile({ ...values, name, address, sex }));
      expect(details.name.text).toBe(name);
      expect(details.address.text).toBe(address);
      expect(details.deviations).toEqual([]);
      expect(details.digestedBytes).toEqual(concatBytes(...inner({ ...values, name, address, sex })));
    },
  );

  const onlyCardErrors = (bytes: Uint8Array): void => {
    try {
      parsePersonalDetails(Uint8Array.from(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(CardError);
    }
  };
  property.prop([fc.uint8Array({ maxLength: 300 })])('any bytes: a value or a CardError', onlyCardErrors);
  property.prop([fc.nat({ max: 103 }), fc.integer({ min: 0, max: 255 })])('one byte changed: a value or a CardError', (index, value) => {
    onlyCardErrors(changed(index, value));
  });
});
