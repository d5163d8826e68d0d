import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { concatBytes, unhex, type Bytes } from '#bytes';
import { CardError } from '../card-error.ts';
import { ascii, element, record, recordTags, signatureFile } from '../test/licence-file.ts';
import { licenceClassNames, type LayoutDeviation } from './driver-licence.ts';
import { parseLicenceRecord, parseLicenceSignature, parsePinSetting } from './parse.ts';

const licenceOf = (bytes: Bytes) => parseLicenceRecord(bytes).licence;
/** Everything up to and with FF, as `record` writes it: 62 one-byte tags. */
const oneByteTags = (values: Record<string, string> = {}) => concatBytes(...recordTags.slice(0, 62).map((tag) => element(tag, values[tag] ?? '')));

describe('parsePinSetting', () => {
  it.each([
    ['C10101', true],
    ['C10100', false],
  ])('%s → set: %s (licence-applet §10.1 row 3)', (bytes, pinIsSet) => {
    expect(parsePinSetting(unhex(bytes))).toEqual({ pinIsSet, raw: unhex(bytes) });
  });

  it.each(['', 'C1', 'C101', 'C10102', 'C10103', 'C10181', 'C101FF', 'C20101', 'C10201', 'C1010100', 'C1010101', 'C10000'])(
    'refuses %s: nothing may be sent after it',
    (bytes) => {
      expect(() => parsePinSetting(unhex(bytes))).toThrow(expect.objectContaining({ code: 'PIN_SETTING_UNKNOWN' }));
    },
  );
});

describe('parseLicenceRecord', () => {
  it('finds nothing in the all-empty record', () => {
    const { licence, endOfElement107 } = parseLicenceRecord(record());
    expect(licence).toMatchObject({ kind: 'empty', conditions: [], remarks: [], spare: [], dates: {}, history: undefined, gaiji: {}, deviations: [] });
    expect(licence).not.toHaveProperty('photo');
    expect(licence).not.toHaveProperty('expiry');
    expect(endOfElement107).toBe(148);
  });

  it('reads every item from its tag', () => {
    const licence = licenceOf(
      record({
        C4: '4D254E49',
        C5: ascii('5120301'),
        C9: '346336404579',
        CA: '0102',
        D3: '3C56',
        D6: 'FF',
        DE: '3C56',
        DF: '3C56',
        E6: '3C56',
        E7: ascii('309012345620'),
        E9: ascii('3610401'),
        EA: ascii('3640107'),
        EB: ascii('4000000'),
        EC: '01',
        F8: '01',
        FA: '00',
        '0107': 'FF4FFF5100',
      }),
    );
    expect(licence).toMatchObject({
      kind: 'licence',
      recordNumber: { value: '309012345620' },
      numberCheckDigit: 'fits',
      colourClass: { value: { text: '優良', colour: 'gold' } },
      expiry: { value: { date: { year: 2030, month: 3, day: 1 }, era: '5', eraYear: 12 } },
      conditions: [{ value: { number: 4, text: '眼鏡等' } }, { value: { number: 12, text: '車' } }],
      remarks: [{ value: { number: 8 } }],
      spare: [{ value: { number: 1 } }, { value: { number: 8 } }],
      dates: { motorcycles: { value: { eraYear: 61 } }, others: { value: { eraYear: 64 } }, secondClass: { value: 'none' } },
      gaiji: { 1: unhex('0102'), 5: unhex('FF') },
      photo: { format: 'codestream', foundBy: 'tag', bytes: unhex('FF4FFF5100') },
      deviations: [],
    });
    expect(licenceClassNames.filter((name) => licence.classes[name].held)).toEqual(['large', 'medium']);
  });

  it.each(licenceClassNames.map((name, index) => [name, (0xec + index).toString(16).toUpperCase()] as const))(
    'class %s stands at %s (licence-applet §5.4 rows 43–57)',
    (name, tag) => {
      const licence = licenceOf(record({ [tag]: '01' }));
      expect(licenceClassNames.filter((other) => licence.classes[other].held)).toEqual([name]);
    },
  );

  it.each([
    ['', false, false],
    ['00', false, false],
    ['01', true, false],
    ['02', true, true],
    ['80', true, true],
    ['0001', true, true],
    ['0000', false, true],
  ])('flag value "%s": held %s, irregular %s', (value, held, irregular) => {
    const licence = licenceOf(record({ ED: value }));
    expect(licence.classes.ordinary).toEqual({ held, irregular, raw: unhex(value) });
    expect(licence.deviations.includes('FLAG_IRREGULAR')).toBe(irregular);
  });

  it.each([
    [{}, 'empty'],
    [{ E7: ascii('309012345620') }, 'licence'],
    [{ E8: ascii('304100012340') }, 'historyOnly'],
    [{ C2: ascii('5070410') }, 'historyOnly'],
    [{ E7: ascii('309012345620'), C2: ascii('5070410') }, 'licenceAndHistory'],
    [{ C3: '01' }, 'empty'],
    [{ C4: '4D254E49', C5: ascii('5120301') }, 'empty'],
  ])('kind of %j is %s (licence-applet §5.4)', (values, kind) => {
    expect(licenceOf(record(values)).kind).toBe(kind);
  });

  it('reads the history', () => {
    const licence = licenceOf(record({ C2: ascii('5070410'), C3: '01', E8: ascii('304100012340') }));
    expect(licence.history).toMatchObject({
      recordedOn: { value: { date: { year: 2025, month: 4, day: 10 } } },
      categoryCode: unhex('01'),
      recordNumber: { value: '304100012340' },
    });
  });

  it.each([
    ['FF4FFF51', 'codestream'],
    ['0000000C6A502020', 'jp2'],
    ['FF4FFF', 'unknown'],
    ['FFD8FFE0', 'unknown'],
    ['00FF4FFF51', 'unknown'],
  ])('photo %s is %s', (bytes, format) => {
    expect(licenceOf(record({ '0107': bytes })).photo).toMatchObject({ format });
  });

  it('accepts a length written 81 LL, and keeps it as stored', () => {
    const file = concatBytes(unhex('C200C300C48104 4D254E49'), record().slice(6));
    expect(licenceOf(file)).toMatchObject({ colourClass: { value: { text: '優良' } }, deviations: [] });
    expect(parseLicenceRecord(file).endOfElement107).toBe(file.length);
  });
});

describe('deviations of the layout', () => {
  const deviating: readonly { name: string; file: Bytes; deviations: LayoutDeviation[] }[] = [
    { name: 'unknown one-byte tag', file: concatBytes(element('10', 'AA'), record()), deviations: ['UNKNOWN_TAG'] },
    { name: 'a WEF03 tag among them', file: concatBytes(element('0108', 'AA'), record()), deviations: ['UNKNOWN_TAG'] },
    { name: 'no E7', file: concatBytes(...recordTags.filter((tag) => tag !== 'E7').map((tag) => element(tag))), deviations: ['ELEMENT_MISSING'] },
    { name: 'nothing at all', file: new Uint8Array(0), deviations: ['ELEMENT_MISSING'] },
    { name: 'ends behind FF', file: oneByteTags(), deviations: ['ELEMENT_MISSING'] },
    { name: 'C3 before C2', file: concatBytes(element('C3'), element('C2'), record().slice(4)), deviations: ['ELEMENT_OUT_OF_ORDER'] },
    { name: 'eight-digit date', file: record({ C5: ascii('20300301') }), deviations: ['VALUE_TOO_LONG', 'FIELD_UNREADABLE'] },
    { name: 'photo of 2001 bytes', file: record({ '0107': new Uint8Array(2001) }), deviations: ['VALUE_TOO_LONG'] },
    { name: 'broken JIS pair', file: record({ C6: '3C' }), deviations: ['FIELD_UNREADABLE'] },
    { name: 'number with a letter', file: record({ E7: ascii('30901234562A') }), deviations: ['FIELD_UNREADABLE'] },
    { name: 'bad history date', file: record({ C2: ascii('9999999') }), deviations: ['FIELD_UNREADABLE'] },
    { name: 'bad class date', file: record({ EB: ascii('5011301') }), deviations: ['FIELD_UNREADABLE'] },
    { name: 'padding FF behind 107', file: concatBytes(record(), unhex('FFFFFF')), deviations: [] },
    { name: 'padding 00 behind 107', file: concatBytes(record(), unhex('0000')), deviations: [] },
    { name: 'bytes behind 107', file: concatBytes(record(), element('C5', ascii('5990101'))), deviations: ['BYTES_AFTER_LAST_ELEMENT'] },
    { name: 'two-byte tags as 81 xx', file: concatBytes(oneByteTags(), element('8100')), deviations: ['TWO_BYTE_TAG_CODING_DIFFERS'] },
    { name: 'two-byte tags as 00 01 xx', file: concatBytes(oneByteTags(), unhex('00010000')), deviations: ['TWO_BYTE_TAG_CODING_DIFFERS'] },
    { name: 'FF as padding from there on', file: concatBytes(oneByteTags(), unhex('FFFFFFFF')), deviations: ['TWO_BYTE_TAG_CODING_DIFFERS'] },
    { name: 'half a tag behind FF', file: concatBytes(oneByteTags(), unhex('01')), deviations: ['TWO_BYTE_TAG_CODING_DIFFERS'] },
  ];
  it.each(deviating)('$name → $deviations (licence-applet §5.9)', ({ file, deviations }) => {
    expect(licenceOf(file).deviations).toEqual(deviations);
  });

  it('keeps unknown elements raw and goes on', () => {
    const licence = licenceOf(concatBytes(element('10', 'AABB'), record({ E7: ascii('309012345620') })));
    expect(licence.unknownElements).toEqual([{ tag: 0x10, value: unhex('AABB') }]);
    expect(licence.kind).toBe('licence');
  });

  it('does not let a value behind 107 stand in for an empty one: it is outside the first hash candidate', () => {
    const licence = licenceOf(concatBytes(record(), unhex('FF'), element('C5', ascii('5990101'))));
    expect(licence).not.toHaveProperty('expiry');
    expect(licence.rest.length).toBe(10);
  });

  it('keeps an over-long value whole', () => {
    const value = new Uint8Array(300).fill(0x31);
    expect(licenceOf(record({ CA: value })).gaiji[1]).toEqual(value);
  });

  it('keeps the rest when the tag coding differs, and everything before it', () => {
    const rest = element('8107', 'FF4FFF510011FFD9');
    const licence = licenceOf(concatBytes(oneByteTags({ C4: '4D254E49' }), rest));
    expect(licence.rest).toEqual(rest);
    expect(licence.colourClass).toMatchObject({ value: { colour: 'gold' } });
    expect(licence.photo).toEqual({ bytes: unhex('FF4FFF510011FFD9'), format: 'codestream', foundBy: 'magic' });
  });

  it.each([
    ['JP2 around a codestream, padding behind', '810708 0000000C6A502020 AA FF4FFF51 FFD9 FFFF', '0000000C6A502020AAFF4FFF51FFD9', 'jp2'],
    ['no end marker', '810704 FF4FFF51 AA', 'FF4FFF51AA', 'codestream'],
  ])('finds the photo by its magic: %s', (_name, rest, bytes, format) => {
    expect(licenceOf(concatBytes(oneByteTags(), unhex(rest))).photo).toEqual({ bytes: unhex(bytes), format, foundBy: 'magic' });
  });

  it('invents no photo', () => {
    expect(licenceOf(concatBytes(oneByteTags(), unhex('8107020102')))).not.toHaveProperty('photo');
  });

  it('treats DF and FF as one-byte tags and E0 as not constructed (licence-applet §1.3, pitfalls 3 and 4)', () => {
    const licence = licenceOf(record({ DF: '3C56', E0: '3C56', FF: '01020304050607', E7: ascii('309012345620') }));
    expect(licence.spare).toHaveLength(2);
    expect(licence.deviations).toEqual([]);
  });
});

describe('malformed files are refused whole', () => {
  const hostile: readonly (readonly [string, Bytes])[] = [
    ['tag without length', unhex('C2')],
    ['half a two-byte tag', unhex('C20001')],
    ['two-byte tag without length', unhex('0100')],
    ['value one byte short', unhex('C20735')],
    ['length 81 without its byte', unhex('C281')],
    ['length 82 with one byte', unhex('C28200')],
    ['length 80', unhex('C280')],
    ['length 83', unhex('C283000001AA')],
    ['length 84', unhex('C28400000001AA')],
    ['length FF', unhex('C2FF')],
    ['length past the end', unhex('C282FFFF00')],
    ['the same tag twice', unhex('C200C200')],
    ['the same unknown tag twice', unhex('10001000')],
    ['zeros in place of elements', new Uint8Array(100)],
    ['C5 twice, far apart', concatBytes(record().slice(0, -3), element('C5', ascii('5990101')))],
    ['107 cut', record({ '0107': 'FF4FFF5100' }).slice(0, -1)],
  ];
  it.each(hostile)('%s', (_name, file) => {
    expect(() => parseLicenceRecord(file)).toThrow(expect.objectContaining({ code: 'CARD_FILE_MALFORMED' }));
    expect(() => parseLicenceRecord(file)).toThrow(CardError);
  });

  it.each([
    ['element twice', concatBytes(element('0108'), element('0108'))],
    ['cut', signatureFile({ '010D': new Uint8Array(32) }).slice(0, -1)],
  ])('WEF03: %s', (_name, file) => {
    expect(() => parseLicenceSignature(file)).toThrow(expect.objectContaining({ code: 'CARD_FILE_MALFORMED' }));
  });

  it('every strict prefix of a full record that ends inside an element', () => {
    const file = record({ C5: ascii('5120301'), E7: ascii('309012345620'), '0107': 'FF4FFF5100' });
    const outcomes = Array.from({ length: file.length }, (_, length) => {
      try {
        return licenceOf(file.slice(0, length)).deviations.includes('ELEMENT_MISSING') ? 'reported' : 'silent';
      } catch (error) {
        return error instanceof CardError ? error.code : 'other';
      }
    });
    // A cut between FF's end and 01 00 reads as another tag coding, which is reported too.
    const halfTag = oneByteTags({ C5: '35313230333031', E7: '333039303132333435363230' }).length + 1;
    expect(outcomes.flatMap((outcome, length) => (outcome === 'silent' ? [length] : []))).toEqual([halfTag]);
    expect(outcomes).not.toContain('other');
  });
});

describe('parseLicenceSignature', () => {
  it('reads the six elements', () => {
    const file = signatureFile({
      '0108': new Uint8Array(256).fill(7),
      '0109': ascii('0000000000001002'),
      '010B': ascii('CN=Training Licence Root, C=JP'),
      '010C': ascii('x'.repeat(130)),
      '010D': new Uint8Array(32).fill(9),
    });
    expect(parseLicenceSignature(concatBytes(file, unhex('FFFF')))).toEqual({
      signature: new Uint8Array(256).fill(7),
      serialNumber: '0000000000001002',
      issuer: 'CN=Training Licence Root, C=JP',
      subject: 'x'.repeat(130),
      subjectKeyIdentifier: new Uint8Array(32).fill(9),
      deviations: [],
      rest: unhex('FFFF'),
    });
  });

  it.each([
    ['empty file', new Uint8Array(0), ['ELEMENT_MISSING']],
    ['serial number that is no text', signatureFile({ '0109': '0001' }), ['FIELD_UNREADABLE']],
    ['SKI of 33 bytes', signatureFile({ '010D': new Uint8Array(33) }), ['VALUE_TOO_LONG']],
    ['a record tag', concatBytes(element('C2'), signatureFile()), ['UNKNOWN_TAG']],
    ['bytes behind', concatBytes(signatureFile(), unhex('01')), ['BYTES_AFTER_LAST_ELEMENT']],
  ])('reports: %s', (_name, file, deviations) => {
    expect(parseLicenceSignature(file).deviations).toEqual(deviations);
  });
});

describe('properties', () => {
  const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Uint8Array.from(bytes));
  const onlyCardErrors = (parse: () => unknown): void => {
    try {
      parse();
    } catch (error) {
      expect(error).toBeInstanceOf(CardError);
    }
  };

  property.prop([anyBytes])('any bytes: a value or a CardError', (bytes) => {
    onlyCardErrors(() => parseLicenceRecord(bytes));
    onlyCardErrors(() => parseLicenceSignature(bytes));
    onlyCardErrors(() => parsePinSetting(bytes));
  });

  property.prop([fc.nat({ max: 147 }), fc.integer({ min: 0, max: 255 })])('one byte of the record changed: a value or a CardError', (index, value) => {
    const file = record();
    file[index] = value;
    onlyCardErrors(() => parseLicenceRecord(file));
  });

  const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
  const flags = fc.array(fc.boolean(), { minLength: 15, maxLength: 15 });
  property.prop([digits(12), flags, fc.uint8Array({ minLength: 1, maxLength: 2000 }), fc.uint8Array({ maxLength: 256 })])(
    'what the encoder wrote is what the parser reads, with 107 ending at the end',
    (number, held, photo, bitmap) => {
      const classes = Object.fromEntries(held.map((flag, index) => [(0xec + index).toString(16).toUpperCase(), flag ? '01' : '00']));
      const file = record({ E7: ascii(number), CA: bitmap, '0107': photo, ...classes });
      const { licence, endOfElement107, storedValues } = parseLicenceRecord(file);
      expect(licence.recordNumber).toMatchObject({ value: number });
      expect(licenceClassNames.map((name) => licence.classes[name].held)).toEqual(held);
      expect(licence.photo?.bytes).toEqual(Uint8Array.from(photo));
      expect(licence.gaiji[1] ?? new Uint8Array(0)).toEqual(Uint8Array.from(bitmap));
      expect(licence.deviations).toEqual([]);
      expect(endOfElement107).toBe(file.length);
      expect(storedValues).toHaveLength(70);
    },
  );
});
