/** Invented people and hand-made states for component tests. Nothing here comes from a card. */
import {
  licenceClassNames,
  presets,
  type CardInspection,
  type CheckResult,
  type DriverLicence,
  type EntryProgress,
  type LicenceClassName,
  type LicenceTextLine,
  type PersonalResult,
  type ReaderDescription,
  type ReadingProgress,
  type Verdict,
} from '#session';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const line = (number: number, text: string): { value: LicenceTextLine; raw: Uint8Array<ArrayBuffer> } => ({
  value: { number, parts: [{ text }], text },
  raw: bytes(),
});

export const reader: ReaderDescription = {
  name: 'Practice reader',
  vendorId: 0x1234,
  productId: 0x5678,
  deviceVersion: '1.00',
  level: 'extendedApdu',
  slotCount: 1,
};

export const card: CardInspection = {
  licence: { state: 'pinNeeded', tries: { outcome: 'tries', triesLeft: 10 } },
  personalDetails: { state: 'readable', numberBTries: { outcome: 'tries', triesLeft: 10 }, pinTries: { outcome: 'tries', triesLeft: 3 } },
};

export const progress: EntryProgress = { licence: 'open', personalDetails: 'open', licencePinHeld: false, personalHeld: false };

export const readingProgress: ReadingProgress = {
  steps: ['selectLicence', 'askLicenceTries', 'verifyLicencePin', 'readLicenceRecord', 'readLicenceSignature', 'judge', 'record'],
  current: 'readLicenceRecord',
  receivedLength: 1200,
  expectedLength: 4100,
};

export const genuine: Verdict = {
  verdict: 'genuine',
  signer: { subject: 'CN=Training Signer', anchorFingerprints: [], hashInput: 'wholeFile' } as unknown as Extract<Verdict, { verdict: 'genuine' }>['signer'], // the screen shows none of it
  practice: false,
};
export const notChecked: Verdict = { verdict: 'notChecked', reasons: ['TRUST_ANCHOR_MISSING'], anchorFingerprints: [], practice: false };
export const notGenuine: Verdict = { verdict: 'notGenuine', reasons: ['SIG_INVALID'], anchorFingerprints: [], practice: false };

export function licenceOf(held: readonly LicenceClassName[]): DriverLicence {
  const flag = (name: LicenceClassName) => ({ held: held.includes(name), irregular: false, raw: bytes(held.includes(name) ? 1 : 0) });
  return {
    kind: 'licence',
    recordNumber: { value: '309012345620', raw: bytes() },
    colourClass: { value: { text: '優良', colour: 'gold' }, raw: bytes() },
    expiry: { value: { date: { year: 2030, month: 6, day: 15 }, era: '5', eraYear: 12 }, raw: bytes() },
    conditions: [line(1, '眼鏡等'), line(2, '中型車は中型車（８ｔ）に限る')],
    remarks: [],
    spare: [],
    dates: {
      motorcycles: { value: { date: { year: 2008, month: 4, day: 1 }, era: '4', eraYear: 20 }, raw: bytes() },
      others: { value: { date: { year: 2009, month: 8, day: 20 }, era: '4', eraYear: 21 }, raw: bytes() },
      secondClass: { value: 'none', raw: bytes() },
    },
    classes: Object.fromEntries(licenceClassNames.map((name) => [name, flag(name)])) as DriverLicence['classes'], // every name is there
    history: undefined,
    gaiji: {},
    photo: { bytes: new Uint8Array(1812), format: 'jp2', foundBy: 'tag' },
    unknownElements: [],
    rest: bytes(),
    deviations: [],
  };
}

export function personalOf(name: string, address: string, verdict: Verdict = genuine): PersonalResult {
  return {
    details: {
      name: { text: name, raw: bytes() },
      address: { text: address, raw: bytes() },
      birthDate: { date: { year: 1990, month: 5, day: 15 }, raw: bytes() },
      sex: { value: 'female', raw: bytes() },
      unknownElements: [],
      deviations: [],
      digestedBytes: bytes(),
    },
    files: { details: bytes() },
    verdict,
  };
}

export function resultOf(change: Partial<CheckResult> = {}): CheckResult {
  return {
    at: 1_795_000_000_000,
    today: { year: 2026, month: 11, day: 18 },
    mode: 'service',
    order: { purpose: presets.custom },
    licence: { licence: licenceOf(['ordinary', 'medium', 'moped']), files: { pinSetting: bytes(), record: bytes() }, verdict: notChecked },
    personalDetails: personalOf('訓練 花子', '東京都千代田区霞が関一丁目２番３号', notChecked),
    lamps: {
      genuine: { state: 'notChecked', about: 'both' },
      inDate: { state: 'inDate', lastDay: { year: 2030, month: 6, day: 15 }, deemedLastDay: undefined, daysLeft: 1305 },
      licenceHeld: { state: 'held' },
    },
    reasons: ['TRUST_ANCHOR_MISSING'],
    link: { apdus: 42, verifyCommands: 2, bytesToCard: 400, bytesFromCard: 5200 },
    ...change,
  };
}
