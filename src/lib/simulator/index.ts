export { parseCardImage, readCardImage, type ApplicationImage, type CardBehaviour, type CardImage, type TrainingAnchors } from './card-image.ts';
export type { HostMessageName } from './ccid-message.ts';
export {
  FaultSchedule,
  type BlockFault,
  type CardFault,
  type Fault,
  type FaultKind,
  type FaultOf,
  type ReplyFault,
  type SessionFault,
  type TurnFault,
  type UsbFault,
  type When,
} from './faults.ts';
export type { HidOptions } from './hid/hid-bridge.ts';
export { type HidFilter, VirtualHid, type VirtualHidDevice, type VirtualInputReportEvent } from './hid/virtual-hid.ts';
export { hostileAirBlocks, hostileContactBlocks } from './hostile-blocks.ts';
export { hostileCases, type HostileCase } from './hostile-cases.ts';
export { practiceCards, type PracticeCard } from './practice-cards.ts';
export { withBitRates, type CardRadio } from './card-radio.ts';
export type { LinkModel, RateIndex } from './link-clock.ts';
export { readerNames, readerProfiles, type InterfaceProfile, type ReaderName, type ReaderProfile, type ReaderProfileName } from './reader-profiles.ts';
export type { RcS300Options, RcS300Strategy } from './rc-s300/rc-s300-options.ts';
export type { RcS380Options } from './rc-s380/rc-s380-commands.ts';
export { rcS300Profile, rcS380Profile } from './sony-profiles.ts';
export { SimulatorError, type SimulatorErrorCode } from './simulator-error.ts';
export { VirtualSmartCardError, type SmartCardResponseCode } from './smart-card/smart-card-error.ts';
export { type SmartCardReaderStateIn, type SmartCardReaderStateOut, VirtualSmartCard } from './smart-card/virtual-smart-card.ts';
export { VirtualCard, type CardSnapshot, type CredentialSnapshot, type LoggedCommand, type VirtualCardOptions } from './virtual-card.ts';
export type { LoggedMessage, MessageName } from './usb-function.ts';
export { practiceUsb, usbPortOf, virtualReader, type VirtualReader, type VirtualReaderOptions } from './virtual-reader.ts';
export type { InTransfer } from './in-endpoint.ts';
export type { UsbPort } from './usb-port.ts';
export { type ChooserAnswer, VirtualUsb } from './virtual-usb.ts';
