import { hex } from '#bytes';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseCardImage, practiceCards, SimulatorError } from './index.ts';
import standardImage from './cards/standard.json';

type Json = Record<string, unknown>;
const source = 'data/cards/README.md';

/** The standard card as JSON, changed by hand. */
function changed(change: (image: Json & { applications: Json[]; behaviour: Json; trainingAnchors: Json; enter: Json }) => void): string {
  const image = structuredClone(standardImage) as unknown as Parameters<typeof change>[0];
  change(image);
  return JSON.stringify(image);
}

function faultOf(text: string): unknown {
  try {
    parseCardImage(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('practice cards', () => {
  it('are the fifteen images, each under its own name', () => {
    expect(new Set(practiceCards.map(({ name }) => name)).size).toBe(15);
  });

  it.each(practiceCards)('$name loads', async ({ name, about, load }) => {
    const image = await load();
    expect(image.name).toBe(name);
    expect(image.about).toBe(about);
    expect(hex(image.atr)).toBe('3B888001000005E0B381A1007F');
    expect(image.applications.length).toBe(name === 'no-licence' ? 1 : 2);
  });

  it('hands anchors and entries through', async () => {
    const image = parseCardImage(JSON.stringify(standardImage));
    expect(image.enter).toEqual(standardImage.enter);
    expect(image.expect).toEqual(standardImage.expect);
    expect(btoa(String.fromCharCode(...(image.trainingAnchors.licence[0]?.der ?? [])))).toBe(standardImage.trainingAnchors.licence[0]?.der);
    expect(hex(image.trainingAnchors.cardInfo[0]?.keyId ?? new Uint8Array())).toBe(standardImage.trainingAnchors.cardInfo[0]?.keyId.toUpperCase());
  });

  it('knows the options of behaviour', () => {
    const image = parseCardImage(changed(({ behaviour }) => Object.assign(behaviour, { endOfFile: '6282', maxRead: 64, extendedLe: true })));
    expect(image.behaviour).toEqual({ endOfFile: 0x6282, maxRead: 64, extendedLe: true });
  });
});

describe('hostile card images', () => {
  it.each([
    { name: 'empty file', text: '', source },
    { name: 'not JSON', text: '{"format":', source },
    { name: 'null', text: 'null', source },
    { name: 'a list', text: '[]', source },
    { name: 'nested without end', text: '['.repeat(200_000), source },
    { name: 'larger than 1 MiB', text: ' '.repeat(1_048_577), source },
    { name: 'another form', text: changed((image) => (image['format'] = 'madoguchi-card-image/2')), source },
    { name: 'a key too many', text: changed((image) => (image['extra'] = 1)), source },
    { name: 'a key too few', text: changed((image) => delete image['atqb']), source },
    { name: '__proto__ as a key', text: changed(() => undefined).replace('{', '{"__proto__":{"format":"x"},'), source },
    { name: '__proto__ as a file', text: changed(() => undefined).replace('"files":{', '"files":{"__proto__":{"bytes":"00","read":[]},'), source },
    { name: 'constructor as a file', text: changed(() => undefined).replace('"files":{', '"files":{"constructor":{"bytes":"00","read":[]},'), source },
    { name: 'name with markup', text: changed((image) => (image['name'] = '<b>x</b>')), source },
    { name: 'control character in about', text: changed((image) => (image['about'] = 'a\u0007')), source },
    { name: 'odd hexadecimal', text: changed((image) => (image['atr'] = '3B8')), source },
    { name: 'hexadecimal with spaces', text: changed((image) => (image['atr'] = '3B 88')), source },
    { name: 'ATR of 34 bytes', text: changed((image) => (image['atr'] = '3B'.repeat(34))), source: 'ISO/IEC 7816-3 §8.1' },
    { name: 'AID of 17 bytes', text: changed(({ applications }) => Object.assign(applications[0]!, { aid: 'A0'.repeat(17) })), source: 'ISO/IEC 7816-4' },
    { name: 'AID twice', text: changed(({ applications }) => applications.push(applications[0]!)), source },
    { name: 'nine applications', text: changed((image) => (image['applications'] = Array.from({ length: 9 }, () => image.applications[0]!))), source },
    {
      name: 'EF identifier of three digits',
      text: changed(({ applications }) => Object.assign(applications[0]!, { files: { '001': { bytes: '', read: [] } } })),
      source,
    },
    {
      name: 'file past 15-bit offsets',
      text: changed(({ applications }) => Object.assign(applications[0]!, { files: { '0001': { bytes: '00'.repeat(32_769), read: [] } } })),
      source,
    },
    {
      name: 'read names no credential',
      text: changed(({ applications }) => Object.assign(applications[0]!, { files: { '0001': { bytes: '00', read: ['0099'] } } })),
      source,
    },
    {
      name: 'file and credential in one',
      text: changed(({ applications }) => Object.assign(applications[0]!, { files: { '0011': { bytes: '00', read: [] } } })),
      source,
    },
    { name: 'limit 16 does not fit 63Cx', text: changed(credential({ value: '1', limit: 16, remaining: 1 })), source },
    { name: 'more left than the limit', text: changed(credential({ value: '1', limit: 3, remaining: 4 })), source },
    { name: 'counter below zero', text: changed(credential({ value: '1', limit: 3, remaining: -1 })), source },
    { name: 'half a try', text: changed(credential({ value: '1', limit: 3, remaining: 0.5 })), source },
    { name: 'counter as text', text: changed(credential({ value: '1', limit: 3, remaining: '1' })), source },
    { name: 'endOfFile unknown', text: changed(({ behaviour }) => (behaviour['endOfFile'] = '6A82')), source },
    { name: 'maxRead 0', text: changed(({ behaviour }) => (behaviour['maxRead'] = 0)), source },
    { name: 'maxRead 256', text: changed(({ behaviour }) => (behaviour['maxRead'] = 256)), source },
    { name: 'extendedLe as text', text: changed(({ behaviour }) => (behaviour['extendedLe'] = 'true')), source },
    { name: 'base64 with a stray character', text: changed(({ trainingAnchors }) => (trainingAnchors['licence'] = [{ der: 'AA*=' }])), source },
    {
      name: 'seventeen anchors',
      text: changed(({ trainingAnchors }) => (trainingAnchors['licence'] = Array.from({ length: 17 }, () => ({ der: 'AAAA' })))),
      source,
    },
    { name: 'a PIN that is no digits', text: changed(({ enter }) => (enter['licencePin'] = '<img>')), source },
  ])('refuses: $name ($source)', ({ text }) => {
    const fault = faultOf(text);
    expect(fault).toBeInstanceOf(SimulatorError);
    expect(fault).toMatchObject({ code: 'CARD_IMAGE_INVALID' });
  });

  it('says the place and never a credential', () => {
    const fault = faultOf(changed(credential({ value: 'geheim\u0001', limit: 3, remaining: 3 })));
    expect(fault).toMatchObject({ facts: { at: 'applications[0].credentials.0011.value' } });
    expect(String(fault)).not.toContain('geheim');
  });
});

test.prop([fc.json({ maxDepth: 4 })])('any JSON is refused with a code', (text) => {
  expect(faultOf(text)).toMatchObject({ code: 'CARD_IMAGE_INVALID' });
});

test.prop([fc.constantFrom('atr', 'atqb', 'behaviour', 'applications', 'trainingAnchors', 'enter', 'expect'), fc.jsonValue({ maxDepth: 3 })])(
  'any value in any place is taken or refused with a code',
  (key, value) => {
    const fault = faultOf(changed((image) => Object.assign(image, { [key]: value })));
    if (fault !== undefined) expect(fault).toMatchObject({ code: 'CARD_IMAGE_INVALID' });
  },
);

function credential(value: Json): Parameters<typeof changed>[0] {
  return ({ applications }) => Object.assign(applications[0]!, { files: {}, credentials: { '0011': value } });
}
