import type { KernelName, Kernels } from "./kernels.js";
import { table } from "./table.js";
import * as twins from "./twins/index.js";
import type { Views } from "./views.js";

/** The plain kernels at the memory of an arena. */
export function bindTwins(views: Views): Kernels {
  const bound = (Object.keys(table) as KernelName[]).map((name) => {
    const twin: (of: Views, ...args: number[]) => unknown = twins[name];
    return [name, twin.bind(undefined, views)];
  });
  return Object.fromEntries(bound) as Kernels;
}
