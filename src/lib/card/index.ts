export { cardAllowList } from './allow-list.ts';
export type { ApplicationOutcome } from './application.ts';
export { CardError, type CardErrorCode } from './card-error.ts';
export type { CardInfoDeviation, CardInfoFiles, CardInfoRecord, CardVerifiableCertificate, PersonalDetails } from './card-info/card-info.ts';
export {
  composeNumberB,
  numberBFromBirthDate,
  numberBFromDigits,
  type BirthDateForm,
  type NumberBOutcome,
  type NumberBPart,
  type NumberBParts,
} from './card-info/number-b.ts';
export { parsePersonalDetails } from './card-info/parse.ts';
export { parseCardInfoRecord, parseIssuerCertificate } from './card-info/proof.ts';
export {
  personalTries,
  readCardInfoRecord,
  readIssuerCertificate,
  readPersonalDetails,
  selectCardInfo,
  verifyCardInfoPin,
  verifyNumberB,
} from './card-info/read.ts';
export { cardInfoSignedContent, type CardInfoSignedContent } from './card-info/signed-content.ts';
export { composePin, type PinOutcome } from './credential.ts';
export { detectApplications, type Detection, type DetectionOrder, type LicenceDetection, type PersonalDetection } from './detect.ts';
export {
  licenceClassNames,
  type DriverLicence,
  type DriverLicenceFiles,
  type DrivingHistory,
  type EraDate,
  type Field,
  type LayoutDeviation,
  type LicenceClassFlag,
  type LicenceClassName,
  type LicenceSignature,
  type LicenceTextLine,
} from './driver-licence/driver-licence.ts';
export {
  parseLicenceRecord,
  parseLicenceSignature,
  parsePinSetting,
  type ParsedLicenceRecord,
  type PinSetting,
  type UnsetPin,
} from './driver-licence/parse.ts';
export {
  licenceTries,
  readLicenceRecord,
  readLicenceSignature,
  readPinSetting,
  selectDriverLicence,
  verifyLicencePin,
  verifyUnsetPin,
  type UnsetPinOutcome,
} from './driver-licence/read.ts';
export { licenceSignedContent, type LicenceHashCandidate, type LicenceSignedContent } from './driver-licence/signed-content.ts';
export type { ReadStepOptions } from './read-file.ts';
