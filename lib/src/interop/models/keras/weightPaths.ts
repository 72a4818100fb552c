interface Layer {
  readonly class_name?: unknown;
  readonly name?: unknown;
  readonly config?: unknown;
}
type Settings = Readonly<Record<string, unknown>>;

/** What is looked for: a layer, in the models of `scope`. */
interface Wanted {
  readonly name: string;
  readonly scope: readonly string[];
}

interface Place {
  /** In the file of weights: "layers/dense_1". */
  readonly path: string;
  readonly className: string;
  readonly settings: Settings;
}

const MODELS = ["Sequential", "Functional", "Model"];
/** Models inside models. */
const DEEPEST = 16;

/**
 * Where the weights of layers lie in the file of a `.keras` archive. A layer is called by its class
 * there, those of one class in the order of the model: "layers/dense", "layers/dense_1"; a layer
 * inside by its attribute; and its variables by their numbers.
 * @returns names of the datasets that may be meant, for a layer and a role, "kernel" or
 *   "forward/kernel"
 */
export function weightPaths(topology: unknown): (layer: Wanted, role: string) => string[] {
  const places = new Map<string, Place>();
  placesOf(topology as Layer, "", [], places);
  return ({ name, scope }, role) => {
    const place = places.get(JSON.stringify([...scope, name]));
    if (!place) return [];
    const [part, number] = variableOf(place.className, place.settings, role);
    return number < 0 ? [] : [`${place.path}/${part}vars/${number}`];
  };
}

function placesOf(
  model: Layer,
  path: string,
  scope: readonly string[],
  places: Map<string, Place>,
): void {
  const config = settingsOf(model);
  const layers: unknown = Array.isArray(model.config) ? model.config : config.layers;
  if (!Array.isArray(layers) || scope.length > DEEPEST) return;
  const used = new Map<string, number>();
  for (const own of layers as readonly Layer[]) {
    const settings = settingsOf(own);
    const className = String(own?.class_name);
    const snake = snakeCase(className);
    const count = used.get(snake) ?? 0;
    used.set(snake, count + 1);
    const name = String(settings.name ?? own?.name);
    const place = `${path}layers/${count === 0 ? snake : `${snake}_${count}`}`;
    if (MODELS.includes(className)) placesOf(own, `${place}/`, [...scope, name], places);
    else places.set(JSON.stringify([...scope, name]), { path: place, className, settings });
  }
}

function settingsOf(own: Layer | undefined): Settings {
  const config = own?.config;
  return typeof config === "object" && config !== null ? (config as Settings) : {};
}

/** "batch_normalization" of BatchNormalization, as Keras has it. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

const RECURRENT = ["SimpleRNN", "GRU", "LSTM"];
const normalised = (settings: Settings): string[] => [
  ...(settings.scale === false && settings.rms_scaling !== true ? [] : ["gamma"]),
  ...(settings.center === false || settings.rms_scaling === true ? [] : ["beta"]),
];

/** Roles of the variables of a layer, in their order. */
function rolesOf(className: string, settings: Settings): readonly string[] {
  switch (className) {
    case "BatchNormalization":
      return [...normalised(settings), "moving_mean", "moving_variance"];
    case "LayerNormalization":
    case "GroupNormalization":
      return normalised(settings);
    case "RMSNormalization":
    case "Attention":
      return ["scale"];
    case "Normalization":
      return ["mean", "variance", "count"];
    case "PReLU":
      return ["alpha"];
    case "Embedding":
      return ["embeddings"];
    default:
      return RECURRENT.includes(className)
        ? ["kernel", "recurrent_kernel", "bias"]
        : ["kernel", "bias"];
  }
}

/** Attributes of the layers inside a MultiHeadAttention, by the names of their weights. */
const inside: Readonly<Record<string, string>> = {
  query: "query_dense/",
  key: "key_dense/",
  value: "value_dense/",
  attention_output: "output_dense/",
};

/** The layer inside that has a variable, and its number; −1 if there is none. */
function variableOf(
  className: string,
  settings: Settings,
  role: string,
): readonly [part: string, number: number] {
  const [last, part] = role.split("/").reverse();
  if (className === "TimeDistributed") {
    const own = settings.layer as Layer | undefined;
    const [more, number] = variableOf(String(own?.class_name), settingsOf(own), role);
    return [`layer/${more}`, number];
  }
  const number = rolesOf(className === "Bidirectional" ? "LSTM" : className, settings).indexOf(
    last,
  );
  if (className === "Bidirectional") return [`${part}_layer/cell/`, number];
  if (className === "MultiHeadAttention")
    return [Object.hasOwn(inside, part ?? "") ? inside[part] : "", number];
  return [RECURRENT.includes(className) ? "cell/" : "", number];
}
