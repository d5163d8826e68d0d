/** What やさしい日本語 leaves in ordinary Japanese, because nobody but a clerk or an administrator reads it. A text that is in neither does not compile. */
import type { AuditErrorCode, BytesErrorCode, SimulatorErrorCode, TrustErrorCode } from '#session';
import type { FaultCode, Messages } from '../messages.ts';
import type { ReaderMessages } from '../reader-messages.ts';
import type { ScreenMessages } from '../screen-messages.ts';

/** Faults of the log, of registered keys and of practice cards, and those that only the person who connects a reader can meet. */
type ClerkOnlyFault =
  | AuditErrorCode
  | TrustErrorCode
  | SimulatorErrorCode
  | BytesErrorCode
  | 'WEBUSB_UNSUPPORTED'
  | 'WEBHID_UNSUPPORTED'
  | 'NO_DEVICE_CHOSEN'
  | 'ACCESS_DENIED'
  | 'PROTECTED_CLASS'
  | 'NO_USABLE_INTERFACE'
  | 'CONTROL_REFUSED'
  | 'DESCRIPTOR_MALFORMED'
  | 'READER_DESCRIPTOR_INVALID'
  | 'READER_UNSUPPORTED'
  | 'COMMAND_NOT_ALLOWED'
  | 'APDU_INVALID';

/** Practice, the switch of modes, connecting a reader, the log, the record and the lamps of a result. */
type ClerkOnlyScreen =
  | Extract<keyof ScreenMessages, `${'practice' | 'mode' | 'connect' | 'log' | 'class' | 'date' | 'history' | 'photo' | 'lamp' | 'limits'}${string}`>
  | 'noReaderLead'
  | 'statusWord'
  | 'resultTitle'
  | 'checkedAt'
  | 'genuine'
  | 'about'
  | 'inDate'
  | 'inDateUnknown'
  | 'held'
  | 'notHeldWhy'
  | 'byRecord'
  | 'byRecordThatDiffers'
  | 'daysLeft'
  | 'lastDay'
  | 'deemedLastDay'
  | 'deemedUnknown'
  | 'licenceTitle'
  | 'licenceVerdict'
  | 'personalTitle'
  | 'personalVerdict'
  | 'signer'
  | 'expiryWords'
  | 'number'
  | 'colour'
  | 'conditions'
  | 'noConditions'
  | 'conditionsNote'
  | 'remarks'
  | 'spare'
  | 'gaijiNote'
  | 'layout'
  | 'unknownElements'
  | 'unknownElement'
  | 'restBytes'
  | 'unreadable'
  | 'empty'
  | 'name'
  | 'address'
  | 'birthDate'
  | 'age'
  | 'sex'
  | 'compareFace'
  | 'notRead'
  | 'notShown'
  | 'readPersonal'
  | 'link'
  | 'recorded'
  | 'notRecorded'
  | 'notRecordedMore'
  | 'toLog'
  | 'toCounter';

type ClerkOnlyReader = 'refusedName' | 'reachableTitle' | 'reachable' | 'reachableNote' | 'otherWaysTitle' | 'otherWays' | 'connectAnotherHint';

export type SimpleFaults = Omit<Messages['faults'], ClerkOnlyFault & FaultCode>;
export type SimpleScreens = Omit<ScreenMessages, ClerkOnlyScreen>;
export type SimpleReaders = Omit<ReaderMessages, ClerkOnlyReader>;
