/** Faults of the laboratory: material from an operator that is not what it claims. Card content never throws: it gets a verdict. */
import { RoomError } from '#bytes';

export type TrustErrorCode = 'DER_REFUSED' | 'CERTIFICATE_UNREADABLE' | 'ANCHOR_INVALID';

export class TrustError extends RoomError<TrustErrorCode> {}
