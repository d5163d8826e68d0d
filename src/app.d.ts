declare global {
  /** Version and commit of the build, set by Vite's `define`. */
  const __APP_BUILD__: string;
}
export {};
