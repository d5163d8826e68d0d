export { ApduError, type ApduErrorCode } from './apdu-error.ts';
export type {
  AllowedApplication,
  AllowList,
  CardConnection,
  KeyReference,
  LinkFigures,
  ReadOptions,
  ReadOutcome,
  SelectOutcome,
  TriesOutcome,
  VerifyOutcome,
} from './card-connection.ts';
