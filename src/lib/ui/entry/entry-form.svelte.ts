/**
 * What is still open on the card, asked one question at a time, and the `Entry` made of it. Knows the order of fields; knows no DOM.
 * Everything typed is wiped by `wipe()`; `submit` hands the secrets over and wipes in the same breath.
 */
import type { BirthDateForm, CardInspection, Entry, EntryProgress, NumberBOutcome, NumberBPart } from '#session';
import { DigitBuffer } from './digit-buffer.svelte.ts';
import { asksForSomething, firstWay, openQuestions, type PersonalWay, type Question } from './open-questions.ts';
import { NUMBER_B_LENGTH, numberBInOneGo, numberBOfParts, secretOf, type NumberBField } from './number-b.ts';

export type FieldName = 'licencePin' | NumberBField | 'fourteenDigits' | 'cardInfoPin';
export type Complaint =
  | { readonly field: FieldName; readonly missing: number }
  /** Cannot be printed on any card: found before a try is spent on it. */
  | { readonly field: FieldName; readonly impossible: NumberBPart }
  | 'nothingChosen';

const numberBFields = ['year', 'month', 'day', 'cardExpiryYear', 'securityCode'] as const;

export class EntryForm {
  /** In the order they are asked; empty when there is nothing to type. */
  readonly questions: readonly Question[];
  readonly #card: CardInspection;
  readonly #progress: EntryProgress;
  readonly #pins = { licencePin: new DigitBuffer(4), cardInfoPin: new DigitBuffer(4), fourteenDigits: new DigitBuffer(NUMBER_B_LENGTH) };
  readonly #parts = { month: new DigitBuffer(2), day: new DigitBuffer(2), cardExpiryYear: new DigitBuffer(4), securityCode: new DigitBuffer(4) };
  readonly #years = { era: new DigitBuffer(2), western: new DigitBuffer(4), unknownDate: new DigitBuffer(2) };
  #index = $state(0);
  #licenceSkipped = $state(false);
  #way = $state<PersonalWay>('numberB');
  #calendar = $state<BirthDateForm>('era');
  #active = $state<FieldName>('licencePin');
  #complaint = $state.raw<Complaint | undefined>(undefined);

  constructor(card: CardInspection, progress: EntryProgress) {
    this.#card = card;
    this.#progress = progress;
    this.questions = openQuestions(card, progress);
    this.#way = firstWay(card);
    this.#active = this.fields[0] ?? 'licencePin';
  }

  get question(): Question | undefined {
    return this.questions[this.#index];
  }

  get position(): number {
    return this.#index + 1;
  }

  get isLast(): boolean {
    return this.#index >= this.questions.length - 1;
  }

  get way(): PersonalWay {
    return this.#way;
  }

  get calendar(): BirthDateForm {
    return this.#calendar;
  }

  get active(): FieldName {
    return this.#active;
  }

  get complaint(): Complaint | undefined {
    return this.#complaint;
  }

  get licenceSkipped(): boolean {
    return this.#licenceSkipped;
  }

  /** The fields of the question asked now. */
  get fields(): readonly FieldName[] {
    if (this.question === 'licence') return ['licencePin'];
    if (this.question === undefined || this.#way === 'without') return [];
    return this.#way === 'numberB' ? numberBFields : [this.#way];
  }

  buffer(field: FieldName): DigitBuffer {
    switch (field) {
      case 'year':
        return this.#years[this.#calendar];
      case 'licencePin':
      case 'cardInfoPin':
      case 'fourteenDigits':
        return this.#pins[field];
      default:
        return this.#parts[field];
    }
  }

  activate(field: FieldName): void {
    this.#active = field;
  }

  choose(way: PersonalWay): void {
    this.#way = way;
    this.#complaint = undefined;
    this.#active = this.fields[0] ?? this.#active;
  }

  chooseCalendar(calendar: BirthDateForm): void {
    this.#calendar = calendar;
    this.#complaint = undefined;
    this.#active = 'year';
  }

  /** One digit into the active field; a full field passes the turn to the next one of the same question. */
  type(digit: number): void {
    if (!this.fields.includes(this.#active)) return;
    this.#complaint = undefined;
    if (this.buffer(this.#active).isFull) this.#turn(1);
    this.buffer(this.#active).push(digit);
    if (this.buffer(this.#active).isFull) this.#turn(1);
  }

  eraseOne(): void {
    if (!this.fields.includes(this.#active)) return;
    this.#complaint = undefined;
    if (this.buffer(this.#active).eraseOne()) return;
    this.#turn(-1);
    this.buffer(this.#active).eraseOne();
  }

  /** Empties every field of the question asked now. */
  eraseAll(): void {
    this.#complaint = undefined;
    for (const field of this.fields) this.buffer(field).wipe();
    this.#active = this.fields[0] ?? this.#active;
  }

  back(): void {
    if (this.#index > 0) this.#goTo(this.#index - 1);
  }

  /** Without the licence something is left: to ask for, held to be sent, or read before. */
  get mayGoWithoutLicence(): boolean {
    return !this.isLast || this.#progress.personalHeld || this.#progress.personalDetails === 'read';
  }

  /** Goes on without the licence: to the next question (`undefined`), or to the finished entry where nothing is left to type. */
  skipLicence(): Entry | undefined {
    this.#pins.licencePin.wipe();
    this.#licenceSkipped = true;
    if (this.isLast) return this.#finished();
    this.#goTo(this.#index + 1);
    return undefined;
  }

  /** The hand says "this is it": the next question, or the finished entry. `undefined` = something is missing, or another question follows. */
  decide(): Entry | undefined {
    this.#complaint = undefined;
    const missing = this.#findMissing();
    if (missing !== undefined) {
      this.#complain(missing);
      return undefined;
    }
    if (this.question === 'licence') this.#licenceSkipped = false;
    if (!this.isLast) {
      this.#goTo(this.#index + 1);
      return undefined;
    }
    return this.#finished();
  }

  #finished(): Entry | undefined {
    const personal = this.#personalEntry();
    if ('complaint' in personal) {
      this.#complain(personal.complaint);
      return undefined;
    }
    const entry: Entry = { licence: this.#licenceEntry(), personalDetails: personal.answer };
    if (!asksForSomething(entry, this.#progress)) {
      this.#complain('nothingChosen');
      return undefined;
    }
    this.wipe();
    return entry;
  }

  wipe(): void {
    for (const buffer of [...Object.values(this.#pins), ...Object.values(this.#parts), ...Object.values(this.#years)]) buffer.wipe();
  }

  #goTo(index: number): void {
    this.#index = index;
    this.#complaint = undefined;
    this.#active = this.fields[0] ?? this.#active;
  }

  #turn(direction: 1 | -1): void {
    const next = this.fields[this.fields.indexOf(this.#active) + direction];
    if (next !== undefined) this.#active = next;
  }

  #complain(complaint: Complaint): void {
    this.#complaint = complaint;
    if (complaint !== 'nothingChosen') this.#active = complaint.field;
  }

  #findMissing(): Complaint | undefined {
    const field = this.fields.find((name) => !this.buffer(name).isFull);
    return field === undefined ? undefined : { field, missing: this.buffer(field).capacity - this.buffer(field).count };
  }

  #licenceEntry(): Entry['licence'] {
    if (this.questions.includes('licence')) return this.#licenceSkipped ? 'skip' : { pin: secretOf(this.#pins.licencePin) };
    if (this.#progress.licence === 'read' || this.#progress.licencePinHeld) return 'held';
    if (this.#progress.licence === 'skipped') return 'skip';
    const { licence } = this.#card;
    if (licence.state === 'noPin') return 'noPin';
    return licence.state === 'pinNeeded' ? 'held' : 'skip';
  }

  #personalEntry(): { readonly answer: Entry['personalDetails'] } | { readonly complaint: Complaint } {
    if (!this.questions.includes('personal')) {
      return { answer: this.#progress.personalDetails === 'read' || this.#progress.personalHeld ? 'held' : 'skip' };
    }
    switch (this.#way) {
      case 'numberB':
        return answerOf(numberBOfParts({ year: this.buffer('year'), ...this.#parts }, this.#calendar), partFields);
      case 'fourteenDigits':
        return answerOf(numberBInOneGo(this.#pins.fourteenDigits), {
          birthDate: 'fourteenDigits',
          expiryYear: 'fourteenDigits',
          securityCode: 'fourteenDigits',
        });
      case 'cardInfoPin':
        return { answer: { pin: secretOf(this.#pins.cardInfoPin) } };
      case 'without':
        return { answer: 'skip' };
    }
  }
}

const partFields = { birthDate: 'year', expiryYear: 'cardExpiryYear', securityCode: 'securityCode' } as const satisfies Record<NumberBPart, FieldName>;

function answerOf(
  outcome: NumberBOutcome,
  fields: Readonly<Record<NumberBPart, FieldName>>,
): { readonly answer: Entry['personalDetails'] } | { readonly complaint: Complaint } {
  if (outcome.outcome === 'composed') return { answer: { numberB: outcome.numberB } };
  const [part] = outcome.parts;
  return { complaint: { field: fields[part], impossible: part } };
}
