/**
 * A vehicle as far as the rules ask about it: 道路交通法 3条, 道路交通法施行規則 2条 (classes by gross weight, load and seats).
 * What is absent is not known, and a rule that needs it asks a person.
 */
import type { CalendarDate } from '#bytes';

export type VehicleKind =
  /** 大型, 中型, 準中型 or 普通, by its figures. */
  | 'car'
  /** 大型 or 普通 自動二輪車, by its displacement. */
  | 'motorcycle'
  /** 原動機付自転車 */
  | 'moped'
  /** 大型特殊自動車 */
  | 'largeSpecial'
  /** 小型特殊自動車 */
  | 'smallSpecial'
  /** Whatever else there is: a person decides. */
  | 'other';

/** Fields that a source may give in a form that is no single number. */
export type DoubtfulField = 'kind' | 'grossWeightKg' | 'maxLoadKg' | 'seats' | 'displacementCc' | 'inspectionExpiresOn';

export interface Vehicle {
  readonly kind: VehicleKind;
  /** 車両総重量 [kg] */
  readonly grossWeightKg?: number;
  /** 最大積載量 [kg]; 0 = carries no goods. */
  readonly maxLoadKg?: number;
  /** 乗車定員, the driver included. */
  readonly seats?: number;
  readonly transmission?: 'automatic' | 'manual';
  /** サポートカー限定免許 may drive it. */
  readonly isSupportCar?: boolean;
  /** Passengers for hire, 運転代行 included: needs a class 2 licence. */
  readonly isForHire?: boolean;
  /** What it tows [kg gross]; `none` = nothing. */
  readonly trailer?: { readonly grossWeightKg: number } | 'none';
  /** 総排気量 [cc]; of an electric one the rated output is no displacement, so it is absent. */
  readonly displacementCc?: number;
  /** Last day of 車検証. */
  readonly inspectionExpiresOn?: CalendarDate;
  /** What the source said where it was not one certain value, e.g. ２０，０００（１８，０００）. */
  readonly doubts?: readonly { readonly field: DoubtfulField; readonly text: string }[];
}
