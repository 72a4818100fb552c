import { shippedStudy } from "../core/files/shippedStudy.js";
import type { ScannedNetwork } from "./filterScan.js";

/**
 * The networks of the scan that ships with the project; `npm run study:filters` makes it anew.
 * @throws ConfigError outside the project, DataError if the file is another
 */
export const shippedFilterScan = (): readonly ScannedNetwork[] =>
  shippedStudy<ScannedNetwork>("bluecher2020-filters.json").networks;
