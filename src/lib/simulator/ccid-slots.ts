/** The commands of a CCID reader by slot (CCID Rev 1.1 §6.1): which slot answers what, and what no slot knows. */
import type { Bytes } from '#bytes';
import { failed, succeeded, type HostMessage, type Reply } from './ccid-message.ts';

const ERROR_SLOT_MISSING = 5;
const COMMAND_NOT_SUPPORTED = 0;

/** One slot at whatever level of exchange. */
export interface CcidSlot {
  /** bmICCStatus for the reply that is about to leave. */
  takeIccStatus(): number;
  readonly present: boolean;
  powerOn(message: HostMessage): Reply | Promise<Reply>;
  powerDown(): void;
  forgetChains(): void;
  getParameters(): Reply;
  resetParameters(): Reply;
  setParameters(message: HostMessage): Reply | Promise<Reply>;
  xfrBlock(message: HostMessage): Promise<Reply>;
}

/** What a reader does with its messages, whatever carries them. `undefined` = it says nothing. */
export interface CcidCommands {
  readonly highestSlot: number;
  answer(message: HostMessage): Promise<Reply | undefined>;
  takeIccStatus(slot: number): number;
  /** NotifySlotChange, or `undefined` without slots to tell of. `changed`: the slot that has news. */
  notice(changed: number): Bytes | undefined;
  readonly hasCard: boolean;
  powerDown(): void;
  forgetChains(): void;
}

export class CcidSlots implements CcidCommands {
  readonly #slots: readonly CcidSlot[];
  readonly #escape: (data: Bytes) => Reply | undefined;

  constructor(slots: readonly CcidSlot[], escape: (data: Bytes) => Reply | undefined = () => failed(COMMAND_NOT_SUPPORTED)) {
    this.#slots = slots;
    this.#escape = escape;
  }

  get highestSlot(): number {
    return this.#slots.length - 1;
  }

  get hasCard(): boolean {
    return this.#slots.some(({ present }) => present);
  }

  takeIccStatus(slot: number): number {
    return (this.#slots[slot] ?? this.#slots[0])?.takeIccStatus() ?? 2;
  }

  /** Two bits a slot: present, changed (§6.3.1). */
  notice(changed: number): Bytes {
    const bytes = new Uint8Array(1 + Math.ceil(this.#slots.length / 4));
    bytes[0] = 0x50;
    this.#slots.forEach(({ present }, index) => {
      const bits = (present ? 1 : 0) + (index === changed ? 2 : 0);
      const position = 1 + (index >> 2);
      bytes[position] = (bytes[position] ?? 0) + (bits << ((index % 4) * 2));
    });
    return bytes;
  }

  powerDown(): void {
    for (const slot of this.#slots) slot.powerDown();
  }

  forgetChains(): void {
    for (const slot of this.#slots) slot.forgetChains();
  }

  async answer(message: HostMessage): Promise<Reply | undefined> {
    const slot = this.#slots[message.slot];
    if (slot === undefined) return failed(ERROR_SLOT_MISSING);
    switch (message.name) {
      case 'iccPowerOn':
        return slot.powerOn(message);
      case 'iccPowerOff':
        slot.powerDown();
        return succeeded(undefined, 0x01);
      case 'getSlotStatus':
        return succeeded();
      case 'xfrBlock':
        return slot.xfrBlock(message);
      case 'escape':
        return this.#escape(message.data);
      default:
        return parametersOf(slot, message);
    }
  }
}

function parametersOf(slot: CcidSlot, message: HostMessage): Reply | Promise<Reply> {
  switch (message.name) {
    case 'getParameters':
      return slot.getParameters();
    case 'resetParameters':
      return slot.resetParameters();
    case 'setParameters':
      return slot.setParameters(message);
    default:
      return failed(COMMAND_NOT_SUPPORTED);
  }
}
