// Elements of the page. Texts become text nodes, never markup, and what turns the direction of
// writing or is not seen is written out: names in data may hold anything.

import { printable } from "phaselens/internal/core/printable";

export type Child = Node | string | number | undefined | false | readonly Child[];
type Attributes = Readonly<Record<string, unknown>>;

/**
 * An element with attributes and children; an attribute that is a function listens to the event of
 * its name.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : attribute(name, String(value)));
  }
  append(element, children);
  return element;
}

/** Values are what is meant, not what is shown. */
const attribute = (name: string, text: string): string =>
  name === "value" ? text : printable(text);

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child as readonly Child[]);
    else element.append(typeof child === "object" ? (child as Node) : printable(String(child)));
  }
}

/** A name out of the data: as it is written, whichever direction, and cut where it is very long. */
export const named = (text: string): HTMLElement =>
  h("bdi", { class: "named", title: text.length > 80 ? text : undefined }, cut(text, 80));

export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Puts new children in the place of what is there. */
export const fill = (element: Element, ...children: readonly Child[]): void => {
  element.replaceChildren();
  append(element, children);
};
