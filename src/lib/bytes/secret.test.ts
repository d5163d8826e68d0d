import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('Secret', () => {
  const digits = (): Uint8Array<ArrayBuffer> => Uint8Array.from([0x31, 0x32, 0x33, 0x34]);

  it('cannot be printed', () => {
    const secret = new Secret(digits());
    const shown = [String(secret), JSON.stringify({ secret }), JSON.stringify(Object.entries(secret)), Object.keys(secret).join()];
    for (const text of shown) expect(text).not.toMatch(/1234|49,50|31/u);
    expect(String(secret)).toBe('••••');
  });

  it('is lent, and is zeros once wiped', () => {
    const bytes = digits();
    const secret = new Secret(bytes);
    expect(secret.lend((lent) => lent.length)).toBe(4);
    secret.wipe();
    expect([...bytes]).toEqual([0, 0, 0, 0]);
  });
});
