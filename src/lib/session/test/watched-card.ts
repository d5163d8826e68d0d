/**
 * A virtual card that remembers what reached its contacts, values included, and can be told to lie. It reads the bytes by itself:
 * what it says about a host must not come from the host's own codecs.
 */
import { hex, unhex, type Bytes } from '#bytes';
import { VirtualCard, type CardImage, type VirtualCardOptions } from '#simulator';

export const LICENCE_AID = 'A0000002310600000000000000000000';
export const CARD_INFO_AID = 'D3921000310001010408';

export interface Seen {
  readonly kind: 'selectApplication' | 'selectFile' | 'count' | 'verify' | 'read' | 'other';
  /** The application that was selected when the command came (or the one it selects), hexadecimal. */
  readonly aid: string;
  /** `selectFile`: the EF. `count`, `verify`: the key it speaks of. `read`: the EF. Four hexadecimal digits. */
  readonly file: string;
  /** `verify`: what was sent, as text. */
  readonly value: string;
  /** What came back, status word last. */
  readonly response: string;
  /** Milliseconds that the test waited do not matter here; the order does. */
  readonly ins: number;
}

/** Answers in the card's place; `undefined` = the card answers itself. Lies never reach the card. */
export type Lie = (command: Bytes, seen: readonly Seen[]) => string | undefined;

export class WatchedCard extends VirtualCard {
  readonly seen: Seen[] = [];
  lie: Lie = () => undefined;
  /** Called before each command is answered. */
  onCommand: (command: Bytes, index: number) => void = () => undefined;
  #aid = '';
  #file = '';

  constructor(image: CardImage, options: VirtualCardOptions = {}) {
    super(image, options);
  }

  override powerOff(): void {
    super.powerOff();
    this.#aid = '';
    this.#file = '';
  }

  override async transmit(command: Bytes): Promise<Bytes> {
    this.onCommand(command, this.seen.length);
    const lie = this.lie(command, this.seen);
    const response = lie === undefined ? await super.transmit(command) : unhex(lie);
    this.#note(command, hex(response));
    return response;
  }

  /** VERIFY commands with data for one key. */
  verifies(file?: string): readonly Seen[] {
    return this.seen.filter(({ kind, file: of }) => kind === 'verify' && (file === undefined || of === file));
  }

  #note(command: Bytes, response: string): void {
    const [, ins = 0] = command;
    const parts = { ins, response, aid: this.#aid, value: '' };
    if (ins === 0xa4) this.#noteSelect(command, response);
    else if (ins === 0x20) this.seen.push({ ...parts, ...this.#verified(command) });
    else if (ins === 0xb0) this.#noteRead(command[2] ?? 0, parts);
    else this.seen.push({ ...parts, kind: 'other', file: '' });
  }

  #noteSelect(command: Bytes, response: string): void {
    const target = hex(command.slice(5));
    const isDone = response.endsWith('9000');
    const parts = { ins: 0xa4, response, value: '' };
    if (command[2] === 0x04) {
      if (isDone) [this.#aid, this.#file] = [target, ''];
      this.seen.push({ ...parts, kind: 'selectApplication', aid: target, file: '' });
    } else {
      if (isDone) this.#file = target;
      this.seen.push({ ...parts, kind: 'selectFile', aid: this.#aid, file: target });
    }
  }

  /** A read by short identifier that brought something has selected the EF as well. */
  #noteRead(p1: number, parts: Pick<Seen, 'ins' | 'response' | 'aid' | 'value'>): void {
    const file = this.#addressed(p1, 0x00);
    if (p1 > 0x80 && parts.response.length > 4) this.#file = file;
    this.seen.push({ ...parts, kind: 'read', file });
  }

  #verified(command: Bytes): Pick<Seen, 'kind' | 'file' | 'value'> {
    const hasData = command.length > 5;
    const value = hasData ? new TextDecoder().decode(command.slice(5)) : '';
    return { kind: command.length > 4 ? 'verify' : 'count', file: this.#addressed(command[3] ?? 0, 0x80), value };
  }

  /** By short identifier, or the current EF when `parameter` says `current` or an offset. */
  #addressed(parameter: number, current: number): string {
    const isShort = parameter > 0x80 || (parameter === 0x80 && current !== 0x80);
    return isShort ? (parameter - 0x80).toString(16).padStart(4, '0').toUpperCase() : this.#file;
  }
}

/** The image with one file or credential of one application made different. */
export function altered(
  image: CardImage,
  aid: string,
  change: (application: CardImage['applications'][number]) => CardImage['applications'][number],
): CardImage {
  return { ...image, applications: image.applications.map((application) => (hex(application.aid) === aid ? change(application) : application)) };
}

/** The image with other bytes in one EF; `undefined` takes the EF away. */
export function withFile(image: CardImage, aid: string, efIdentifier: number, bytes: ((bytes: Bytes) => Bytes) | undefined): CardImage {
  return altered(image, aid, (application) => {
    const files = new Map(application.files);
    const file = files.get(efIdentifier);
    if (file === undefined) throw new Error(`no file ${efIdentifier.toString(16)}`);
    if (bytes === undefined) files.delete(efIdentifier);
    else files.set(efIdentifier, { ...file, bytes: bytes(file.bytes) });
    return { ...application, files };
  });
}

/** The image with another count of tries left for one key. */
export function withTries(image: CardImage, aid: string, efIdentifier: number, remaining: number): CardImage {
  return altered(image, aid, (application) => {
    const credentials = new Map(application.credentials);
    const credential = credentials.get(efIdentifier);
    if (credential === undefined) throw new Error(`no key ${efIdentifier.toString(16)}`);
    credentials.set(efIdentifier, { ...credential, remaining });
    return { ...application, credentials };
  });
}
