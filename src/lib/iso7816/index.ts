export { ApduError, type ApduErrorCode } from './apdu-error.ts';
export { connectCard, type ConnectOptions } from './connect-card.ts';
export type { LinkBudget } from './guarded-link.ts';
export type {
  AllowedApplication,
  AllowList,
  CardConnection,
  FileOutcome,
  FileReadOptions,
  KeyReference,
  LinkFigures,
  ReadOptions,
  ReadOutcome,
  SelectOutcome,
  TriesOutcome,
  VerifyOutcome,
} from './card-connection.ts';
