export type { InDate, LicenceHeld } from './in-date.ts';
