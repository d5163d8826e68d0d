/** What a line of 免許の条件等 (道路交通法91条) can mean to the rules: product.md §10.4. */
import type { AutomaticTarget } from './automatic-limit.ts';
import type { GlassesScope } from './glasses.ts';

/** Limits of reach, by the text that sets them. */
export type LimitName = 'medium8t' | 'semiMedium5t' | 'mediumSecond5t' | 'smallMotorcycle' | 'selfDefenceLarge';

/** Why a person has to read the text. */
export type UndecidedWhy =
  /** Not in the tables; the official list of texts is not published. */
  | 'UNKNOWN'
  /** Bytes that are no text, a gaiji or a missing character. */
  | 'ILLEGIBLE'
  /** カタピラ, 農耕車, 手動式 …: whether the vehicle has it is not known here. */
  | 'SPECIAL_EQUIPMENT'
  /** An AT limit of a class that has none yet on the day of the question. */
  | 'AT_BEFORE_ITS_DATE'
  /** The AT limit names a smaller class than the manual vehicle's: a combination that licences do not have. */
  | 'AT_OF_SMALLER_CLASS'
  /** Only 大型 carries the vehicle, and it is limited to 自衛隊車両. */
  | 'SELF_DEFENCE_ONLY';

export type ConditionMeaning =
  | { readonly is: 'glasses'; readonly scope: GlassesScope }
  | { readonly is: 'limit'; readonly limit: LimitName }
  | { readonly is: 'automatic'; readonly targets: readonly AutomaticTarget[] }
  | { readonly is: 'supportCar' }
  | { readonly is: 'undecided'; readonly why: UndecidedWhy };

/** A text as the card has it. */
export interface SourceText {
  readonly where: 'condition' | 'remark' | 'spare';
  /** Line of the record, from 1; absent where the line could not be decoded. */
  readonly number?: number;
  /** Verbatim; for bytes that are no text their hexadecimal form. */
  readonly text: string;
  readonly isLegible: boolean;
}
