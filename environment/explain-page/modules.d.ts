// What is used of packages that declare no types.

declare module "tabulator-tables" {
  interface Row {
    getData(): unknown;
    getElement(): HTMLElement;
  }
  export class TabulatorFull {
    constructor(holder: HTMLElement, options: object);
    on(event: string, listen: (...values: never[]) => void): void;
    setSort(field: string, direction: "asc" | "desc"): void;
    setFilter(keep: (line: never) => boolean): void;
    getDataCount(of: "active"): number;
    replaceData(lines: readonly object[]): Promise<void>;
    getRow(index: number): Row | false;
  }
}
