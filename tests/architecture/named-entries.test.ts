/**
 * Each hostile input of spec/ccid.md §14 (B1–B51) and each quirk of its §13 (rows 1–32) has a test that names it, or a reason why it does
 * not concern a host in a browser. A test names an entry in its title or in the `name` of its row: `B18 eleven foreign messages`,
 * `(B49)`, `row 5: …`, `(quirk 28)`. The entries are typed in by hand, in our words: the test needs no specification beside it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');

interface Entry {
  readonly id: number;
  readonly what: string;
  /** Why no host in a browser meets it. */
  readonly notOurs?: string;
}

const hostileInputs: readonly Entry[] = [
  { id: 1, what: 'a dwLength no reply can have' },
  { id: 2, what: 'a dwLength with its top bit set, which is not negative' },
  { id: 3, what: 'an ATR whose interface bytes leave no room for the historical bytes it promises' },
  { id: 4, what: 'an ATR with a TD chain without end' },
  { id: 5, what: 'an answer to PowerOn longer than any ATR' },
  { id: 6, what: 'an ATR of no, one or two bytes, or with a strange TS' },
  { id: 7, what: 'an ATR longer or shorter than the one it is compared with' },
  { id: 8, what: 'an ATR with a bad TS leaves no convention half set' },
  { id: 9, what: 'PPS answers too short, too long, for another protocol, or damaged' },
  { id: 10, what: 'no voltage announced, and a card that stays mute' },
  { id: 11, what: 'replies shorter than a header, each length' },
  { id: 12, what: 'short answers to control requests' },
  { id: 13, what: 'a dwLength that is not what was received' },
  { id: 14, what: 'a reply larger than whoever waits for it has room for, with several slots' },
  { id: 15, what: 'seven bytes of parameters where T=0 has five' },
  { id: 16, what: 'a reply of the wrong type' },
  { id: 17, what: 'a reply for a slot that does not exist' },
  { id: 18, what: 'replies with a foreign sequence number' },
  { id: 19, what: 'the previous reply once more' },
  { id: 20, what: 'a reply before the command' },
  { id: 21, what: 'no reply ever' },
  { id: 22, what: 'time extensions without end' },
  { id: 23, what: 'status values that do not exist' },
  { id: 24, what: 'T=0 data beyond what was asked for' },
  { id: 25, what: 'chain parameters out of order, or without end' },
  { id: 26, what: 'data where an empty part of a chain is due' },
  { id: 27, what: 'one byte of status word, or nothing, with everything said to be well' },
  { id: 28, what: 'T=1 answers shorter than a block' },
  { id: 29, what: 'T=1 blocks that are wrong in each field, or without end' },
  { id: 30, what: 'a command before the card has power' },
  { id: 31, what: 'an empty part that continues a chain' },
  { id: 32, what: 'a list of data rates of any length and content' },
  { id: 33, what: 'descriptors cut, doubled, disguised, or with impossible lengths' },
  { id: 34, what: 'the odd descriptors of real readers' },
  { id: 35, what: 'interrupt messages of any length, type and number' },
  { id: 36, what: 'zero-length packets where nobody expects them' },
  { id: 37, what: 'a message of exactly so many full packets' },
  { id: 38, what: 'a message in packets of one byte' },
  { id: 39, what: 'unplugged at each step of opening' },
  { id: 40, what: 'the watch for cards stopped before it began, twice, and begun again' },
  { id: 41, what: 'opening, claiming and transfers that fail for a while' },
  { id: 42, what: 'two tabs' },
  { id: 43, what: 'used after it was closed' },
  { id: 44, what: 'a client whose message lies about its lengths', notOurs: 'no worker and no message port stands between the page and its driver' },
  { id: 45, what: 'status words that ask for more for ever' },
  { id: 46, what: 'files, answers and TLVs longer than they declare' },
  { id: 47, what: 'an answer longer than was asked for' },
  { id: 48, what: 'a command APDU that outgrows the emulator' },
  { id: 49, what: 'a dwLength of the host that outgrows the emulator' },
  { id: 50, what: 'a read beyond the buffer of a kernel driver', notOurs: 'the buffers of transfers are the browser’s; a page cannot read beyond them' },
  { id: 51, what: 'an Escape answer above 64 KiB' },
];

const quirks: readonly Entry[] = [
  { id: 1, what: 'the functional descriptor behind the last endpoint' },
  { id: 2, what: 'class FF, descriptor type FF' },
  { id: 3, what: 'old firmware' },
  { id: 4, what: 'dwMaxIFSD 0 and no voltage' },
  { id: 5, what: 'a slow start and slow reads' },
  { id: 6, what: 'a stray zero-length packet' },
  { id: 7, what: '9600 and no PPS' },
  { id: 8, what: 'a slow slot status' },
  { id: 9, what: 'a capped rate, and SetParameters that fails' },
  { id: 10, what: 'ICCD tokens' },
  { id: 11, what: 'an escape into APDU mode', notOurs: 'it changes the reader for other programs too; the TPDU level works without' },
  { id: 12, what: 'display texts of PIN pads', notOurs: 'no secret is typed on a PIN pad: PC_to_RDR_Secure is not sent' },
  { id: 13, what: 'a PIN pad that is none' },
  { id: 14, what: 'chains at the short APDU level' },
  { id: 15, what: 'an extended level that is none' },
  { id: 16, what: 'no IFS' },
  { id: 17, what: '263 that means 270' },
  { id: 18, what: 'one bSeq for all slots; a slot that always says present' },
  { id: 19, what: 'an eID token with faked pseudo-APDUs', notOurs: 'it holds another card for good; no My Number card comes into it' },
  { id: 20, what: 'no time extensions' },
  { id: 21, what: 'an EMV mode to be left' },
  { id: 22, what: 'several interfaces that must not be spoken to at once' },
  { id: 23, what: 'the interrupt pipe to be drained first' },
  { id: 24, what: 'PIN structures to be mended', notOurs: 'no secret is typed on a PIN pad: PC_to_RDR_Secure is not sent' },
  { id: 25, what: 'a card that needs a longer BWT' },
  { id: 26, what: 'answers above 64 bytes that break off' },
  { id: 27, what: 'numbers in descriptors that mean nothing' },
  { id: 28, what: 'present without power although it was given' },
  { id: 29, what: 'a sleep, after which the card has no power' },
  { id: 30, what: 'a hub that shares the ids of a reader', notOurs: 'the browser shows the reader behind the hub, not the hub' },
  { id: 31, what: 'a lower speed refused by the card' },
  { id: 32, what: 'a reader of a virtual machine', notOurs: 'class 0B: no page may claim it' },
];

/** Tests, and the lists of cases that tests are made of. This file names everything and proves nothing. */
const sources = ['src', 'tests']
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)))
  .filter((file) => /\.(?:test|spec)\.ts$|simulator\/hostile-\w+\.ts$/u.test(file) && path.basename(file) !== path.basename(import.meta.filename))
  .map((file) => ({ file, text: withoutComments(readFileSync(path.join(root, file), 'utf8')) }));

function withoutComments(source: string): string {
  return source.replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gmu, '');
}

function namesHostileInput(text: string, id: number): boolean {
  // `'B18 …`, `'B25, B31 …`, `('B18', '…` in a list of cases, `… (B49)`. A byte in hexadecimal is none of these.
  return new RegExp(
    String.raw`['\x60(](?:B\d+, )?B${String(id)}(?:, B\d+)* [^'\x60]|\('B${String(id)}', ['\x60][^'\x60]* |id: 'B${String(id)}'|\(B${String(id)}\)|ccid\.md B${String(id)}\b`,
    'u',
  ).test(text);
}

function namesQuirk(text: string, id: number): boolean {
  return new RegExp(String.raw`['\x60]rows? (?:\d+ and )?${String(id)}(?: and \d+)?:|\(quirk ${String(id)}\)`, 'u').test(text);
}

describe.each([
  { list: 'hostile input B', entries: hostileInputs, names: namesHostileInput, count: 51, where: '' },
  { list: 'quirk ', entries: quirks, names: namesQuirk, count: 32, where: path.join('src', 'lib', 'reader') },
])('$list', ({ entries, names, count, where }) => {
  it('all of them, each once', () => {
    expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it.each(entries)('$id: $what', ({ id, notOurs }) => {
    const naming = sources.filter(({ file, text }) => file.startsWith(where) && names(text, id)).map(({ file }) => file);
    // A reason that a test contradicts is no reason.
    if (notOurs === undefined) expect(naming).not.toEqual([]);
    else expect(naming).toEqual([]);
  });
});

it('the search takes no byte for a name, and no comment for a test', () => {
  expect(namesHostileInput("['B2', '029000'], radio('B2')", 2)).toBe(false);
  expect(namesHostileInput(withoutComments('/** The rows B18 and (B19). */\n  // (B20)'), 19)).toBe(false);
  expect(namesHostileInput("{ name: 'B18 one' }", 1)).toBe(false);
  expect(namesQuirk("it('row 18: one'", 1)).toBe(false);
});
