/** The one rule that must hold whatever command comes: a secret is sent once. Loops are in hostile.test.ts. */
import { describe, expect, it } from 'vitest';
import { Secret, unhex } from '#bytes';
import type { CommandApdu } from './command-apdu.ts';
import { decodeResponse } from './response-apdu.ts';
import { transceive } from './transceive.ts';

async function sentBy(command: CommandApdu, ...answers: string[]): Promise<readonly CommandApdu[]> {
  const sent: CommandApdu[] = [];
  const send = (next: CommandApdu): Promise<ReturnType<typeof decodeResponse>> => {
    sent.push(next);
    return Promise.resolve(decodeResponse(unhex(answers[sent.length - 1] ?? '9000')));
  };
  await transceive({ send }, command);
  return sent;
}

const secretCommand: CommandApdu = { cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x86, data: new Secret(unhex('31323334')), le: 4 };

describe('transceive', () => {
  it('repeats an ordinary command after 6Cxx', async () => {
    const command = { cla: 0x00, ins: 0xb0, p1: 0x00, p2: 0x00, le: 200 };
    expect(await sentBy(command, '6C10')).toEqual([command, { ...command, le: 0x10 }]);
  });

  it('never repeats a secret, even one that has an Le', async () => {
    expect(await sentBy(secretCommand, '6C02')).toEqual([secretCommand]);
  });

  it('fetches the answer to a secret command without it', async () => {
    const [first, ...rest] = await sentBy(secretCommand, '6102', '00009000');
    expect(first).toBe(secretCommand);
    expect(rest).toEqual([{ cla: 0x00, ins: 0xc0, p1: 0x00, p2: 0x00, le: 2 }]);
  });

  it('adds no Le to a command that has none', async () => {
    const query = { cla: 0x00, ins: 0x20, p1: 0x00, p2: 0x86 };
    expect(await sentBy(query, '6C04')).toEqual([query]);
  });
});
