/**
 * A My Number card made from a card image: SELECT, READ BINARY, VERIFY and COMPUTE DIGITAL SIGNATURE (ISO/IEC 7816-4, -8) with the
 * access and counter behaviour of data/cards/README.md. Other instructions answer 6D00, other classes 6E00, other channels 6881.
 * Bytes that are no command APDU are refused with SIMULATOR_UNEXPECTED_INPUT: a host must never send them.
 */
import { equalBytes, type Bytes } from '#bytes';
import type { CardImage } from './card-image.ts';
import { decodeCommand, type CommandApdu } from './command-apdu.ts';
import type { CardRadio } from './card-radio.ts';
import { signDigestInfo } from './internal-authentication.ts';
import { unexpectedInput } from './simulator-error.ts';
import { responseBytes, statusWords, VirtualApplication, type Answer } from './virtual-application.ts';

/** Longest log kept. An endless host is a fault of the test, not of the memory. */
const MAX_LOG_LENGTH = 100_000;

/** One command as it may be shown: header and lengths, never the data. */
export interface LoggedCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Nc [bytes] */
  readonly dataLength: number;
  readonly expectedLength: number | undefined;
  readonly statusWord: number;
}

export interface CredentialSnapshot {
  readonly aid: Bytes;
  readonly efIdentifier: number;
  readonly limit: number;
  readonly remaining: number;
  readonly verified: boolean;
  /** VERIFY commands that carried reference data since the card was made. */
  readonly verifyCount: number;
}

export interface CardSnapshot {
  readonly powered: boolean;
  readonly selectedAid: Bytes | undefined;
  readonly currentFile: number | undefined;
  readonly credentials: readonly CredentialSnapshot[];
}

export interface VirtualCardOptions {
  /** What an empty VERIFY answers for a credential that is verified: the standard leaves it open. */
  readonly verifiedQuery?: 'tries' | '9000';
  /** What becomes of the rates it offers. It keeps to all of them by default. */
  readonly radio?: CardRadio;
}

export class VirtualCard {
  readonly image: CardImage;
  readonly radio: CardRadio;
  readonly #applications: readonly VirtualApplication[];
  readonly #log: LoggedCommand[] = [];
  #selected: VirtualApplication | undefined;
  #powered = false;

  constructor(image: CardImage, { verifiedQuery = 'tries', radio = {} }: VirtualCardOptions = {}) {
    this.image = image;
    this.radio = radio;
    this.#applications = image.applications.map((application) => new VirtualApplication(application, image.behaviour, verifiedQuery));
  }

  /** Cold or warm reset: selection and verified state are gone, counters stay. Returns the ATR. */
  powerOn(): Bytes {
    this.powerOff();
    this.#powered = true;
    return this.image.atr.slice();
  }

  powerOff(): void {
    this.#powered = false;
    this.#selected?.forget();
    this.#selected = undefined;
  }

  /**
   * One command APDU, one response APDU.
   * @throws SimulatorError `SIMULATOR_UNEXPECTED_INPUT` without power or when the bytes are no command APDU.
   */
  async transmit(bytes: Bytes): Promise<Bytes> {
    if (!this.#powered) throw unexpectedInput('Command to a card without power', { length: bytes.length });
    const command = decodeCommand(bytes);
    if (command === undefined) throw unexpectedInput('Not a command APDU', { length: bytes.length });
    const answer = await this.#answer(command);
    const { cla, ins, p1, p2, data, expectedLength } = command;
    if (this.#log.length < MAX_LOG_LENGTH) this.#log.push({ cla, ins, p1, p2, dataLength: data.length, expectedLength, statusWord: answer.statusWord });
    return responseBytes(answer);
  }

  get log(): readonly LoggedCommand[] {
    return this.#log;
  }

  snapshot(): CardSnapshot {
    const credentials = this.#applications.flatMap((application) =>
      [...application.credentials].map(([efIdentifier, { limit, remaining, verifyCount }]) => ({
        aid: application.image.aid,
        efIdentifier,
        limit,
        remaining,
        verified: application.isVerified(efIdentifier),
        verifyCount,
      })),
    );
    return { powered: this.#powered, selectedAid: this.#selected?.image.aid, currentFile: this.#selected?.currentFile, credentials };
  }

  async #answer(command: CommandApdu): Promise<Answer> {
    const { cla, ins, extended } = command;
    if (cla === 0x80 && ins === 0x2a) return this.#computeSignature(command);
    if (cla !== 0x00) return { statusWord: cla <= 0x03 ? statusWords.channelNotSupported : statusWords.classNotSupported };
    if (extended && !this.image.behaviour.extendedLe) return { statusWord: statusWords.wrongLength };
    return this.#answerPlain(command);
  }

  #answerPlain(command: CommandApdu): Answer {
    switch (command.ins) {
      case 0xa4:
        return this.#select(command);
      case 0xb0:
        return this.#selected?.readBinary(command) ?? { statusWord: statusWords.noCurrentFile };
      case 0x20:
        return this.#selected?.verify(command) ?? { statusWord: statusWords.notFound };
      default:
        return { statusWord: statusWords.instructionNotSupported };
    }
  }

  #select(command: CommandApdu): Answer {
    if (command.p1 === 0x02) return this.#selected?.selectFile(command) ?? { statusWord: statusWords.notFound };
    if (command.p1 !== 0x04 || command.p2 !== 0x0c) return { statusWord: statusWords.wrongParameters };
    if (command.data.length === 0 || command.expectedLength !== undefined) return { statusWord: statusWords.wrongLength };
    const application = this.#applications.find(({ image }) => equalBytes(image.aid, command.data));
    // An AID that is not there changes nothing, the verified state included (open-points.md, 24).
    if (application === undefined) return { statusWord: statusWords.notFound };
    this.#selected?.forget();
    this.#selected = application;
    return { statusWord: statusWords.done };
  }

  async #computeSignature({ p1, p2, data, expectedLength, extended }: CommandApdu): Promise<Answer> {
    const key = this.#selected?.image.internalAuthentication?.privateKey;
    if (key === undefined) return { statusWord: statusWords.instructionNotSupported };
    if (p1 !== 0 || p2 !== 0) return { statusWord: statusWords.wrongParameters };
    if (extended || expectedLength !== 256) return { statusWord: statusWords.wrongLength };
    if (data.length !== 0x33) return { statusWord: statusWords.conditions };
    return { data: await signDigestInfo(key, data), statusWord: statusWords.done };
  }
}
