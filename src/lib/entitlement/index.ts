export type { DoubtfulField, Vehicle, VehicleKind } from './vehicle.ts';
export type { InDate, LicenceHeld } from './in-date.ts';
export { judgeExpiry } from './judge-expiry.ts';
export { judgeHeld } from './judge-held.ts';
export { licenceReasons, type LicenceReason } from './licence-reasons.ts';
