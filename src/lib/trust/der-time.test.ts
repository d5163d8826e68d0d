import { describe, expect, it } from 'vitest';
import { generalizedTimeMs, utcTimeMs } from './der-time.ts';
import { ascii } from './test/make-certificate.ts';

describe('times of a certificate', () => {
  it.each([
    { form: utcTimeMs, text: '700101000000Z', at: '1970-01-01T00:00:00Z', source: 'RFC 5280 §4.1.2.5.1' },
    { form: utcTimeMs, text: '500101000000Z', at: '1950-01-01T00:00:00Z', source: 'RFC 5280: 50 and above is 19YY' },
    { form: utcTimeMs, text: '491231235959Z', at: '2049-12-31T23:59:59Z', source: 'RFC 5280: below 50 is 20YY' },
    { form: utcTimeMs, text: '000229120000Z', at: '2000-02-29T12:00:00Z', source: 'leap year by the 400 rule' },
    { form: utcTimeMs, text: '240301000000Z', at: '2024-03-01T00:00:00Z', source: 'day after a leap day' },
    { form: generalizedTimeMs, text: '20500101000000Z', at: '2050-01-01T00:00:00Z', source: 'RFC 5280 §4.1.2.5.2' },
    { form: generalizedTimeMs, text: '21000301000000Z', at: '2100-03-01T00:00:00Z', source: 'not a leap year by the 100 rule' },
    { form: generalizedTimeMs, text: '99991231235959Z', at: '9999-12-31T23:59:59Z', source: 'RFC 5280 §4.1.2.5: no well-defined end' },
  ])('$text is $at ($source)', ({ form, text, at }) => {
    expect(form(ascii(text))).toBe(Date.parse(at));
  });

  it.each([
    { form: utcTimeMs, text: '260230000000Z', source: 'February 30' },
    { form: utcTimeMs, text: '250229000000Z', source: 'no leap year' },
    { form: utcTimeMs, text: '261301000000Z', source: 'month 13' },
    { form: utcTimeMs, text: '260001000000Z', source: 'month 0' },
    { form: utcTimeMs, text: '260101240000Z', source: 'hour 24' },
    { form: utcTimeMs, text: '260101006000Z', source: 'minute 60' },
    { form: utcTimeMs, text: '260101000060Z', source: 'second 60' },
    { form: utcTimeMs, text: '260101000000z', source: 'small z' },
    { form: utcTimeMs, text: '26010100000 Z', source: 'a space' },
    { form: utcTimeMs, text: '+60101000000Z', source: 'a sign' },
    { form: utcTimeMs, text: '20260101000000Z', source: 'the other form' },
    { form: generalizedTimeMs, text: '260101000000Z', source: 'the other form' },
    { form: generalizedTimeMs, text: '21000229000000Z', source: '2100 is no leap year' },
    { form: generalizedTimeMs, text: '', source: 'nothing' },
  ])('refuses $text ($source)', ({ form, text }) => {
    expect(form(ascii(text))).toBeUndefined();
  });
});
