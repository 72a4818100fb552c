// The beginning: where files are dropped, or the example is taken.
import { h } from "./dom.js";

export function startView(
  take: (files: readonly (readonly [string, Blob])[]) => void,
  example: () => void,
): HTMLElement {
  const taken = (list: FileList | null): void =>
    take([...(list ?? [])].map((file) => [file.webkitRelativePath || file.name, file] as const));
  const input = h("input", {
    type: "file",
    multiple: true,
    id: "files",
    class: "away",
    change: () => taken(input.files),
  });
  const zone = h(
    "div",
    {
      class: "drop",
      dragover: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.add("over");
      },
      dragleave: () => zone.classList.remove("over"),
      drop: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.remove("over");
        taken(event.dataTransfer?.files ?? null);
      },
    },
    h("p", { class: "large" }, "Drop a model and its data here"),
    h(
      "p",
      {},
      input,
      h("label", { class: "button", for: "files" }, "Choose files"),
      " or ",
      h("button", { type: "button", id: "example", click: example }, "Try the example"),
    ),
    h(
      "p",
      { class: "meta" },
      "Model: .onnx, model.json of TensorFlow.js with its weights, .keras, a state dictionary (.pt, .safetensors) with its network named, trees (.ubj, .json, .txt, .xml). " +
        "Data: .csv, .npy, .npz, .h5, .root, .parquet; training data as well if you have them.",
    ),
  );
  return h(
    "div",
    {},
    zone,
    h(
      "p",
      { class: "meta" },
      "Nothing leaves this computer: the page has everything it needs inside and may ask no address for anything.",
    ),
  );
}
