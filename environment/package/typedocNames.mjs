// A plugin of TypeDoc: parameters that are taken apart in the head of a function are called by what
// they are, `options` or their type, in place of "__namedParameters".
import { Converter } from "typedoc";

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_PARAMETER, (_context, parameter, node) => {
    const type = node?.type?.typeName?.text;
    if (parameter.name === "__namedParameters") parameter.name = nameOf(type);
  });
}

/** "samples" for `Samples`; "options" for options of any kind and types without a name. */
function nameOf(type) {
  if (!type || /Options$|^(Pick|Omit|Partial|Readonly)$/.test(type)) return "options";
  return type[0].toLowerCase() + type.slice(1);
}
