/**
 * What a diagnosis of a reader tells, on the screen and in the file `madoguchi-reader-diagnosis/1`. No serial number of the reader, nothing that
 * identifies a card or its holder: of the card only its ATR, which applications answer, whether a PIN is set, and tries left.
 */
import type { Mode } from '#trust';
import type { MaskedExchange } from './exchange-recorder.ts';

export type DiagnosisStepName =
  /** What a person chose, or what was permitted before. */
  | 'find'
  /** Opening the device, reading its descriptors, claiming an interface. */
  | 'open'
  /** One for each interface of the device. */
  | 'descriptor'
  /** The first talk with the reader, by the driver that knows it. */
  | 'driver'
  | 'presence'
  | 'cardPower'
  | 'selectCardInfo'
  | 'numberBTries'
  | 'cardInfoPinTries'
  | 'selectLicence'
  | 'pinSetting'
  | 'licencePinTries'
  | 'letGo';

export type DiagnosisFact =
  | 'deviceId'
  | 'name'
  | 'deviceVersion'
  | 'interface'
  | 'interfaceClass'
  | 'packetLengths'
  | 'endpoints'
  | 'claimable'
  | 'level'
  | 'protocols'
  | 'slots'
  | 'maxMessageLength'
  | 'ifsd'
  | 'hostDuties'
  | 'strategy'
  | 'firmware'
  | 'caution'
  | 'presence'
  | 'atr'
  | 'convention'
  | 'cardProtocols'
  | 'checkByte'
  | 'application'
  | 'pinIsSet'
  | 'tries'
  | 'triesLeft'
  | 'statusWord';

export type DiagnosisFacts = Readonly<Partial<Record<DiagnosisFact, string | number | boolean>>>;

/** Why a step was not taken: no card, the application does not answer, no PIN to ask about, a fault before it. */
export type StepNotTaken = 'noCard' | 'noApplication' | 'noPin' | 'faultBefore';

interface StepPlace {
  readonly step: DiagnosisStepName;
  /** bSlot, for steps that belong to one. */
  readonly slot?: number;
}

interface StepTaken extends StepPlace {
  /** Since the diagnosis began [ms]. */
  readonly startMs: number;
  readonly ms: number;
  readonly exchanges: readonly MaskedExchange[];
}

export type DiagnosisStep =
  | (StepTaken & { readonly outcome: 'done'; readonly facts: DiagnosisFacts })
  | (StepTaken & { readonly outcome: 'failed'; readonly fault: { readonly code: string; readonly facts: Readonly<Record<string, string | number>> } })
  | (StepPlace & { readonly outcome: 'notTaken'; readonly why: StepNotTaken });

export interface DiagnosisReport {
  readonly mode: Mode;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly appBuild: string;
  readonly steps: readonly DiagnosisStep[];
  /** The whole configuration descriptor, hexadecimal; it holds no serial number (USB 2.0 §9.6.3). Absent for HID and when it was not read. */
  readonly configurationDescriptor?: string;
  /** Exchanges beyond the limit of what is written down. */
  readonly exchangesLeftOut: number;
}

/** User agent strings are short; more than this is not one [characters]. */
const MAXIMUM_USER_AGENT_LENGTH = 512;

/** The file to save and send. `userAgent` is the browser's own word, as text. */
export function diagnosisDocument(report: DiagnosisReport, userAgent: string): string {
  return JSON.stringify({ format: 'madoguchi-reader-diagnosis/1', userAgent: userAgent.slice(0, MAXIMUM_USER_AGENT_LENGTH), ...report }, undefined, 2);
}
