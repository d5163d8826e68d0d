/**
 * The development key: Ed25519, made on the spot, kept outside the project so that it is never committed and the bundle keeps its
 * id on this machine from build to build. Whoever has it can sign an update of the app.
 */
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** `IWA_SIGNING_KEY` names another file (PKCS #8 PEM, Ed25519 or P-256). */
export function signingKeyFile() {
  const named = process.env['IWA_SIGNING_KEY'];
  if (named !== undefined && named !== '') return path.resolve(named);
  const config = process.env['XDG_CONFIG_HOME'];
  return path.join(config === undefined || config === '' ? path.join(homedir(), '.config') : config, 'madoguchi', 'iwa-development-key.pem');
}

/**
 * The key of `file`, which is made when it is not there.
 * @param {string} file
 * @returns {{ key: import('node:crypto').KeyObject, made: boolean }}
 */
export function signingKey(file) {
  const made = makeKey(file);
  // What others can read is no secret. Windows has no such bits.
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw new Error(`Others may read the signing key: chmod 600 ${file}`);
  return { key: createPrivateKey(readFileSync(file)), made };
}

/**
 * Written beside and linked into place: of two builds at once one makes the key and both find it whole.
 * @param {string} file
 * @returns {boolean} whether it was made now
 */
function makeKey(file) {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return false;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const scratch = `${file}.${randomUUID()}`;
  writeFileSync(scratch, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(scratch, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(scratch);
  }
}
