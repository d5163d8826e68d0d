import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { SignedContent } from '#trust';
import { CardError } from '../card-error.ts';
import { certificateBody, certificateFile, detailsFile, inner, keyId, object, offsets, recordFile } from '../test/card-info-file.ts';
import { parseCardInfoRecord, parseIssuerCertificate } from './proof.ts';
import { cardInfoSignedContent } from './signed-content.ts';

const filled = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);
const record = recordFile(filled(32, 1), filled(32, 2), filled(256, 3));
const body = certificateBody(keyId('6000033', '001'), keyId('1322121', '000'), filled(256, 9));
const certificate = certificateFile(body, filled(256, 7));
const details = { name: '免許　花子', address: '東京都', birthDate: '19900515', sex: '2' };

describe('EF 0003 (card-info-applet §5.1)', () => {
  it('is 336 bytes and starts as published', () => {
    expect(record.length).toBe(336);
    expect(record.slice(0, 8)).toEqual(unhex('FF3082014BDF3120'));
  });

  it('signs the 70 bytes of both digest objects, headers included', () => {
    const parsed = parseCardInfoRecord(record);
    expect(parsed).toEqual({
      detailsDigest: filled(32, 2),
      signedBytes: concatBytes(unhex('DF3120'), filled(32, 1), unhex('DF3220'), filled(32, 2)),
      signature: filled(256, 3),
    });
    expect(parsed.signedBytes.length).toBe(70);
    expect(parseCardInfoRecord(concatBytes(record, unhex('FFFF0000')))).toEqual(parsed);
  });

  const [other, digest, signature] = [object('DF31', filled(32, 1)), object('DF32', filled(32, 2)), object('DF33', filled(256, 3))];
  it.each([
    ['empty', new Uint8Array(0)],
    ['one byte short', record.slice(0, -1)],
    ['bytes behind', concatBytes(record, unhex('01'))],
    ['another outer tag', concatBytes(unhex('FF20'), record.slice(2))],
    ['digest of 31 bytes', recordFile(filled(32, 1), filled(31, 2), filled(256, 3))],
    ['other digest of 33 bytes', recordFile(filled(33, 1), filled(32, 2), filled(256, 3))],
    ['signature of 255 bytes', recordFile(filled(32, 1), filled(32, 2), filled(255, 3))],
    ['another order', object('FF30', concatBytes(digest, other, signature))],
    ['one digest', object('FF30', concatBytes(digest, signature))],
    ['something between', object('FF30', concatBytes(other, object('DF3F', filled(1, 1)), digest, signature))],
    ['something behind', object('FF30', concatBytes(other, digest, signature, object('DF34', filled(1, 1))))],
    ['filler inside', object('FF30', concatBytes(other, digest, signature, unhex('FF')))],
    ['digest twice', object('FF30', concatBytes(other, digest, digest, signature))],
    ['nothing inside', unhex('FF3000')],
  ])('refuses: %s', (_name, file) => {
    expect(() => parseCardInfoRecord(file)).toThrow(expect.objectContaining({ code: 'CARD_FILE_MALFORMED' }));
  });
});

describe('EF 0004 (card-info-applet §5.2)', () => {
  it('is 568 bytes and starts as published', () => {
    expect(certificate.length).toBe(568);
    expect(certificate.slice(0, 10)).toEqual(unhex('7F218202335F4E820129'));
  });

  it('is taken apart by position', () => {
    expect(parseIssuerCertificate(certificate)).toEqual({
      issuerKeyId: unhex('36303030303333 0805 303031 00000000'),
      subjectKeyId: unhex('31333232313231 0805 303030 00000000'),
      exponent: unhex('010001'),
      modulus: filled(256, 9),
      body,
      signature: filled(256, 7),
    });
    expect(parseIssuerCertificate(concatBytes(certificate, filled(8, 0xff)))).toMatchObject({ body });
  });

  const withByte = (index: number, value: number): Bytes => {
    const changed = body.slice();
    changed[index] = value;
    return certificateFile(changed, filled(256, 7));
  };
  it.each([
    ['empty', new Uint8Array(0)],
    ['one byte short', certificate.slice(0, -1)],
    ['bytes behind', concatBytes(certificate, unhex('30'))],
    ['a body of 296 bytes', certificateFile(body.slice(1), filled(256, 7))],
    ['a body of 298 bytes', certificateFile(concatBytes(body, unhex('00')), filled(256, 7))],
    ['a signature of 128 bytes', certificateFile(body, filled(128, 7))],
    ['no signature', object('7F21', object('5F4E', body))],
    ['the signature first', object('7F21', concatBytes(object('5F37', filled(256, 7)), object('5F4E', body)))],
    ['an EAC certificate', object('7F21', concatBytes(object('7F4E', body), object('5F37', filled(256, 7))))],
    ['a letter in the issuer number', withByte(0, 0x41)],
    ['a letter in the issuer generation', withByte(11, 0x3a)],
    ['a letter in the subject number', withByte(16, 0x2f)],
    ['another exponent tag', withByte(32, 0x91)],
    ['another exponent length', withByte(33, 0x04)],
    ['another modulus tag', withByte(37, 0x90)],
    ['another modulus length', withByte(40, 0x01)],
  ])('refuses: %s', (_name, file) => {
    expect(() => parseIssuerCertificate(file)).toThrow(expect.objectContaining({ code: 'CARD_FILE_MALFORMED' }));
  });
});

describe('cardInfoSignedContent', () => {
  it('fits what the laboratory takes', () => {
    const content: SignedContent = cardInfoSignedContent({ details: detailsFile(details), record, certificate });
    expect(content).toMatchObject({
      form: 'cardVerifiable',
      record: { digest: filled(32, 2), signature: filled(256, 3) },
      certificate: { body, modulus: filled(256, 9) },
      digestedBytes: concatBytes(...inner(details)),
      structureContradicts: false,
    });
  });

  it('says when the unsigned table contradicts', () => {
    const parts = inner(details);
    const file = object('FF20', concatBytes(object('DF21', offsets(4, parts)), ...parts));
    expect(cardInfoSignedContent({ details: file, record, certificate })).toMatchObject({ structureContradicts: true });
  });

  it.each([
    ['record', { details: detailsFile(details), certificate }],
    ['certificate', { details: detailsFile(details), record }],
  ])('has nothing to judge without the %s', (_name, files) => {
    expect(cardInfoSignedContent(files)).toEqual({ form: 'none', reason: 'UNREADABLE' });
  });
});

property.prop([fc.constantFrom(record, certificate), fc.nat({ max: 567 }), fc.integer({ min: 0, max: 255 })])(
  'one byte changed: a value or a CardError',
  (file, index, value) => {
    const changed = file.slice();
    changed[index % file.length] = value;
    for (const parse of [parseCardInfoRecord, parseIssuerCertificate]) {
      try {
        parse(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(CardError);
      }
    }
  },
);
