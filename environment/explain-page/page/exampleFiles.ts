// The example that is inside the page.

interface Example {
  /** As base64, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly classes: string;
}

const example = (): Example =>
  JSON.parse(document.getElementById("phaselens-example")!.textContent!) as Example;

export const exampleFiles = (): (readonly [string, Blob])[] =>
  Object.entries(example().files).map(([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
    return [name, new Blob([bytes])] as const;
  });

/** What one would write into the form: names of the classes. */
export const exampleClasses = (): string => example().classes;
