/**
 * Every card image of the shared data set, read by these parsers. What is expected was decoded by hand from the bytes (era digit, JIS rows,
 * UTF-8), with another program; the images were made by others.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIsoDate, unhex, type Bytes } from '#bytes';
import { cardInfoSignedContent } from './card-info/signed-content.ts';
import { parsePersonalDetails } from './card-info/parse.ts';
import { parseCardInfoRecord, parseIssuerCertificate } from './card-info/proof.ts';
import { licenceClassNames, type DriverLicence, type EraDate, type Field, type LicenceTextLine } from './driver-licence/driver-licence.ts';
import { parseLicenceRecord, parseLicenceSignature, parsePinSetting } from './driver-licence/parse.ts';
import { licenceSignedContent } from './driver-licence/signed-content.ts';
import { sha256 } from './test/licence-file.ts';

const folder = '../shared/data/cards';
const missing = !existsSync(folder);

interface CardImage {
  readonly applications: readonly { readonly aid: string; readonly files: Readonly<Record<string, { readonly bytes: string }>> }[];
}

function fileOf(card: string, aid: string, file: string): Bytes | undefined {
  const image = JSON.parse(readFileSync(`${folder}/${card}.json`, 'utf8')) as CardImage;
  const bytes = image.applications.find((application) => application.aid === aid)?.files[file]?.bytes;
  return bytes === undefined ? undefined : unhex(bytes);
}

const licenceFile = (card: string, file: string): Bytes => {
  const bytes = fileOf(card, 'A0000002310600000000000000000000', file);
  if (bytes === undefined) throw new Error(`${card} has no ${file}`);
  return bytes;
};
const personalFile = (card: string, file: string): Bytes => {
  const bytes = fileOf(card, 'D3921000310001010408', file);
  if (bytes === undefined) throw new Error(`${card} has no ${file}`);
  return bytes;
};

const valueOf = <T>(field: Field<T> | undefined): T | undefined => (field !== undefined && 'value' in field ? field.value : undefined);
const isoOf = (field: Field<EraDate | 'none'> | undefined): string | undefined => {
  const value = valueOf(field);
  return value === undefined || value === 'none' ? value : formatIsoDate(value.date);
};
const textsOf = (lines: readonly Field<LicenceTextLine>[]): (string | undefined)[] => lines.map((line) => valueOf(line)?.text);
const heldBy = (licence: DriverLicence): string[] => licenceClassNames.filter((name) => licence.classes[name].held);

const car = ['ordinary', 'moped'];
const standard = {
  kind: 'licence',
  number: '309012345620',
  colour: 'gold',
  expiry: '2029-06-15',
  conditions: ['眼鏡等'],
  remarks: [] as string[],
  dates: [undefined, '2010-03-12', undefined] as (string | undefined)[],
  held: car,
  photo: 1607 as number | undefined,
};
const expected: Readonly<Record<string, typeof standard>> = {
  cloned: { ...standard, photo: 1614 },
  'eight-ton': {
    ...standard,
    number: '901093004550',
    colour: 'blue',
    expiry: '2027-12-03',
    conditions: ['中型車は中型車（８ｔ）に限る', '普通車はＡＴ車に限る', '眼鏡等'],
    dates: ['1994-02-08', '1995-06-20', undefined],
    held: ['largeMotorcycle', 'moped', 'medium'],
    photo: 1612,
  },
  expired: { ...standard, expiry: '2025-06-15' },
  'forged-expiry': { ...standard, expiry: '2030-01-15' },
  'forged-name': standard,
  'long-name': { ...standard, number: '109912345650', conditions: ['車は【※1】に限る', '眼鏡等【※欠】'], photo: undefined },
  'one-try-left': standard,
  'pin-locked': standard,
  'pin-unset': standard,
  'published-test-card': {
    ...standard,
    number: '302100000106',
    colour: 'green',
    expiry: '2031-03-17',
    conditions: [],
    dates: [undefined, '2021-04-05', undefined],
    photo: 1597,
  },
  standard,
  truck: {
    ...standard,
    number: '548612345670',
    expiry: '2028-03-02',
    conditions: [],
    remarks: ['免許の条件等の変更　無し'],
    dates: ['1986-04-01', '1989-01-07', '2003-09-09'],
    held: ['large', 'ordinary', 'largeSpecial', 'smallSpecial', 'moped', 'towing', 'largeSecond', 'medium', 'semiMedium'],
    photo: 1599,
  },
  'unknown-signer': standard,
};

const address = '東京都千代田区霞が関２－１－２';
const people: Readonly<Record<string, readonly [name: string, address: string, birth: string, sex: string]>> = {
  cloned: ['複製　品男', address, '1990-05-15', 'male'],
  'eight-ton': ['八屯　太郎', address, '1975-11-03', 'male'],
  expired: ['期限　切子', address, '1990-05-15', 'female'],
  'forged-expiry': ['偽造　者男', address, '1990-05-15', 'male'],
  'forged-name': ['改竄　氏名', '東京都千代田区霞が関２－１ｍ２', '1990-05-15', 'female'],
  'history-only': ['返納　済男', address, '1941-07-07', 'male'],
  'long-name': [
    'ジョナサン・アレクサンダー・クリストファー　ヴァンデンバーグ＝モンゴメリー・フィッツジェラルド三世',
    '北海道虻田郡ニセコ町字ニセコ１２３番地４５　コンドミニアム・ザ・グレートノーザンヴィラ弐番館１２３４号室　気付',
    '1990-05-15',
    'male',
  ],
  'no-licence': ['免許　無子', address, '1990-05-15', 'female'],
  'one-try-left': ['残一　回子', address, '1990-05-15', 'female'],
  'pin-locked': ['施錠　済子', address, '1990-05-15', 'female'],
  'pin-unset': ['暗証　無子', address, '1990-05-15', 'female'],
  'published-test-card': ['黒桐　幹也', '東京都清瀬市観布子南１２－７－２０２', '1980-02-17', 'male'],
  standard: ['免許　花子', address, '1990-05-15', 'female'],
  truck: ['運送　一郎', '愛知県名古屋市中区三の丸３－１－１', '1968-01-30', 'male'],
  'unknown-signer': ['未知　署名', address, '1990-05-15', 'female'],
};

describe.skipIf(missing)('card images in ../shared/data/cards', () => {
  it('are all looked at here', () => {
    const images = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
    expect(images.sort()).toEqual(Object.keys(people).sort());
    expect([...Object.keys(expected), 'history-only', 'no-licence'].sort()).toEqual(images);
  });

  it.each(Object.entries(expected))('%s: the licence', (card, entries) => {
    const file = licenceFile(card, '001B');
    const { licence, endOfElement107 } = parseLicenceRecord(file);
    expect({
      kind: licence.kind,
      number: valueOf(licence.recordNumber),
      colour: valueOf(licence.colourClass)?.colour,
      expiry: isoOf(licence.expiry),
      conditions: textsOf(licence.conditions),
      remarks: textsOf(licence.remarks),
      dates: [licence.dates.motorcycles, licence.dates.others, licence.dates.secondClass].map(isoOf),
      held: heldBy(licence),
      photo: licence.photo?.bytes.length,
    }).toEqual(entries);
    expect(licence.deviations).toEqual([]);
    expect(licence.history).toBeUndefined();
    expect(endOfElement107).toBe(file.length);
  });

  it('history-only: the history', () => {
    const { licence } = parseLicenceRecord(licenceFile('history-only', '001B'));
    expect(licence).toMatchObject({ kind: 'historyOnly', deviations: [], conditions: [] });
    expect(licence).not.toHaveProperty('expiry');
    expect(isoOf(licence.history?.recordedOn)).toBe('2025-04-10');
    expect(licence.history?.categoryCode).toEqual(unhex('01'));
    expect(valueOf(licence.history?.recordNumber)).toBe('304100012340');
    expect([licence.dates.motorcycles, licence.dates.others].map(isoOf)).toEqual(['1960-05-05', '1962-08-01']);
    expect(licence.photo).toMatchObject({ format: 'codestream', foundBy: 'tag' });
  });

  it('long-name: 33 bytes of gaiji 1, and the photo that is not there', () => {
    const { licence } = parseLicenceRecord(licenceFile('long-name', '001B'));
    expect(licence.gaiji[1]?.length).toBe(33);
    expect(valueOf(licence.conditions[0])?.parts).toEqual([{ text: '車は' }, { gaiji: 1 }, { text: 'に限る' }]);
  });

  it.each([...Object.keys(expected), 'history-only'])('%s: PIN setting, signature and what is signed', (card) => {
    expect(parsePinSetting(licenceFile(card, '001A')).pinIsSet).toBe(card !== 'pin-unset');
    const signature = parseLicenceSignature(licenceFile(card, '001C'));
    const unknown = card === 'unknown-signer';
    expect(signature).toMatchObject({
      serialNumber: unknown ? '0000000000001004' : '0000000000001002',
      issuer: unknown ? 'CN=Unknown Root, O=Nobody, C=JP' : 'CN=Training Licence Root, O=Training Licence Authority, C=JP',
      subject: unknown ? 'CN=Unknown Signer, O=Nobody, C=JP' : 'CN=Training Commission 30, O=Training Licence Authority, C=JP',
      deviations: [],
    });
    expect([signature.signature.length, signature.subjectKeyIdentifier.length]).toEqual([256, 32]);
    const content = licenceSignedContent(licenceFile(card, '001B'), licenceFile(card, '001C'));
    expect(content.form === 'x509Signer' && content.candidates.map(({ hashInput }) => hashInput)).toEqual(['elementsThrough107', 'wholeFile', 'valuesOnly']);
  });

  it.each(Object.entries(people))('%s: the person', (card, [name, where, birth, sex]) => {
    const details = parsePersonalDetails(personalFile(card, '0002'));
    expect(details).toMatchObject({ name: { text: name }, address: { text: where }, sex: { value: sex }, deviations: [], unknownElements: [] });
    expect(details.birthDate.date && formatIsoDate(details.birthDate.date)).toBe(birth);
  });

  it.each(Object.keys(people))('%s: the digest of the details is that of the record, but for a forged name', async (card) => {
    const { digestedBytes } = parsePersonalDetails(personalFile(card, '0002'));
    const { detailsDigest } = parseCardInfoRecord(personalFile(card, '0003'));
    const fits = (await sha256(digestedBytes)) === Array.from(detailsDigest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(fits).toBe(card !== 'forged-name');
    const certificate = parseIssuerCertificate(personalFile(card, '0004'));
    expect(String.fromCharCode(...certificate.issuerKeyId.slice(0, 7))).toBe(card === 'unknown-signer' ? '9200099' : '9200073');
    const files = { details: personalFile(card, '0002'), record: personalFile(card, '0003'), certificate: personalFile(card, '0004') };
    expect(cardInfoSignedContent(files)).toMatchObject({ form: 'cardVerifiable', structureContradicts: false, digestedBytes });
  });

  it('published-test-card carries the published digests (card-info-applet §9.1)', () => {
    const { detailsDigest, signedBytes } = parseCardInfoRecord(personalFile('published-test-card', '0003'));
    expect(detailsDigest).toEqual(unhex('b9e0d09427b23b1d4beda2848512b4103752dc2667e51f9712872d65f472cb3b'));
    expect(signedBytes.slice(3, 35)).toEqual(unhex('6d5a4c1ef9ab15bf506862d7e66b9c0f179ca065bc936c8e634e9e57449ca9cd'));
  });
});
