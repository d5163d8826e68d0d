export { CardError, type CardErrorCode } from './card-error.ts';
export type { CardInfoDeviation, CardInfoFiles, CardInfoRecord, CardVerifiableCertificate, PersonalDetails } from './card-info/card-info.ts';
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
