import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { formatIsoDate, unhex } from '#bytes';
import { ascii } from '../test/licence-file.ts';
import { licenceNumberCheckDigit } from './record-number.ts';
import { readColourClass, readEraDate, readJisX0201, readRecordNumber, readTextLine } from './values.ts';

describe('readEraDate', () => {
  it.each([
    { bytes: '35313230333031', iso: '2030-03-01', era: '5', eraYear: 12, source: 'licence-applet §10.2' },
    { bytes: '34313430393133', iso: '2002-09-13', era: '4', eraYear: 14, source: 'licence-applet §10.1 row 14, plain licence' },
    { bytes: '34333330343031', iso: '2021-04-01', era: '4', eraYear: 33, source: '平成33年, licence-applet §5.5: past the end of its era' },
    { bytes: '35303130353031', iso: '2019-05-01', era: '5', eraYear: 1, source: '元年 = 01, licence-applet §5.5' },
    { bytes: '33363430313037', iso: '1989-01-07', era: '3', eraYear: 64, source: 'last day of 昭和' },
    { bytes: '31343530373239', iso: '1912-07-29', era: '1', eraYear: 45, source: '明治 = +1867' },
    { bytes: '32313530313031', iso: '1926-01-01', era: '2', eraYear: 15, source: '大正 = +1911' },
    { bytes: '35303630323239', iso: '2024-02-29', era: '5', eraYear: 6, source: 'leap day' },
  ])('$bytes → $iso ($source)', ({ bytes, iso, era, eraYear }) => {
    const field = readEraDate(unhex(bytes));
    if (!('value' in field) || field.value === 'none') throw new Error('not read as a date');
    expect(formatIsoDate(field.value.date)).toBe(iso);
    expect(field.value).toMatchObject({ era, eraYear });
  });

  it.each(['4000000', '5000000', '0000000'])('%s is no date, as plain licences write it (licence-applet §5.5)', (text) => {
    expect(readEraDate(ascii(text))).toMatchObject({ value: 'none' });
  });

  it.each([
    ['6010101', 'an era nobody has'],
    ['0010101', 'no era'],
    ['5000101', 'year 0'],
    ['5011301', 'month 13'],
    ['5010001', 'month 0'],
    ['5010100', 'day 0'],
    ['5070229', '29 February 2025'],
    ['510615', 'one byte short'],
    ['51106155', 'one byte long'],
    ['20300301', 'the eight digits of a mock'],
    ['511061\u0000', 'not a digit'],
    ['51106１', 'not ASCII'],
  ])('%s is unreadable: %s', (text) => {
    const raw = ascii(text);
    expect(readEraDate(raw)).toEqual({ unreadable: true, raw });
  });
});

describe('text', () => {
  it.each([
    { bytes: '4D254E49', text: '優良', colour: 'gold' },
    { bytes: '4D254E492121', text: '優良', colour: 'gold' },
    { bytes: '3F37352C', text: '新規', colour: 'green' },
    { bytes: '243D244E423E', text: 'その他', colour: 'blue' },
    { bytes: '306C484C', text: '一般', colour: 'blue' },
    { bytes: '2121', text: '', colour: 'blue' },
  ])('colour class $bytes → $text, $colour (licence-applet §5.7, §10.2)', ({ bytes, text, colour }) => {
    expect(readColourClass(unhex(bytes))).toMatchObject({ value: { text, colour } });
  });

  it.each([
    { bytes: '346336404579', text: '眼鏡等' },
    { bytes: '4961444C3C56244F234123543C56244B3842246B', text: '普通車はＡＴ車に限る' },
    { bytes: '4366373F3C56244F4366373F3C56214A23382374214B244B3842246B', text: '中型車は中型車（８ｔ）に限る' },
    { bytes: '3C56FFF13C56FFFA', text: '車【※1】車【※欠】' },
    { bytes: '34633640457921212121', text: '眼鏡等' },
  ])('$bytes → $text (licence-applet §5.6, §10.2)', ({ bytes, text }) => {
    expect(readTextLine(unhex(bytes), 3)).toMatchObject({ value: { number: 3, text } });
  });

  it('keeps gaiji as parts', () => {
    expect(readTextLine(unhex('3C56FFF2FFFA'), 1)).toMatchObject({ value: { parts: [{ text: '車' }, { gaiji: 2 }, { missingGlyph: true }] } });
  });

  it('is no line when there are only full-width spaces', () => {
    expect(readTextLine(unhex('21212121'), 1)).toBeUndefined();
  });

  it.each(['3C', '3C5621', '8140', '3C56FFF8', '3C56FF', '1B2442'])('%s is unreadable and keeps its bytes', (bytes) => {
    expect(readTextLine(unhex(bytes), 1)).toEqual({ unreadable: true, raw: unhex(bytes) });
    expect(readColourClass(unhex(bytes))).toEqual({ unreadable: true, raw: unhex(bytes) });
  });

  it('reads a distinguished name, and says when it cannot', () => {
    expect(readJisX0201(ascii('CN=Training, C=JP'))).toBe('CN=Training, C=JP');
    expect(readJisX0201(unhex('41B1'))).toBeUndefined();
    expect(readJisX0201(unhex('4100'))).toBeUndefined();
  });
});

describe('record number', () => {
  it.each([
    ['309012345620', 'fits'],
    ['309012345610', 'differs'],
    ['100012345660', 'fits'],
    ['109912345650', 'fits'],
    ['302400000800', 'fits'],
    ['302400000810', 'differs'],
    ['109876543210', 'fits'],
    ['109876543200', 'fits'],
    ['109876543220', 'differs'],
  ])('%s: check digit %s (licence-applet §5.8)', (number, verdict) => {
    expect(readRecordNumber(ascii(number))).toMatchObject({ value: number });
    expect(licenceNumberCheckDigit(number)).toBe(verdict);
  });

  it.each(['30901234562', '3090123456200', '30901234562A', '３０９', ''])('"%s" is unreadable', (text) => {
    expect(readRecordNumber(ascii(text))).toHaveProperty('unreadable', true);
  });
});

property.prop([fc.uint8Array({ maxLength: 90 })])('values of any bytes never throw and keep the bytes', (bytes) => {
  const raw = Uint8Array.from(bytes);
  for (const field of [readEraDate(raw), readColourClass(raw), readRecordNumber(raw)]) expect(field.raw).toEqual(raw);
  const line = readTextLine(raw, 1);
  if (line !== undefined) expect(line.raw).toEqual(raw);
});
