/** What a file of trees may claim, at most, before its lists are looked at. */
export const limits: {
  readonly features: number;
  readonly outputs: number;
  readonly nodes: number;
  /** Of a file. */
  readonly bytes: number;
} = { features: 2 ** 20, outputs: 2 ** 12, nodes: 2 ** 26, bytes: 2 ** 28 };
