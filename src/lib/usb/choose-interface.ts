/**
 * Which configuration and interface of a device to use. Pure. Chosen by class and endpoints, never by number: one device
 * may have a protected interface (class 0x0B) and a vendor interface (class 0xFF) side by side.
 * Looked at: `alternates[0]` only (`alternate` is null before a configuration is selected). Refused: interfaces without
 * bulk IN and bulk OUT, which ICCD tokens are (control transfers only).
 */

/** The part of `USBEndpoint` that matters. */
export interface EndpointView {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: 'bulk' | 'interrupt' | 'isochronous';
  readonly packetSize: number;
}

export interface AlternateView {
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly endpoints: readonly EndpointView[];
}

export interface ConfigurationView {
  readonly configurationValue: number;
  readonly interfaces: readonly { readonly interfaceNumber: number; readonly alternates: readonly AlternateView[] }[];
}

/** An interface with the endpoints a pipe needs. */
export interface InterfaceChoice {
  readonly interfaceNumber: number;
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly interfaceProtocol: number;
  readonly bulkIn: EndpointView;
  readonly bulkOut: EndpointView;
  readonly interruptIn: EndpointView | undefined;
}

const VENDOR_CLASS = 0xff;
const SMART_CARD_CLASS = 0x0b;

/**
 * The active configuration when it has an interface we could use, else the first one that has.
 * @param activeValue bConfigurationValue of the active configuration, `undefined` = none
 */
export function chooseConfiguration(configurations: readonly ConfigurationView[], activeValue: number | undefined): ConfigurationView | undefined {
  const usable = configurations.filter((configuration) => candidatesOf(configuration).length > 0);
  return usable.find(({ configurationValue }) => configurationValue === activeValue) ?? usable[0];
}

/**
 * Vendor class with a functional descriptor, then vendor class, then class 0x0B; among equals the lowest number.
 * @param hasDescriptor whether the interface of that number has a CCID-like functional descriptor
 */
export function chooseInterface(configuration: ConfigurationView, hasDescriptor: (interfaceNumber: number) => boolean): InterfaceChoice | undefined {
  const candidates = candidatesOf(configuration);
  const vendor = candidates.filter(({ interfaceClass }) => interfaceClass === VENDOR_CLASS);
  return vendor.find(({ interfaceNumber }) => hasDescriptor(interfaceNumber)) ?? vendor[0] ?? candidates[0];
}

/**
 * Smart-card interfaces that stand side by side, as contacts and antenna of one reader do: nobody but a person knows which one is meant.
 * Empty where there is one only, or a vendor interface, which comes first. Lowest number first.
 */
export function siblingInterfaces(configuration: ConfigurationView): readonly number[] {
  const candidates = candidatesOf(configuration);
  const isPlain = candidates.length > 1 && candidates.every(({ interfaceClass }) => interfaceClass === SMART_CARD_CLASS);
  return isPlain ? candidates.map(({ interfaceNumber }) => interfaceNumber) : [];
}

/** The interface of that number, if it is one we could use. */
export function interfaceOf(configuration: ConfigurationView, interfaceNumber: number): InterfaceChoice | undefined {
  return candidatesOf(configuration).find((candidate) => candidate.interfaceNumber === interfaceNumber);
}

/** By interface number, lowest first. */
function candidatesOf({ interfaces }: ConfigurationView): InterfaceChoice[] {
  return interfaces
    .flatMap(({ interfaceNumber, alternates }) => candidateOf(interfaceNumber, alternates[0]) ?? [])
    .sort((left, right) => left.interfaceNumber - right.interfaceNumber);
}

function candidateOf(interfaceNumber: number, alternate: AlternateView | undefined): InterfaceChoice | undefined {
  if (alternate === undefined) return undefined;
  const { interfaceClass, interfaceSubclass, interfaceProtocol, endpoints } = alternate;
  if (interfaceClass !== VENDOR_CLASS && interfaceClass !== SMART_CARD_CLASS) return undefined;
  // A packet size of 0 would make every length a multiple of it; such an endpoint can carry nothing.
  const first = (type: EndpointView['type'], direction: EndpointView['direction']): EndpointView | undefined =>
    endpoints.find((endpoint) => endpoint.type === type && endpoint.direction === direction && endpoint.packetSize > 0);
  const bulkIn = first('bulk', 'in');
  const bulkOut = first('bulk', 'out');
  if (bulkIn === undefined || bulkOut === undefined) return undefined;
  return { interfaceNumber, interfaceClass, interfaceSubclass, interfaceProtocol, bulkIn, bulkOut, interruptIn: first('interrupt', 'in') };
}
