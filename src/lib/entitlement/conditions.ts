/**
 * The lines of 免許の条件等, 備考 and 予備 as meanings: product.md §10.4, §2. A closed table; whatever is not in it, or does not read, is for a person
 * and stays verbatim. A line may mean two things (小型二輪のＡＴ車).
 */
import { hex, type CalendarDate } from '#bytes';
import type { DriverLicence } from '#card';
import { isInForce, readAutomaticLimit } from './automatic-limit.ts';
import type { ConditionMeaning, LimitName, SourceText, UndecidedWhy } from './condition-meaning.ts';
import { normaliseCondition } from './condition-text.ts';
import { readGlasses } from './glasses.ts';

export interface ConditionLine {
  readonly source: SourceText;
  readonly meanings: readonly ConditionMeaning[];
}

/** Normalised spelling → limit of reach. */
const limitTexts: readonly { readonly text: string; readonly limit: LimitName }[] = [
  { text: '中型車は中型車(8t)に限る', limit: 'medium8t' },
  { text: '準中型で運転できる準中型車は準中型車(5t)に限る', limit: 'semiMedium5t' },
  { text: '中二で運転できる中型車はなく準中型車の旅客車は準中型車(5t)に限る', limit: 'mediumSecond5t' },
  { text: '中二で運転できる中型車はなくと準中型車の旅客車は準中型車(5t)に限る', limit: 'mediumSecond5t' }, // なく、 normalised
  { text: '普通二輪は小型二輪に限る', limit: 'smallMotorcycle' },
  { text: '大型車は自衛隊車両に限る', limit: 'selfDefenceLarge' },
  { text: '大型車は自衛隊車に限る', limit: 'selfDefenceLarge' },
];

const SMALL_AUTOMATIC_MOTORCYCLE = '普通二輪は小型二輪のAT車に限る';
const specialEquipment = /カタピラ|農耕車|手動式/u;
/** Its exact text is not published: these alone are taken to say nothing else. */
const supportCarForms: readonly string[] = ['普通車はサポートカーに限る', 'サポートカーに限る', 'サポートカー限定'];

export function readConditions({ conditions }: Pick<DriverLicence, 'conditions'>, today: CalendarDate): ConditionLine[] {
  return conditions.map((line) => {
    const source = sourceOf(line, 'condition');
    return { source, meanings: source.isLegible ? meaningsOf(normaliseCondition(source.text), today) : [undecided('ILLEGIBLE')] };
  });
}

/** No text of 備考 or 予備 is known to be without weight: every one is for a person. */
export function otherTexts({ remarks, spare }: Pick<DriverLicence, 'remarks' | 'spare'>): SourceText[] {
  return [...remarks.map((line) => sourceOf(line, 'remark')), ...spare.map((line) => sourceOf(line, 'spare'))];
}

function sourceOf(line: DriverLicence['conditions'][number], where: SourceText['where']): SourceText {
  if ('unreadable' in line) return { where, text: hex(line.raw), isLegible: false };
  const { number, text, parts } = line.value;
  return { where, number, text, isLegible: parts.every((part) => 'text' in part) };
}

function meaningsOf(text: string, today: CalendarDate): ConditionMeaning[] {
  const glasses = readGlasses(text);
  if (glasses !== undefined) return [{ is: 'glasses', scope: glasses }];
  const limit = limitTexts.find((known) => known.text === text)?.limit;
  if (limit !== undefined) return [{ is: 'limit', limit }];
  if (text === SMALL_AUTOMATIC_MOTORCYCLE) return [{ is: 'limit', limit: 'smallMotorcycle' }, ...automaticMeaning('普通二輪はAT車に限る', today)];
  return openMeanings(text, today);
}

function openMeanings(text: string, today: CalendarDate): ConditionMeaning[] {
  if (supportCarForms.includes(text)) return [{ is: 'supportCar' }];
  if (text.includes('サポートカー')) return [{ is: 'supportCar' }, undecided('UNKNOWN')];
  if (specialEquipment.test(text)) return [undecided('SPECIAL_EQUIPMENT')];
  return automaticMeaning(text, today);
}

function automaticMeaning(text: string, today: CalendarDate): ConditionMeaning[] {
  const targets = readAutomaticLimit(text);
  if (targets === undefined) return [undecided('UNKNOWN')];
  return isInForce(targets, today) ? [{ is: 'automatic', targets }] : [undecided('AT_BEFORE_ITS_DATE')];
}

function undecided(why: UndecidedWhy): ConditionMeaning {
  return { is: 'undecided', why };
}
