import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unhex, type Bytes } from '#bytes';
import { readCertificate, type Certificate } from './certificate.ts';
import { readPublicKey, type SignatureAlgorithm } from './public-key.ts';
import { findPathGap } from './signer-path.ts';
import { readStrictDer } from './strict-der.ts';
import { checkSignature } from './verify-signature.ts';

/** Outside suites as judges; see the README files beside them. */
const wycheproof = '../shared/data/wycheproof';
const pkits = '../shared/data/pkits';

interface Suite {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { readonly tcId: number; readonly msg: string; readonly sig: string; readonly result: string }[];
  }[];
}

describe.skipIf(!existsSync(wycheproof))('Wycheproof (../shared/data/wycheproof)', () => {
  it.each<{ file: string; kind: SignatureAlgorithm['kind']; tests: number }>([
    { file: 'rsa_signature_2048_sha256_test.json', kind: 'rsa', tests: 259 },
    { file: 'rsa_signature_3072_sha256_test.json', kind: 'rsa', tests: 259 },
    { file: 'rsa_signature_4096_sha256_test.json', kind: 'rsa', tests: 258 },
    { file: 'ecdsa_secp256r1_sha256_test.json', kind: 'ecdsa', tests: 484 },
  ])('$file: valid is accepted, invalid is refused', async ({ file, kind, tests }) => {
    const suite: Suite = JSON.parse(readFileSync(`${wycheproof}/${file}`, 'utf8'));
    const wrong: string[] = [];
    let seen = 0;
    for (const group of suite.testGroups) {
      const key = readPublicKey(unhex(group.publicKeyDer));
      for (const { tcId, msg, sig, result } of group.tests) {
        seen += 1;
        const claim = { algorithm: { kind, hash: 'SHA-256' }, signature: unhex(sig), data: unhex(msg) } as const;
        const check = key === undefined ? 'unsupported' : await checkSignature({ key, ...claim });
        const expected = result === 'valid' ? 'fits' : 'doesNotFit'; // `acceptable` is a DigestInfo without NULL: better refused
        if (check !== expected) wrong.push(`${String(tcId)}: ${result}, ${check}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBe(tests);
  });
});

interface PathCase {
  readonly name: string;
  readonly certs: readonly string[];
  readonly valid: boolean;
}

describe.skipIf(!existsSync(pkits))('PKITS (../shared/data/pkits)', () => {
  /** Their signatures are deliberately broken: not even a whole number of octets. */
  const refused = ['BadSignedCACert.crt', 'InvalidDSASignatureTest6EE.crt'];
  const read = (file: string): Bytes => new Uint8Array(readFileSync(`${pkits}/certs/${file}`));

  it('reads every certificate but the two whose signature is no octet string', () => {
    const files = readdirSync(`${pkits}/certs`);
    expect(files.length).toBe(405);
    for (const file of files) expect(() => readStrictDer(read(file)), file).not.toThrow();
    for (const file of files.filter((name) => !refused.includes(name))) expect(readCertificate(read(file)).issuer.isEmpty, file).toBe(false);
    for (const file of refused) expect(() => readCertificate(read(file)), file).toThrow(expect.objectContaining({ code: 'CERTIFICATE_UNREADABLE' }));
  });

  it('accepts exactly the valid paths from root to signer, and none with anything in between', async () => {
    const cases: readonly PathCase[] = JSON.parse(readFileSync(`${pkits}/testcases.json`, 'utf8'));
    expect(cases.length).toBe(187);
    const at = Date.parse('2011-04-15T00:00:00Z');
    const accepted: string[] = [];
    for (const { name, certs } of cases) {
      const path = certs.map((file) => readable(read(`${file}.crt`)));
      const [root, leaf] = [path[0], path.at(-1)];
      if (root === undefined || leaf === undefined || path.includes(undefined)) continue;
      if ((await findPathGap(root, leaf, at)) === undefined) accepted.push(name);
    }
    expect(accepted).toEqual(cases.filter(({ certs, valid }) => valid && certs.length === 2).map(({ name }) => name));
  });

  function readable(der: Bytes): Certificate | undefined {
    try {
      return readCertificate(der);
    } catch {
      return undefined;
    }
  }
});
