/** The types of WebUSB are classes that only a browser can make. A double makes plain objects of the same shape. */

/** One level: the members of a class without the class. */
export type Shape<Class> = { readonly [Key in keyof Class]: Class[Key] };

/** All levels, for values that are data through and through. */
export type DeepShape<Value> = Value extends readonly (infer Item)[]
  ? DeepShape<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: DeepShape<Value[Key]> }
    : Value;

export type ConfigurationView = DeepShape<USBConfiguration>;
export type InterfaceView = DeepShape<USBInterface>;
export type AlternateView = DeepShape<USBAlternateInterface>;
export type InResult = Shape<USBInTransferResult>;
export type OutResult = Shape<USBOutTransferResult>;
