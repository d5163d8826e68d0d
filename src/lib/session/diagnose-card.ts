/**
 * The part of a diagnosis that talks to a card: SELECT of both applications, the empty VERIFY that costs no try, and WEF01, which is free to read
 * and of which only the answer to "is a PIN set" is kept. No reference data is ever sent from here, and no other file is read.
 */
import { CardError, cardAllowList, licenceTries, personalTries, readPinSetting, selectCardInfo, selectDriverLicence, type ApplicationOutcome } from '#card';
import { hex, type Bytes } from '#bytes';
import { ApduError, connectCard, type CardConnection, type TriesOutcome } from '#iso7816';
import { parseAtr, ReaderError, type Slot } from '#reader';
import type { DiagnosisFacts, DiagnosisStepName, StepNotTaken } from './diagnosis-report.ts';
import { RecordingSlot } from './recording-slot.ts';
import type { Attempted, StepSheet } from './step-sheet.ts';

const personalSteps = ['numberBTries', 'cardInfoPinTries'] as const;
const licenceSteps = ['pinSetting', 'licencePinTries'] as const;
/** All after the power, in order. */
const cardSteps: readonly DiagnosisStepName[] = ['selectCardInfo', ...personalSteps, 'selectLicence', ...licenceSteps];

/** Takes the steps for the card in `slot`, and powers it off. `strategy` is asked once the reader has answered for the first time. */
export async function diagnoseCard(slot: Slot, sheet: StepSheet, strategy: () => string | undefined): Promise<void> {
  const card = new CardDiagnosis(sheet, slot.index);
  const power = await card.take(
    'cardPower',
    () => connectCard(new RecordingSlot(slot, sheet.recorder), cardAllowList),
    ({ atr }) => powerFacts(atr, strategy()),
  );
  if (!power.done) {
    card.skip(cardSteps, 'faultBefore');
    return;
  }
  await card.ask(power.value);
  await slot.disconnect();
}

export function skipCard(sheet: StepSheet, slot: number, why: StepNotTaken): void {
  new CardDiagnosis(sheet, slot).skip(['cardPower', ...cardSteps], why);
}

class CardDiagnosis {
  readonly #sheet: StepSheet;
  readonly #slot: number;
  /** The link to the card is gone: nothing more is asked. */
  #lost = false;

  constructor(sheet: StepSheet, slot: number) {
    this.#sheet = sheet;
    this.#slot = slot;
  }

  async ask(connection: CardConnection): Promise<void> {
    const cardInfo = await this.take('selectCardInfo', () => selectCardInfo(connection), applicationFacts);
    if (this.#answers(cardInfo, personalSteps)) {
      await this.take('numberBTries', () => personalTries(connection, 'numberB'), triesFacts);
      await this.take('cardInfoPinTries', () => personalTries(connection, 'pin'), triesFacts);
    }
    const licence = await this.take('selectLicence', () => selectDriverLicence(connection), applicationFacts);
    if (!this.#answers(licence, licenceSteps)) return;
    const setting = await this.take(
      'pinSetting',
      () => readPinSetting(connection),
      ({ pinIsSet }) => ({ pinIsSet }),
    );
    if (setting.done && !setting.value.pinIsSet) this.skip(['licencePinTries'], 'noPin');
    else await this.take('licencePinTries', () => licenceTries(connection), triesFacts);
  }

  async take<T>(step: DiagnosisStepName, work: () => Promise<T>, tell: (value: T) => DiagnosisFacts): Promise<Attempted<T>> {
    if (this.#lost) {
      this.skip([step], 'faultBefore');
      return { done: false, thrown: undefined };
    }
    const attempted = await this.#sheet.attempt({ step, slot: this.#slot }, work, tell);
    // What a card answers oddly says nothing against the next question; what the reader says about the link does.
    if (!attempted.done && !(attempted.thrown instanceof ApduError) && !(attempted.thrown instanceof CardError)) this.#lost = true;
    return attempted;
  }

  skip(steps: readonly DiagnosisStepName[], why: StepNotTaken): void {
    for (const step of steps) this.#sheet.notTaken({ step, slot: this.#slot }, why);
  }

  #answers(selected: Attempted<ApplicationOutcome>, questions: readonly DiagnosisStepName[]): boolean {
    if (selected.done && selected.value.outcome === 'selected') return true;
    this.skip(questions, selected.done ? 'noApplication' : 'faultBefore');
    return false;
  }
}

function applicationFacts({ outcome }: ApplicationOutcome): DiagnosisFacts {
  return { application: outcome };
}

function triesFacts(tries: TriesOutcome): DiagnosisFacts {
  switch (tries.outcome) {
    case 'tries':
      return { tries: tries.outcome, triesLeft: tries.triesLeft };
    case 'unknown':
      return { tries: tries.outcome, statusWord: tries.statusWord.toString(16).toUpperCase().padStart(4, '0') };
    default:
      return { tries: tries.outcome };
  }
}

function powerFacts(atr: Bytes, strategy: string | undefined): DiagnosisFacts {
  return { atr: hex(atr), ...decodedAtr(atr), ...(strategy === undefined ? {} : { strategy }) };
}

/** Nothing for an ATR that cannot be decoded: its bytes stand beside it. */
function decodedAtr(atr: Bytes): DiagnosisFacts {
  try {
    const { convention, protocols, checkByte } = parseAtr(atr);
    return { convention, cardProtocols: protocols.map((protocol) => `T=${String(protocol)}`).join(' '), checkByte };
  } catch (thrown) {
    if (!(thrown instanceof ReaderError)) throw thrown;
    return {};
  }
}
