import { listSetting, refused, type Call } from "../call.js";

/** Extents of the parts of `Split`: given, or as many equal ones as there are outputs. */
export function splitSizes(call: Call, extent: number): readonly number[] {
  const given = listSetting(call, "split", 1);
  const parts = call.node.attributes.integer("num_outputs", call.node.outputs.length);
  if (parts > Math.max(extent, call.node.outputs.length))
    throw refused(call, `splits ${extent} entries into ${parts}`, "Check the extents");
  const each = Math.ceil(extent / parts);
  const sizes =
    given ??
    Array.from({ length: parts }, (_, k) => Math.max(0, Math.min(each, extent - k * each)));
  const sum = sizes.reduce((total, count) => total + count, 0);
  if (sizes.every((count) => Number.isSafeInteger(count) && count >= 0) && sum === extent)
    return sizes;
  throw refused(call, `splits ${extent} entries into [${sizes}]`, "Check the extents");
}
