/**
 * @typedef {import("./session.mjs").StreamMessage} StreamMessage
 * @typedef {import("./session.mjs").DisplayMessage} DisplayMessage
 */

/** Notebook files hold long texts as lists of lines. @param {string} text */
export const toLines = (text) => text.split(/(?<=\n)/);

/** @param {string | string[] | undefined} text  a text as a notebook file holds it */
export const toText = (text) => (Array.isArray(text) ? text.join("") : (text ?? ""));

/** Types that notebook files hold as lines; JSON stays a value, binary stays one base64 text. */
const isText = (type) => /^text\/|^image\/svg\+xml$/.test(type);

/** Collects what cells print and display into the `outputs` of their cells, as Jupyter would. */
export class OutputCollector {
  /**
   * Displays by their identity: update_display_data replaces all that were shown under it,
   * whichever cell they are in.
   */
  #displays = new Map();

  /**
   * @param {object[]} outputs outputs of the cell that sent the message
   * @param {StreamMessage | DisplayMessage} message
   */
  add(outputs, message) {
    if (message.type === "stream") this.#addText(outputs, message);
    else if (message.update) this.#update(message.content);
    else this.#addDisplay(outputs, message.content);
  }

  #addText(outputs, { name, text }) {
    const last = outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name)
      last.text = toLines(toText(last.text) + text);
    else outputs.push({ output_type: "stream", name, text: toLines(text) });
  }

  #addDisplay(outputs, content) {
    const output = { output_type: "display_data", ...stored(content) };
    outputs.push(output);
    const id = content.transient?.display_id;
    if (id) this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #update(content) {
    for (const output of this.#displays.get(content.transient?.display_id) ?? [])
      Object.assign(output, stored(content));
  }
}

function stored({ data, metadata = {} }) {
  const entries = Object.entries(data).map(([type, value]) => [
    type,
    isText(type) && typeof value === "string" ? toLines(value) : value,
  ]);
  return { data: Object.fromEntries(entries), metadata };
}
