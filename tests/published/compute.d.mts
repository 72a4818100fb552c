export interface Computed {
  /** Of a page alone. */
  readonly wasm?: boolean;
  readonly file: string;
  readonly numbers: Readonly<Record<string, unknown>>;
}
export function compute(): Promise<Computed>;
