/** Where the machine lies: built once, outside the project. `REAL_USB_FOLDER` puts it elsewhere. */
import { homedir } from 'node:os';
import path from 'node:path';

export const machineFolder = process.env['REAL_USB_FOLDER'] ?? path.join(homedir(), '.cache', 'madoguchi-real-usb');
export const kernel = path.join(machineFolder, 'linux');
export const image = path.join(machineFolder, 'root.img');
/** Written last: what the machine was built from. */
export const stamp = path.join(machineFolder, 'built-from');
