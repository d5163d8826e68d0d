/**
 * The trust store as delivered: empty. Nobody publishes the police signer certificate, and the national card keys known to the public are of
 * unofficial provenance (card-info-applet §5.2). Until an operator brings anchors, every verdict in service is `notChecked`.
 */
import type { Anchor } from '../verdict.ts';

export const emptyTrustStore: readonly Anchor[] = [];
