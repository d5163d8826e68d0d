/**
 * The last look at a command before it leaves for the reader: its bytes are read back (ISO/IEC 7816-3 §12.1) and their meaning
 * is held against the allow-list. Listed shapes pass, everything else is refused, whoever built it and whatever it was meant to be.
 */
import { equalBytes, type Bytes } from '#bytes';
import { ApduError } from './apdu-error.ts';
import type { AllowedApplication, AllowList } from './card-connection.ts';
import { decodeCommand, type DecodedCommand } from './command-apdu.ts';
import { isShortEfIdentifier } from './identifiers.ts';

/** What the card was last heard to have selected. Undefined = not known: nothing that depends on it may be sent. */
export interface Selection {
  application: AllowedApplication | undefined;
  /** EF identifier of the current EF. */
  currentFile: number | undefined;
}

/**
 * @throws ApduError `COMMAND_NOT_ALLOWED`; the fault names CLA INS P1 P2 only, since the rest may be secret.
 */
export function checkAllowed(bytes: Bytes, allowList: AllowList, selection: Selection): void {
  const command = decodeCommand(bytes);
  if (!isAllowed(command, allowList, selection)) {
    const { cla, ins, p1, p2 } = command;
    throw new ApduError({ code: 'COMMAND_NOT_ALLOWED', message: 'This command is not on the allow-list', facts: { cla, ins, p1, p2 } });
  }
}

function isAllowed(command: DecodedCommand, allowList: AllowList, selection: Selection): boolean {
  // Extended Le is answered by some cards only, and asked of a READ BINARY only.
  if (command.cla !== 0x00 || (command.extended && command.ins !== 0xb0)) return false;
  switch (command.ins) {
    case 0xa4:
      return isAllowedSelect(command, allowList, selection);
    case 0xb0:
      return isAllowedRead(command, selection);
    case 0x20:
      return isAllowedVerify(command, selection);
    case 0xc0:
      // GET RESPONSE brings the rest of an answer to a command that stood here before.
      return command.p1 === 0x00 && command.p2 === 0x00 && isCase2(command);
    default:
      return false;
  }
}

function isAllowedSelect({ p1, p2, data, le }: DecodedCommand, allowList: AllowList, { application }: Selection): boolean {
  if (p2 !== 0x0c || data === undefined || le !== undefined) return false;
  if (p1 === 0x04) return allowList.some(({ aid }) => equalBytes(aid, data));
  if (p1 !== 0x02 || data.length !== 2 || application === undefined) return false;
  return [...application.readableFiles, ...application.keys.map((key) => key.efIdentifier)].some(
    (efIdentifier) => data[0] === efIdentifier >> 8 && data[1] === efIdentifier % 0x100,
  );
}

function isAllowedRead(command: DecodedCommand, { application, currentFile }: Selection): boolean {
  if (application === undefined || !isCase2(command)) return false;
  if (command.p1 < 0x80) return currentFile !== undefined && application.readableFiles.includes(currentFile);
  const shortEfIdentifier = command.p1 - 0x80;
  return isShortEfIdentifier(shortEfIdentifier) && application.readableFiles.includes(shortEfIdentifier);
}

function isAllowedVerify({ p1, p2, data, le }: DecodedCommand, { application, currentFile }: Selection): boolean {
  if (p1 !== 0x00 || p2 < 0x80 || le !== undefined) return false;
  const efIdentifier = p2 === 0x80 ? currentFile : p2 - 0x80;
  if (p2 !== 0x80 && !isShortEfIdentifier(p2 - 0x80)) return false;
  const key = application?.keys.find((candidate) => candidate.efIdentifier === efIdentifier);
  return key !== undefined && (data === undefined || data.length === key.length);
}

function isCase2({ data, le }: DecodedCommand): boolean {
  return data === undefined && le !== undefined;
}
