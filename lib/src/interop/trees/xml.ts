import { DataError } from "../../core/errors.js";
import { shown } from "../../core/oneOf.js";

/** An element with its attributes, the elements inside, and the text before the first of them. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Elements within elements, at most. */
const DEEPEST = 1000;

/**
 * The part of XML 1.0 that programs write who only keep numbers: elements, attributes, text, the
 * five named characters. A document type is refused, so nothing expands and nothing is fetched;
 * every step goes forward, so time and memory are those of the text. (That is all that TMVA writes;
 * parsers of all of XML bring name spaces, entities and documents that load others.)
 * @returns the outermost element
 * @throws DataError for what is damaged, cut off or of another kind
 */
export function readXml(text: string, source: string): XmlElement {
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let at = text.codePointAt(0) === 0xfeff ? 1 : 0;
  const refuse = (fact: string): never => {
    throw new DataError(`${source}: at character ${at} ${fact}. ${CURE}.`, { at });
  };
  const past = (sign: string, from: number): number => {
    const end = text.indexOf(sign, from);
    return end < 0 ? refuse(`${shown(sign)} is expected and does not come`) : end + sign.length;
  };
  while (at < text.length) {
    const next = text.indexOf("<", at);
    const words = text.slice(at, next < 0 ? text.length : next);
    if (open.length > 0) {
      const inner = open[open.length - 1];
      if (inner.children.length === 0) inner.text += plain(words, refuse);
    } else if (words.trim() !== "") refuse(`stands ${shown(words.trim())} outside of all elements`);
    if (next < 0) break;
    at = next;
    if (text.startsWith("<!--", at)) at = past("-->", at + 4);
    else if (text.startsWith("<?", at)) at = past("?>", at + 2);
    else if (text.startsWith("<!", at)) refuse("stands a document type or a section of raw text");
    else {
      const end = past(">", at);
      const tag = text.slice(at + 1, end - 1);
      if (tag.startsWith("/")) {
        const closed = open.pop();
        if (closed?.name !== tag.slice(1).trim()) refuse(`ends ${shown(tag)}, which did not begin`);
      } else {
        const element = elementOf(tag.endsWith("/") ? tag.slice(0, -1) : tag, refuse);
        if (open.length > 0) open[open.length - 1].children.push(element);
        else if (root) refuse("begins a second element outside of all others");
        else root = element;
        if (!tag.endsWith("/")) open.push(element);
        if (open.length > DEEPEST) refuse(`elements nest deeper than ${DEEPEST}`);
      }
      at = end;
    }
  }
  if (open.length > 0) refuse(`the text ends within ${shown(open[open.length - 1].name)}`);
  return root ?? refuse("there is no element");
}

const CURE = "The file is damaged or cut off; fetch it again";

type Refuse = (fact: string) => never;

const named: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
};

function plain(text: string, refuse: Refuse): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;\s]{0,10});?/g, (whole, name: string) => {
    if (Object.hasOwn(named, name)) return named[name];
    const code = name.startsWith("#x") ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    const known = name.startsWith("#") && code > 0 && code < 0x110000;
    return known
      ? String.fromCodePoint(code)
      : refuse(`stands ${shown(whole)}, which is no character`);
  });
}

const ATTRIBUTE = /\s+([^\s=<>"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

function elementOf(tag: string, refuse: Refuse): XmlElement {
  const name = /^[^\s=<>"'/]+/.exec(tag)?.[0] ?? refuse(`begins an element without a name`);
  const attributes = new Map<string, string>();
  const length = tag.trimEnd().length;
  for (let at = name.length; at < length; at = ATTRIBUTE.lastIndex) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(tag) ?? refuse(`${shown(name)} has what is no attribute`);
    if (attributes.has(found[1])) refuse(`${shown(name)} has ${shown(found[1])} twice`);
    attributes.set(found[1], plain(found[2] ?? found[3], refuse));
  }
  return { name, attributes, children: [], text: "" };
}
