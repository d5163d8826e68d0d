/**
 * The operator's trust store, a JSON file of our own form, complete or refused:
 *
 *     { "format": "madoguchi-trust-store/1",
 *       "certificates": [{ "der": "<base64>", "purpose": "production", "source": "<where it came from, who compared its fingerprint>" }],
 *       "cvKeys": [{ "keyId": "<hex, 16 bytes>", "modulus": "<hex>", "exponent": "<hex>", "purpose": "production", "source": "…" }] }
 *
 * Certificates are roots (CA) and signers; there are no intermediates. Everything in it is production; test hierarchies (key identifiers that begin
 * with 6 or 9) are refused. Madoguchi is delivered with an empty store: see empty-trust-store.ts.
 */
import { isTrainingKeyId } from '../card-key-id.ts';
import type { Anchor } from '../verdict.ts';
import { anchorInvalid, certificateAnchor, exactly, keyAnchor, listOfTexts, type Origin } from './read-anchor.ts';

const FORMAT = 'madoguchi-trust-store/1';
/** Characters of the file. */
const MAX_FILE_LENGTH = 1_048_576;
const MAX_SOURCE_LENGTH = 200;

/**
 * Reads a trust store file.
 * @throws TrustError `ANCHOR_INVALID` for anything but the form above, the whole file with it
 */
export function readTrustStore(json: string): Anchor[] {
  const { format, certificates, cvKeys } = exactly(parseJson(json), ['format', 'certificates', 'cvKeys']);
  if (format !== FORMAT) throw anchorInvalid(`expected format ${FORMAT}`);
  const anchors = [
    ...listOfTexts(certificates, ['der', 'purpose', 'source']).map((entry) => certificateAnchor(entry.der, originOf(entry))),
    ...listOfTexts(cvKeys, ['keyId', 'modulus', 'exponent', 'purpose', 'source']).map((entry) => productionKey(keyAnchor(entry, originOf(entry)))),
  ];
  return anchors;
}

function parseJson(json: string): unknown {
  if (json.length > MAX_FILE_LENGTH) throw anchorInvalid('file longer than 1 MiB');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw anchorInvalid('not JSON', cause);
  }
}

function originOf({ purpose, source }: { purpose: string; source: string }): Origin {
  if (purpose !== 'production') throw anchorInvalid('a trust store holds production anchors only');
  if (source.trim() === '' || source.length > MAX_SOURCE_LENGTH) throw anchorInvalid('source missing or too long');
  return { purpose, source };
}

function productionKey(anchor: Anchor): Anchor {
  if (anchor.kind === 'cvAuthorityKey' && isTrainingKeyId(anchor.keyId)) throw anchorInvalid('key of a test hierarchy');
  return anchor;
}
