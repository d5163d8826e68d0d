import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signingKey, signingKeyFile } from './signing-key.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'signing-key-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

describe('signingKey', () => {
  it('makes an Ed25519 key that only its owner can read, and leaves nothing else behind', () => {
    const file = path.join(folder, 'deep', 'key.pem');
    const { key, made } = signingKey(file);
    expect(made).toBe(true);
    expect(key).toMatchObject({ type: 'private', asymmetricKeyType: 'ed25519' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual(['key.pem']);
  });

  it('uses the key that is there', () => {
    const file = path.join(folder, 'key.pem');
    const first = signingKey(file);
    const text = readFileSync(file, 'utf8');
    const second = signingKey(file);
    expect(second.made).toBe(false);
    expect(second.key.equals(first.key)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a key that others can read', () => {
    const file = path.join(folder, 'key.pem');
    signingKey(file);
    chmodSync(file, 0o640);
    expect(() => signingKey(file)).toThrow('chmod 600');
  });
});

describe('signingKeyFile', () => {
  it('is outside the project', () => {
    vi.stubEnv('IWA_SIGNING_KEY', undefined);
    vi.stubEnv('XDG_CONFIG_HOME', undefined);
    expect(signingKeyFile()).toBe(path.join(homedir(), '.config/madoguchi/iwa-development-key.pem'));
    vi.stubEnv('XDG_CONFIG_HOME', '/somewhere');
    expect(signingKeyFile()).toBe(path.join('/somewhere', 'madoguchi', 'iwa-development-key.pem'));
    vi.stubEnv('IWA_SIGNING_KEY', '/elsewhere/key.pem');
    expect(signingKeyFile()).toBe(path.resolve('/elsewhere/key.pem'));
  });
});
