/**
 * One card from the moment it is put down until it is taken, cancelled or done: its connection, what was typed for it, what was read.
 * Ending a run wipes it. A card that lost power gets a new run: nothing is carried over but what the log has to know.
 */
import { equalBytes, type Bytes, type Secret } from '#bytes';
import { cardAllowList, CardError, type CardInfoFiles, type DriverLicenceFiles, type PinSetting, type ReadStepOptions } from '#card';
import { connectCard, type CardConnection, type ConnectOptions } from '#iso7816';
import type { Slot } from '#reader';
import type { Entry } from './card-session.ts';
import { wipeEntry } from './entry.ts';
import { Held } from './held.ts';
import type { FileName, ProgressMeter } from './progress.ts';
import { usualOrder, type CheckOrder } from './purpose.ts';
import type { CardInspection, CredentialName, EntryProgress, NotRead } from './state.ts';

/** Thrown between two commands when a person cancelled. */
export class Cancelled extends Error {}

export interface RunOptions {
  /** What the card is checked for. */
  readonly order?: CheckOrder | undefined;
  /** The mishaps of the run that this one begins anew. */
  readonly before?: readonly string[] | undefined;
  /** Whether the card may be asked if it answers extended Le. */
  readonly extendedLe?: ConnectOptions['extendedLe'] | undefined;
}

export class CardRun {
  readonly slot: Slot;
  readonly connection: CardConnection;
  readonly order: CheckOrder;
  readonly held = new Held();
  /** Credentials whose last try a person has released for one VERIFY. */
  readonly lastTryReleased = new Set<CredentialName>();
  readonly wrongInARow = new Map<CredentialName, number>();
  /** Codes of what went wrong on the way, for the log. */
  readonly mishaps: Set<string>;
  /** What WEF01 says. */
  pinSetting: PinSetting | undefined;
  inspection: CardInspection | undefined;
  /** The credential in a VERIFY that has not been answered. */
  verifying: CredentialName | undefined;
  /** The application whose PIN state stands right now. */
  verified: 'licence' | 'cardInfo' | undefined;
  licenceFiles: DriverLicenceFiles | undefined;
  personalFiles: CardInfoFiles | undefined;
  licenceNotRead: NotRead | undefined;
  personalNotRead: NotRead | undefined;
  /** The card said that no PIN is set and refused the value for that: one read without it is still tried. */
  unsetPinRefused = false;
  readonly #partial = new Map<FileName, Bytes>();
  /** Interruptions this card kept its power through. */
  resumes = 0;
  /** Nothing has been answered since the last of them: a card that turns out to be a stranger then starts again, not in a fault. */
  justResumed = false;
  cancelRequested = false;
  ended = false;

  private constructor(slot: Slot, connection: CardConnection, { order = usualOrder, before = [] }: Omit<RunOptions, 'extendedLe'>) {
    this.slot = slot;
    this.connection = connection;
    this.order = order;
    this.mishaps = new Set(before);
  }

  /** Powers the card and opens the connection. @throws ReaderError, ApduError */
  static async open(slot: Slot, { extendedLe = 'learn', ...options }: RunOptions = {}): Promise<CardRun> {
    return new CardRun(slot, await connectCard(slot, cardAllowList, { extendedLe }), options);
  }

  /** Takes over what a person typed, and what was decided not to be read. */
  take({ licence, personalDetails }: Entry): void {
    if (this.licenceNotRead === 'NOT_ASKED') wipeEntry({ licence, personalDetails: 'skip' });
    else if (licence === 'skip') this.licenceNotRead ??= 'SKIPPED';
    else if (typeof licence === 'object') this.held.keep('licencePin', licence.pin);
    this.#takePersonal(personalDetails);
  }

  /** The way to 基本4情報 a person chose, if any. */
  get personalCredential(): 'numberB' | 'cardInfoPin' | undefined {
    if (this.held.has('numberB')) return 'numberB';
    return this.held.has('cardInfoPin') ? 'cardInfoPin' : undefined;
  }

  get progress(): EntryProgress {
    return {
      licence: settled(this.licenceFiles, this.licenceNotRead),
      personalDetails: settled(this.personalFiles, this.personalNotRead),
      licencePinHeld: this.held.has('licencePin'),
      personalHeld: this.personalCredential !== undefined,
    };
  }

  /** What to hand to a reader of `file`: progress, and a copy of what has come in case the card leaves. */
  following(file: FileName, meter: ProgressMeter): ReadStepOptions {
    return { onProgress: meter.received(file), onPartial: (received) => this.#partial.set(file, received) };
  }

  /**
   * A file that came whole. After an interruption it must begin with what came before: another card would not.
   * @throws CardError VERIFIED_STATE_LOST
   */
  whole(file: FileName, bytes: Bytes, before: Bytes | undefined): Bytes {
    this.#partial.delete(file);
    this.justResumed = false;
    if (before !== undefined && !equalBytes(bytes.subarray(0, before.length), before)) {
      throw new CardError({ code: 'VERIFIED_STATE_LOST', message: `${file} does not begin as it did before the interruption` });
    }
    return bytes;
  }

  /** What had come of `file` before an interruption. */
  before(file: FileName): Bytes | undefined {
    return this.#partial.get(file);
  }

  /** @throws Cancelled */
  goOn(): void {
    if (this.cancelRequested || this.ended) throw new Cancelled();
  }

  /** Nothing typed survives this. */
  end(): void {
    this.ended = true;
    this.held.wipeAll();
    this.#partial.clear();
    this.lastTryReleased.clear();
  }

  #takePersonal(given: Entry['personalDetails']): void {
    if (this.personalNotRead === 'NOT_ASKED') wipeEntry({ licence: 'skip', personalDetails: given });
    else if (given === 'skip') this.personalNotRead ??= 'SKIPPED';
    else if (typeof given === 'object') {
      if ('numberB' in given) this.#keepOnly('numberB', 'cardInfoPin', given.numberB);
      else this.#keepOnly('cardInfoPin', 'numberB', given.pin);
    }
  }

  #keepOnly(wanted: CredentialName, other: CredentialName, secret: Secret): void {
    this.held.wipe(other);
    this.held.keep(wanted, secret);
  }
}

function settled(files: object | undefined, notRead: NotRead | undefined): 'open' | 'read' | 'skipped' {
  if (files !== undefined) return 'read';
  return notRead === undefined ? 'open' : 'skipped';
}
