/** From reception's three lamps to what a lamp shows: tone, sign, word, more words. `notChecked` is grey, whatever else is true. */
import type { CheckResult, Lamps, Verdict } from '#session';
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

type Lamped = Pick<CheckResult, 'lamps' | 'mode' | 'licence'>;
/** How far the licence record may be believed; the lamps about it are green for `genuine` alone. */
type Proof = Verdict['verdict'];

/** In the order people ask: genuine? in date? held? */
export function lampViews({ lamps, mode, licence }: Lamped, words: Messages, tag: LanguageTag): readonly [LampView, LampView, LampView] {
  const proof = 'verdict' in licence ? licence.verdict.verdict : 'notChecked';
  const practice = mode === 'practice' ? [words.screens.lampPractice] : [];
  const ofRecord = (lamp: LampView): LampView => ({ ...lamp, more: [...lamp.more, ...practice].filter((line) => line !== '') });
  return [genuineLamp(lamps.genuine, mode, words), ofRecord(inDateLamp(lamps.inDate, proof, words, tag)), ofRecord(heldLamp(lamps.licenceHeld, proof, words))];
}

function genuineLamp({ state, about }: Lamps['genuine'], mode: CheckResult['mode'], { screens }: Messages): LampView {
  const { sign, word, more } = screens.genuine[state === 'genuine' && mode === 'practice' ? 'practiceGenuine' : state];
  return { tone: genuineTones[state], question: screens.lampGenuine, sign, word, more: [more, screens.about[about]] };
}

function inDateLamp(inDate: Lamps['inDate'], proof: Proof, words: Messages, tag: LanguageTag): LampView {
  const { screens } = words;
  const { sign, word, more } = screens.inDate[inDate.state];
  const why = inDate.state === 'unknown' ? screens.inDateUnknown[inDate.why] : `${screens.lastDay}: ${dayInWords(inDate.lastDay, tag, words)}`;
  const left = inDate.state === 'inDate' ? screens.daysLeft(inDate.daysLeft) : '';
  const lamp: LampView = { tone: inDateTones[inDate.state], question: screens.lampInDate, sign, word, more: [more, why, left] };
  return believed(lamp, proof, screens.byRecord.inDate, screens);
}

function heldLamp(held: Lamps['licenceHeld'], proof: Proof, { screens }: Messages): LampView {
  const { sign, word, more } = screens.held[held.state];
  const lines = [held.state === 'notHeld' ? screens.notHeldWhy[held.why] : '', more];
  const lamp: LampView = { tone: heldTones[held.state], question: screens.lampHeld, sign, word, more: lines };
  return believed(lamp, proof, screens.byRecord.held, screens);
}

/** Green needs proof: without it the lamp is grey and says whose word this is. Red and amber stay: a warning needs none. */
function believed(lamp: LampView, proof: Proof, byRecord: LampWords, screens: Messages['screens']): LampView {
  if (lamp.tone !== 'good' || proof === 'genuine') return lamp;
  const whose = proof === 'notGenuine' ? [screens.byRecordThatDiffers] : [];
  return { ...lamp, ...byRecord, tone: 'unknown', more: [...whose, ...lamp.more] };
}
