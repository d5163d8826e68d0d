/**
 * `connectCard`: powers the card on and answers questions about it (see card-connection.ts for the promises made).
 * Keeps what must be known to be safe: which application and EF are selected, and for which reference datum a VERIFY is prepared.
 * Every doubt about these ends in "not known", and then nothing that depends on them is sent.
 */
import { equalBytes, RoomError, type Bytes, type Secret } from '#bytes';
import type { Slot } from '#reader';
import { copyAllowList } from './allow-list.ts';
import { ApduError } from './apdu-error.ts';
import type {
  AllowList,
  CardConnection,
  FileOutcome,
  FileReadOptions,
  KeyReference,
  LinkFigures,
  ReadOptions,
  ReadOutcome,
  SelectOutcome,
  TriesOutcome,
  VerifyOutcome,
} from './card-connection.ts';
import type { CommandApdu } from './command-apdu.ts';
import { checkAllowed, type Selection } from './command-guard.ts';
import { defaultBudget, GuardedLink, type LinkBudget } from './guarded-link.ts';
import { readBinaryByShortIdentifier } from './read-binary.ts';
import { checkChunk, readToEnd } from './read-file.ts';
import { ReadLengths } from './read-lengths.ts';
import { checkLength, unexpectedStatus } from './response-apdu.ts';
import { selectApplication, selectFile } from './select.ts';
import { statusWords } from './status-word.ts';
import { transceive, type Answer } from './transceive.ts';
import { remainingTries, verify } from './verify.ts';
import { readWholeFile, type ShortIdentifierHabit } from './whole-file.ts';

export interface ConnectOptions {
  /** Default: 400 APDUs, 256 KiB. */
  readonly budget?: LinkBudget;
  /**
   * `learn`: the first READ BINARY by short EF identifier is sent with an extended Le, where the reader carries one. A card that answers it is
   * read so from then on; any other is asked again in the short form, once. Default: short Le only.
   */
  readonly extendedLe?: 'learn' | 'never';
}

/**
 * Faults after which the card may have been reset: nothing is selected that we know of. `CARD_REMOVED` and `CARD_MUTE` are none of them:
 * the slot lets nothing through after these but to the same card with its power kept, and says `CARD_NOT_CONNECTED` otherwise.
 */
const resetFaults: readonly string[] = ['READER_LOST', 'CARD_ABSENT', 'CARD_RESET_FAILED', 'CARD_NOT_CONNECTED'];

/**
 * Powers the card in `slot` on. Use one connection per power-on: after a second `slot.connect()` this one knows nothing.
 * @throws ApduError `APDU_INVALID` for an allow-list that cannot be; ReaderError as `Slot.connect`
 */
export async function connectCard(slot: Slot, allowList: AllowList, options: ConnectOptions = {}): Promise<CardConnection> {
  const ownList = copyAllowList(allowList);
  const { atr } = await slot.connect();
  return new Conversation(slot, atr.slice(), ownList, options);
}

/** What the card last told of one reference datum. */
interface ToldTries {
  readonly reference: KeyReference;
  readonly triesLeft: number;
  /** How many commands had been sent by then. */
  readonly apdus: number;
}

class Conversation implements CardConnection {
  readonly atr: Bytes;
  readonly #allowList: AllowList;
  readonly #link: GuardedLink;
  readonly #selection: Selection = { application: undefined, currentFile: undefined };
  readonly #lengths: ReadLengths;
  readonly #shortIdentifiers: ShortIdentifierHabit = { state: 'untried' };
  readonly #mayAskExtendedLe: boolean;
  #extendedLe: CardConnection['extendedLe'] = 'notAsked';
  /** The reference datum the card last told tries for. */
  #prepared: ToldTries | undefined;
  /** Ends when nobody speaks; never rejects. */
  #turn: Promise<void> = Promise.resolve();
  #speakers = 0;

  constructor(slot: Slot, atr: Bytes, allowList: AllowList, { budget = defaultBudget, extendedLe = 'never' }: ConnectOptions) {
    this.atr = atr;
    this.#allowList = allowList;
    this.#lengths = ReadLengths.forReader(slot.bestReadLength);
    this.#mayAskExtendedLe = extendedLe === 'learn' && slot.carriesExtended;
    this.#link = new GuardedLink(
      slot,
      (bytes) => {
        checkAllowed(bytes, this.#allowList, this.#selection);
      },
      budget,
    );
  }

  get figures(): LinkFigures {
    return this.#link.figures;
  }

  get extendedLe(): CardConnection['extendedLe'] {
    return this.#extendedLe;
  }

  selectApplication(aid: Bytes): Promise<SelectOutcome> {
    return this.#inTurn(async () => {
      const application = this.#allowList.find((allowed) => equalBytes(allowed.aid, aid));
      // Forgotten before the command leaves: what comes back, if anything, cannot bring the old state back.
      this.#forget();
      const { statusWord } = await this.#ask(selectApplication.build(aid));
      const outcome = selectApplication.parse(statusWord);
      if (outcome.outcome === 'selected') this.#selection.application = application;
      return outcome;
    });
  }

  selectFile(efIdentifier: number): Promise<SelectOutcome> {
    return this.#inTurn(async () => selectFile.parse(await this.#selectFile(efIdentifier)));
  }

  readSelectedFile(options: ReadOptions): Promise<ReadOutcome> {
    return this.#inTurn(() => {
      checkChunk(options);
      return readToEnd((command) => this.#ask(command), options, ReadLengths.starting(options.chunkLength));
    });
  }

  readByShortIdentifier(shortEfIdentifier: number, length: number): Promise<ReadOutcome> {
    return this.#inTurn(async () => {
      // §7.3.2: a short identifier makes that EF the current one.
      this.#selection.currentFile = undefined;
      const answer = (await this.#askExtended(shortEfIdentifier, length)) ?? (await this.#ask(readBinaryByShortIdentifier.build(shortEfIdentifier, length)));
      checkLength(answer.data, length);
      const read = readBinaryByShortIdentifier.parse(answer);
      if (read.step === 'wrongLength') throw unexpectedStatus('READ BINARY', statusWords.wrongLength);
      return read.step === 'notAllowed' ? { outcome: 'notAllowed', bytes: new Uint8Array(0) } : { outcome: 'read', bytes: read.bytes };
    });
  }

  readFile(efIdentifier: number, options: FileReadOptions): Promise<FileOutcome> {
    return this.#inTurn(() => {
      this.#selection.currentFile = undefined;
      return readWholeFile(
        {
          ask: (command) => this.#ask(command),
          select: async (wanted) => selectFile.parse(await this.#selectFile(wanted)),
          opened: (opened) => (this.#selection.currentFile = opened),
          habit: this.#shortIdentifiers,
          lengths: this.#lengths,
        },
        efIdentifier,
        options,
      );
    });
  }

  isSelected(aid: Bytes): boolean {
    const { application } = this.#selection;
    return application !== undefined && equalBytes(application.aid, aid);
  }

  doubt(): void {
    this.#forget();
  }

  triesJustTold(reference: KeyReference): number | undefined {
    const told = this.#prepared;
    return told !== undefined && this.#isPrepared(reference) && told.apdus === this.figures.apdus ? told.triesLeft : undefined;
  }

  remainingTries(reference: KeyReference): Promise<TriesOutcome> {
    return this.#inTurn(async () => {
      this.#prepared = undefined;
      const missing = await this.#address(reference);
      if (missing !== undefined) return { outcome: 'unknown', statusWord: missing };
      const { statusWord } = await this.#ask(remainingTries.build(reference));
      const outcome = remainingTries.parse(statusWord);
      if (outcome.outcome === 'tries') this.#prepared = { reference: { ...reference }, triesLeft: outcome.triesLeft, apdus: this.figures.apdus };
      return outcome;
    });
  }

  async verify(reference: KeyReference, secret: Secret): Promise<VerifyOutcome> {
    const isPrepared = this.#isPrepared(reference);
    this.#prepared = undefined;
    // A VERIFY does not queue: the decision was made for this moment, not for whatever state follows.
    if (!isPrepared || this.#speakers > 0) throw notPrepared('VERIFY without a fresh count of tries for the same reference datum');
    return this.#inTurn(async () => {
      // Looked at here, in the same breath as the bytes are copied: a caller may wipe as soon as `verify` returned its promise.
      if (isWiped(secret)) throw notPrepared('VERIFY with a wiped secret');
      return verify.parse((await this.#ask(verify.build(reference, secret))).statusWord);
    });
  }

  /** Makes the reference datum addressable. Gives the status word when its EF cannot be selected. */
  async #address(reference: KeyReference): Promise<number | undefined> {
    if ('shortEfIdentifier' in reference) {
      // Whether VERIFY by short identifier moves the current EF is not told anywhere.
      this.#selection.currentFile = undefined;
      return undefined;
    }
    const statusWord = await this.#selectFile(reference.efIdentifier);
    return selectFile.parse(statusWord).outcome === 'selected' ? undefined : statusWord;
  }

  /** A harmless read in the extended form, once for a card. `undefined` = not asked, or not understood: nothing was read. */
  async #askExtended(shortEfIdentifier: number, length: number): Promise<Answer | undefined> {
    if (!this.#mayAskExtendedLe || this.#extendedLe !== 'notAsked') return undefined;
    this.#extendedLe = 'asking';
    const answer = await this.#ask(readBinaryByShortIdentifier.build(shortEfIdentifier, length, 'extended'));
    const isAnswer = answer.statusWord === statusWords.done && answer.data.length > 0;
    this.#extendedLe = isAnswer ? 'answered' : 'refused';
    if (!isAnswer) return undefined;
    this.#lengths.allowExtended();
    return answer;
  }

  async #selectFile(efIdentifier: number): Promise<number> {
    this.#selection.currentFile = undefined;
    const { statusWord } = await this.#ask(selectFile.build(efIdentifier));
    if (statusWord === statusWords.done) {
      this.#selection.currentFile = efIdentifier;
      const isReadable = this.#selection.application?.readableFiles.includes(efIdentifier) === true;
      if (isReadable && this.#shortIdentifiers.state === 'untried') this.#shortIdentifiers.state = 'insufficient';
    }
    return statusWord;
  }

  async #ask(command: CommandApdu): Promise<Answer> {
    try {
      return await transceive(this.#link, command);
    } catch (error) {
      this.#prepared = undefined;
      if (error instanceof RoomError && resetFaults.includes(String(error.code))) this.#forget();
      throw error;
    }
  }

  /** P2 = 80 speaks of the current EF, so there the EF must not have changed since the tries were told. */
  #isPrepared(reference: KeyReference): boolean {
    const prepared = this.#prepared?.reference;
    if (prepared === undefined) return false;
    if ('shortEfIdentifier' in reference) return 'shortEfIdentifier' in prepared && prepared.shortEfIdentifier === reference.shortEfIdentifier;
    return 'efIdentifier' in prepared && prepared.efIdentifier === reference.efIdentifier && this.#selection.currentFile === reference.efIdentifier;
  }

  #forget(): void {
    this.#selection.application = undefined;
    this.#selection.currentFile = undefined;
    this.#prepared = undefined;
  }

  /** One at a time: two interleaved questions would each change what the other's bytes mean. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    this.#speakers += 1;
    const run = this.#turn.then(task).finally(() => {
      this.#speakers -= 1;
    });
    this.#turn = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }
}

function notPrepared(message: string): ApduError {
  return new ApduError({ code: 'VERIFY_NOT_PREPARED', message });
}

/** A wiped secret is zeros, which no PIN is: it would burn a try. */
function isWiped(secret: Secret): boolean {
  return secret.lend((bytes) => bytes.every((byte) => byte === 0));
}
