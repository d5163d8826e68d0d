import { describe, expect, it } from 'vitest';
import { concatBytes, unhex, type Bytes } from '#bytes';
import type { SignedContent } from '#trust';
import { ascii, element, record, recordTags, signatureFile } from '../test/licence-file.ts';
import { licenceSignedContent } from './signed-content.ts';

const signature = signatureFile({ '0108': 'AABB', '0109': ascii('1002'), '010B': ascii('CN=R'), '010C': ascii('CN=S'), '010D': '1D' });

const candidatesOf = (file: Bytes) => {
  // The annotation is the test: what this room builds fits what the laboratory takes.
  const content: SignedContent = licenceSignedContent(file, signature);
  if (content.form !== 'x509Signer') throw new Error('no candidates');
  return content.candidates;
};

describe('licenceSignedContent', () => {
  it('names the signer as WEF03 does', () => {
    expect(licenceSignedContent(record(), signature)).toMatchObject({
      form: 'x509Signer',
      signature: unhex('AABB'),
      signer: { subjectKeyIdentifier: unhex('1D'), serialNumber: '1002', issuer: 'CN=R', subject: 'CN=S' },
    });
  });

  it('offers the three readings in order (licence-applet §6.3 step 3)', () => {
    const stored = record({ C5: ascii('5120301'), '0107': 'FF4F' });
    const file = concatBytes(stored, unhex('FFFF'));
    expect(candidatesOf(file)).toEqual([
      { hashInput: 'elementsThrough107', bytes: stored },
      { hashInput: 'wholeFile', bytes: file },
      { hashInput: 'valuesOnly', bytes: concatBytes(ascii('5120301'), unhex('FF4F')) },
    ]);
  });

  it('has only the whole file when 107 was not met', () => {
    const file = concatBytes(...recordTags.slice(0, 62).map((tag) => element(tag)), unhex('810701FF'));
    expect(candidatesOf(file)).toEqual([{ hashInput: 'wholeFile', bytes: file }]);
  });

  it.each([
    ['unknown element', concatBytes(element('10', 'AA'), record())],
    ['over-long value', record({ C3: '0101' })],
    ['irregular flag', record({ EC: 'EC' })],
    ['unreadable field', record({ C5: '00' })],
    ['element missing', record().slice(2)],
  ])('does not offer the values alone for a record with a deviation: %s', (_name, file) => {
    expect(candidatesOf(file).map(({ hashInput }) => hashInput)).toEqual(['elementsThrough107', 'wholeFile']);
  });

  it('does not let genuine bytes be cut up into another record by way of the values', () => {
    const genuine = record({ E7: ascii('309012345620'), EC: '00', ED: '01' });
    // Same bytes as values: everything hidden in unknown elements, but one 01 that becomes the flag of large vehicles.
    const one = genuine.indexOf(0x01);
    const forged = concatBytes(element('10', genuine.slice(0, one)), element('EC', '01'), element('11', genuine.slice(one + 1)), element('0107'));
    expect(candidatesOf(forged).some(({ bytes }) => bytes.length === genuine.length && bytes.every((byte, index) => byte === genuine[index]))).toBe(false);
  });

  it.each([
    ['no WEF03', undefined],
    ['WEF03 without a signature', signatureFile({ '010D': '1D' })],
    ['empty WEF03', new Uint8Array(0)],
  ])('has nothing to judge: %s', (_name, file) => {
    expect(licenceSignedContent(record(), file)).toEqual({ form: 'none', reason: 'UNREADABLE' });
  });
});
