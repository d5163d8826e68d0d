/**
 * Card images, form `madoguchi-card-image/1`: the files, credentials and training keys of an invented card as JSON.
 * The form is closed: unknown keys, wrong hexadecimal digits, counters above their limit, files past 15-bit offsets and
 * access conditions that name no credential are refused. Signatures and contents are not looked at.
 */
import type { Bytes } from '#bytes';
import { invalidImage, readBase64, readCount, readEntries, readFields, readHex, readList, readText } from './image-fields.ts';

export const CARD_IMAGE_FORMAT = 'madoguchi-card-image/1';
/** Larger files are refused before they are parsed [characters]. */
const MAX_IMAGE_LENGTH = 1_048_576;
/** A READ BINARY offset has 15 bits. */
const MAX_FILE_LENGTH = 32_768;
const FILE_ID = /^[0-9A-F]{4}$/u;
const DIGITS = /^[0-9]{1,20}$/u;

export interface CardImage {
  readonly name: string;
  readonly about: string;
  readonly atr: Bytes;
  /** Type B answer to request. */
  readonly atqb: Bytes;
  readonly behaviour: CardBehaviour;
  readonly applications: readonly ApplicationImage[];
  readonly trainingAnchors: TrainingAnchors;
  /** What a person types. `null` = this card has none. */
  readonly enter: {
    readonly licencePin: string | null;
    readonly numberB: string;
    readonly birthDate: string;
    readonly cardExpiryYear: string;
    readonly securityCode: string;
    readonly cardInfoPin: string | null;
  };
  /** Outcomes the maker of the image promises, e.g. `licence` → `genuine-in-training`; `reasons` is a list. */
  readonly expect: {
    readonly licence?: string;
    readonly personalDetails?: string;
    readonly error?: string;
    readonly chip?: string;
    readonly reasons?: readonly string[];
  };
}

export interface CardBehaviour {
  /** Status word of READ BINARY at or past the end. */
  readonly endOfFile: 0x6b00 | 0x6282;
  /** At most this many bytes an answer [bytes]. */
  readonly maxRead?: number;
  readonly extendedLe: boolean;
}

export interface ApplicationImage {
  readonly aid: Bytes;
  /** By EF identifier. `read` names the credentials any one of which opens the file; empty = free. */
  readonly files: ReadonlyMap<number, { readonly bytes: Bytes; readonly read: readonly number[] }>;
  /** By EF identifier of the key file. */
  readonly credentials: ReadonlyMap<number, { readonly value: Bytes; readonly limit: number; readonly remaining: number }>;
  /** PKCS #8, RSA. */
  readonly internalAuthentication?: { readonly privateKey: Bytes };
}

export interface TrainingAnchors {
  /** X.509 certificates, DER: root, then signer. */
  readonly licence: readonly { readonly der: Bytes }[];
  /** Keys of the certification authority of card-verifiable certificates. */
  readonly cardInfo: readonly { readonly keyId: Bytes; readonly modulus: Bytes; readonly exponent: Bytes }[];
}

/**
 * Reads the text of a card image file.
 * @throws SimulatorError `CARD_IMAGE_INVALID`
 */
export function parseCardImage(text: string): CardImage {
  if (text.length > MAX_IMAGE_LENGTH) throw invalidImage('file', 'larger than 1 MiB');
  return readCardImage(parseJson(text));
}

/**
 * Reads a card image from a parsed JSON value.
 * @throws SimulatorError `CARD_IMAGE_INVALID`
 */
export function readCardImage(value: unknown): CardImage {
  const fields = readFields(value, 'file', ['format', 'name', 'about', 'atr', 'atqb', 'behaviour', 'applications', 'trainingAnchors', 'enter', 'expect']);
  if (fields.get('format') !== CARD_IMAGE_FORMAT) throw invalidImage('format', `not ${CARD_IMAGE_FORMAT}`);
  return {
    name: readText(fields.get('name'), 'name', /^[a-z0-9-]{1,64}$/u),
    about: readText(fields.get('about'), 'about'),
    atr: readHex(fields.get('atr'), 'atr', { least: 2, most: 33 }),
    atqb: readHex(fields.get('atqb'), 'atqb', { least: 12, most: 13 }),
    behaviour: readBehaviour(fields.get('behaviour')),
    applications: readApplications(fields.get('applications')),
    trainingAnchors: readTrainingAnchors(fields.get('trainingAnchors')),
    enter: readEnter(fields.get('enter')),
    expect: readExpect(fields.get('expect')),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the text around the fault, and the file holds credentials: it is not kept as cause.
    throw invalidImage('file', 'not JSON');
  }
}

function readBehaviour(value: unknown): CardBehaviour {
  const fields = readFields(value, 'behaviour', ['endOfFile'], ['maxRead', 'extendedLe']);
  const extendedLe = fields.has('extendedLe') ? fields.get('extendedLe') : false;
  if (typeof extendedLe !== 'boolean') throw invalidImage('behaviour.extendedLe', 'not true or false');
  return {
    endOfFile: readEndOfFile(fields.get('endOfFile')),
    extendedLe,
    ...(fields.has('maxRead') ? { maxRead: readCount(fields.get('maxRead'), 'behaviour.maxRead', { least: 1, most: 255 }) } : {}),
  };
}

function readEndOfFile(value: unknown): CardBehaviour['endOfFile'] {
  if (value === '6B00') return 0x6b00;
  if (value === '6282') return 0x6282;
  throw invalidImage('behaviour.endOfFile', 'neither 6B00 nor 6282');
}

function readApplications(value: unknown): readonly ApplicationImage[] {
  const applications = readList(value, 'applications', 8, readApplication);
  const aids = new Set(applications.map(({ aid }) => aid.join()));
  if (aids.size !== applications.length) throw invalidImage('applications', 'the same AID twice');
  return applications;
}

function readApplication(value: unknown, at: string): ApplicationImage {
  const fields = readFields(value, at, ['aid', 'files', 'credentials'], ['internalAuthentication']);
  const credentials = readById(fields.get('credentials'), `${at}.credentials`, readCredential);
  const files = readById(fields.get('files'), `${at}.files`, readFile);
  for (const [id, { read }] of files) {
    if (credentials.has(id)) throw invalidImage(`${at}.files`, 'an EF is both file and credential');
    if (!read.every((key) => credentials.has(key))) throw invalidImage(`${at}.files`, 'read names an unknown credential');
  }
  return {
    aid: readHex(fields.get('aid'), `${at}.aid`, { least: 5, most: 16 }),
    files,
    credentials,
    ...(fields.has('internalAuthentication') ? { internalAuthentication: readInternalAuthentication(fields.get('internalAuthentication'), at) } : {}),
  };
}

function readById<Item>(value: unknown, at: string, readItem: (item: unknown, at: string) => Item): ReadonlyMap<number, Item> {
  const entries = [...readEntries(value, at, 64)];
  return new Map(entries.map(([id, item]) => [readFileId(id, at), readItem(item, `${at}.${readText(id, at, FILE_ID)}`)]));
}

function readFileId(value: unknown, at: string): number {
  return Number.parseInt(readText(value, at, FILE_ID), 16);
}

function readFile(value: unknown, at: string): { bytes: Bytes; read: readonly number[] } {
  const fields = readFields(value, at, ['bytes', 'read']);
  return {
    bytes: readHex(fields.get('bytes'), `${at}.bytes`, { least: 0, most: MAX_FILE_LENGTH }),
    read: readList(fields.get('read'), `${at}.read`, 16, readFileId),
  };
}

function readCredential(value: unknown, at: string): { value: Bytes; limit: number; remaining: number } {
  const fields = readFields(value, at, ['value', 'limit', 'remaining']);
  const limit = readCount(fields.get('limit'), `${at}.limit`, { least: 1, most: 15 }); // 63Cx has four bits
  const text = readText(fields.get('value'), `${at}.value`, /^[\u0020-\u007E]{1,16}$/u);
  return { value: new TextEncoder().encode(text), limit, remaining: readCount(fields.get('remaining'), `${at}.remaining`, { most: limit }) };
}

function readInternalAuthentication(value: unknown, at: string): { privateKey: Bytes } {
  const fields = readFields(value, `${at}.internalAuthentication`, ['privateKey']);
  return { privateKey: readBase64(fields.get('privateKey'), `${at}.internalAuthentication.privateKey`, 4096) };
}

function readTrainingAnchors(value: unknown): TrainingAnchors {
  const fields = readFields(value, 'trainingAnchors', ['licence', 'cardInfo']);
  return {
    licence: readList(fields.get('licence'), 'trainingAnchors.licence', 16, (item, at) => ({
      der: readBase64(readFields(item, at, ['der']).get('der'), `${at}.der`, 8192),
    })),
    cardInfo: readList(fields.get('cardInfo'), 'trainingAnchors.cardInfo', 16, (item, at) => {
      const key = readFields(item, at, ['keyId', 'modulus', 'exponent']);
      return {
        keyId: readHex(key.get('keyId'), `${at}.keyId`, { least: 16, most: 16 }),
        modulus: readHex(key.get('modulus'), `${at}.modulus`, { least: 128, most: 512 }),
        exponent: readHex(key.get('exponent'), `${at}.exponent`, { least: 1, most: 8 }),
      };
    }),
  };
}

function readEnter(value: unknown): CardImage['enter'] {
  const fields = readFields(value, 'enter', ['licencePin', 'numberB', 'birthDate', 'cardExpiryYear', 'securityCode', 'cardInfoPin']);
  const digits = (key: string): string => readText(fields.get(key), `enter.${key}`, DIGITS);
  const digitsOrNone = (key: string): string | null => (fields.get(key) === null ? null : digits(key));
  return {
    licencePin: digitsOrNone('licencePin'),
    numberB: digits('numberB'),
    birthDate: readText(fields.get('birthDate'), 'enter.birthDate', /^\d{4}-\d{2}-\d{2}$/u),
    cardExpiryYear: digits('cardExpiryYear'),
    securityCode: digits('securityCode'),
    cardInfoPin: digitsOrNone('cardInfoPin'),
  };
}

function readExpect(value: unknown): CardImage['expect'] {
  const fields = readFields(value, 'expect', [], ['licence', 'personalDetails', 'error', 'chip', 'reasons']);
  const words = ['licence', 'personalDetails', 'error', 'chip'].filter((key) => fields.has(key));
  return {
    ...Object.fromEntries(words.map((key) => [key, readText(fields.get(key), `expect.${key}`)])),
    ...(fields.has('reasons') ? { reasons: readList(fields.get('reasons'), 'expect.reasons', 32, (item, at) => readText(item, at)) } : {}),
  };
}
