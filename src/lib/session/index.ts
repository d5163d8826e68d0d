export { assertNever, eraOf, formatIsoDate, parseIsoDate, RoomError, Secret, type Bytes, type CalendarDate, type TextPart } from '#bytes';
export type { AuditedVerdict, AuditEntry, AuditErrorCode, AuditLog, ChainCheck, StorageReport } from '#audit';
export {
  composeNumberB,
  composePin,
  licenceClassNames,
  numberBFromBirthDate,
  numberBFromDigits,
  type CardErrorCode,
  type CardInfoDeviation,
  type DriverLicence,
  type EraDate,
  type Field,
  type LayoutDeviation,
  type LicenceClassName,
  type BirthDateForm,
  type LicenceTextLine,
  type NumberBOutcome,
  type NumberBPart,
  type PersonalDetails,
} from '#card';
export { ageOn, type InDate, type LicenceHeld } from '#entitlement';
export type { ApduErrorCode, TriesOutcome } from '#iso7816';
export type { ReaderDescription, ReaderErrorCode } from '#reader';
export type { Contradiction, Gap, Mode, TrustErrorCode, Verdict } from '#trust';
export type { SimulatorErrorCode } from '#simulator';
export type { ReaderChoice, UsbErrorCode } from '#usb';
export type { BytesErrorCode } from '#bytes';
export { openCounter, type Counter } from './open-counter.ts';
export { openDiagnosis, type OpenDiagnosis } from './open-diagnosis.ts';
export type { Diagnosis, DiagnosisState } from './diagnosis.ts';
export type { DiagnosisFact, DiagnosisFacts, DiagnosisReport, DiagnosisStep, DiagnosisStepName, StepNotTaken } from './diagnosis-report.ts';
export type { ExchangeKind, MaskedExchange } from './exchange-recorder.ts';
export { openLog, type OpenLog } from './open-log.ts';
export { commandLineReaders, openCommandLineReception, type CommandLineReception } from './open-command-line.ts';
export { type SessionErrorCode } from './session-error.ts';
export { presetNames, presets, type CheckOrder, type ChosenVehicle, type PresetName, type Purpose, type RecordProfile, type SheetName } from './purpose.ts';
export type { CardSession, Entry, IdleWarning, OtherReader } from './card-session.ts';
export type { PracticeControls, PracticeHint } from './practice.ts';
export type {
  CardInspection,
  CheckResult,
  CredentialFailure,
  CredentialName,
  EntryProgress,
  FaultView,
  Lamps,
  LicenceResult,
  NotRead,
  PersonalResult,
  ReadingProgress,
  ReadingStep,
  ReceptionState,
  Recording,
} from './state.ts';
