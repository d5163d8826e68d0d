/**
 * What proves the 基本4情報: EF 0003 (digests, signed) and EF 0004 (card-verifiable certificate). card-info-applet §5.1, §5.2.
 * Both have one exact shape; anything but filler behind it is refused.
 */
import type { Bytes, TlvObject } from '#bytes';
import type { CardInfoRecord, CardVerifiableCertificate } from './card-info.ts';
import { cardInfoTags } from './elements.ts';
import { isFiller, malformed, readInner, readOuter } from './tlv.ts';

const digestLength = 32;
const signatureLength = 256;
const bodyLength = 297;
const keyIdLength = 16;
/** 90 03 <exponent> and 91 82 01 00 <modulus>, behind the two key ids. */
const exponentHeader = [0x90, 0x03];
const exponentLength = 3;
const modulusHeader = [0x91, 0x82, 0x01, 0x00];
const modulusLength = 256;

/** EF 0003. @throws CardError `CARD_FILE_MALFORMED` */
export function parseCardInfoRecord(file: Bytes): CardInfoRecord {
  const value = soleObject(file, cardInfoTags.record);
  const [other, details, signature] = exactly(value, [
    [cardInfoTags.otherDigest, digestLength],
    [cardInfoTags.detailsDigest, digestLength],
    [cardInfoTags.recordSignature, signatureLength],
  ]);
  if (other === undefined || details === undefined || signature === undefined) throw malformed('an object is missing');
  return { detailsDigest: details.value, signedBytes: value.slice(other.start, details.end), signature: signature.value };
}

/** EF 0004. @throws CardError `CARD_FILE_MALFORMED` */
export function parseIssuerCertificate(file: Bytes): CardVerifiableCertificate {
  const value = soleObject(file, cardInfoTags.certificate);
  const [body, signature] = exactly(value, [
    [cardInfoTags.certificateBody, bodyLength],
    [cardInfoTags.certificateSignature, signatureLength],
  ]);
  if (body === undefined || signature === undefined) throw malformed('an object is missing');
  return { ...parseBody(body.value), body: body.value, signature: signature.value };
}

function parseBody(body: Bytes): Pick<CardVerifiableCertificate, 'issuerKeyId' | 'subjectKeyId' | 'exponent' | 'modulus'> {
  let position = 0;
  const take = (length: number): Bytes => {
    const part = body.slice(position, position + length);
    position += length;
    return part;
  };
  const expect = (header: readonly number[]): void => {
    const found = take(header.length);
    if (!header.every((byte, index) => found[index] === byte)) throw malformed('key of the certificate');
  };
  const issuerKeyId = keyId(take(keyIdLength));
  const subjectKeyId = keyId(take(keyIdLength));
  expect(exponentHeader);
  const exponent = take(exponentLength);
  expect(modulusHeader);
  return { issuerKeyId, subjectKeyId, exponent, modulus: take(modulusLength) };
}

/** `NNNNNNN 08 05 GGG` and four more bytes: both groups are ASCII digits. */
function keyId(bytes: Bytes): Bytes {
  const digits = [...bytes.subarray(0, 7), ...bytes.subarray(9, 12)];
  if (digits.some((byte) => byte < 0x30 || byte > 0x39)) throw malformed('key identifier');
  return bytes;
}

function soleObject(file: Bytes, tag: number): Bytes {
  const outer = readOuter(file, tag);
  if (!file.subarray(outer.end).every(isFiller)) throw malformed('bytes behind the outer object');
  return outer.value;
}

/** The objects of a value, which must be these, in this order, of these lengths, and nothing else. */
function exactly(value: Bytes, shape: readonly (readonly [tag: number, length: number])[]): TlvObject[] {
  const objects = readInner(value);
  const fits = shape.length === objects.length && shape.every(([tag, length], index) => objects[index]?.tag === tag && objects[index].value.length === length);
  if (!fits || objects[objects.length - 1]?.end !== value.length) throw malformed('another shape');
  return objects;
}
