/** From reception's three lamps to what a lamp shows: tone, sign, word, more words. `notChecked` is grey, whatever else is true. */
import type { CheckResult, Lamps } from '#session';
import { dayInWords } from '../dates.ts';
import type { LanguageTag } from '../language.svelte.ts';
import type { LampWords, Messages } from '../messages/messages.ts';

/** Colour only helps; the sign and the word carry the meaning. */
export type Tone = 'good' | 'bad' | 'caution' | 'unknown';

export interface LampView extends LampWords {
  readonly tone: Tone;
  readonly question: string;
  readonly more: readonly string[];
}

const genuineTones = { genuine: 'good', notGenuine: 'bad', notChecked: 'unknown' } as const satisfies Record<Lamps['genuine']['state'], Tone>;
const inDateTones = { inDate: 'good', deemedWindow: 'caution', expired: 'bad', unknown: 'unknown' } as const satisfies Record<Lamps['inDate']['state'], Tone>;
const heldTones = { held: 'good', notHeld: 'bad', review: 'caution', unknown: 'unknown' } as const satisfies Record<Lamps['licenceHeld']['state'], Tone>;

/** In the order people ask: genuine? in date? held? */
export function lampViews({ lamps, mode }: Pick<CheckResult, 'lamps' | 'mode'>, words: Messages, tag: LanguageTag): readonly [LampView, LampView, LampView] {
  return [genuineLamp(lamps.genuine, mode, words), inDateLamp(lamps.inDate, words, tag), heldLamp(lamps.licenceHeld, words)];
}

function genuineLamp({ state, about }: Lamps['genuine'], mode: CheckResult['mode'], { screens }: Messages): LampView {
  const { sign, word, more } = screens.genuine[state === 'genuine' && mode === 'practice' ? 'practiceGenuine' : state];
  return { tone: genuineTones[state], question: screens.lampGenuine, sign, word, more: [more, screens.about[about]] };
}

function inDateLamp(inDate: Lamps['inDate'], words: Messages, tag: LanguageTag): LampView {
  const { screens } = words;
  const { sign, word, more } = screens.inDate[inDate.state];
  const why = inDate.state === 'unknown' ? screens.inDateUnknown[inDate.why] : `${screens.lastDay}: ${dayInWords(inDate.lastDay, tag, words)}`;
  const left = inDate.state === 'inDate' ? screens.daysLeft(inDate.daysLeft) : '';
  return { tone: inDateTones[inDate.state], question: screens.lampInDate, sign, word, more: [more, why, left].filter((line) => line !== '') };
}

function heldLamp(held: Lamps['licenceHeld'], { screens }: Messages): LampView {
  const { sign, word, more } = screens.held[held.state];
  const lines = [held.state === 'notHeld' ? screens.notHeldWhy[held.why] : '', more];
  return { tone: heldTones[held.state], question: screens.lampHeld, sign, word, more: lines.filter((line) => line !== '') };
}
