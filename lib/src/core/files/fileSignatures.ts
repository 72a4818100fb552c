import { zipNames } from "./zipNames.js";

/** What is known of a kind of file. */
export interface Signature {
  /** What a sentence calls it, with its article: "an Excel workbook". */
  readonly name: string;
  /** Endings that files of this kind have, the usual one first. */
  readonly endings: readonly string[];
  /** What to do with such a file here, a sentence. */
  readonly cure: string;
  /** Whether these first bytes are of this kind; `text` has one character a byte. */
  matches(head: Uint8Array, text: string): boolean;
}

/** Names of the kinds of files that are told apart. */
export type FormatName =
  | "npy"
  | "hdf5"
  | "root"
  | "torchscript"
  | "torch-export"
  | "pytorch"
  | "pytorch-legacy"
  | "keras"
  | "npz"
  | "xlsx"
  | "ods"
  | "office"
  | "zip"
  | "gzip"
  | "bzip2"
  | "xz"
  | "zstd"
  | "lz4"
  | "7z"
  | "tar"
  | "parquet"
  | "arrow"
  | "avro"
  | "xls"
  | "matlab"
  | "fits"
  | "netcdf"
  | "sqlite"
  | "tflite"
  | "gguf"
  | "safetensors"
  | "onnx"
  | "saved-model"
  | "pickle"
  | "pdf"
  | "image"
  | "lfs-pointer"
  | "html"
  | "xml"
  | "utf-16"
  | "json";

type Match = Signature["matches"];

const begins =
  (...signatures: readonly string[]): Match =>
  (_, text) =>
    signatures.some((signature) => text.startsWith(signature));
const at =
  (place: number, signature: string): Match =>
  (_, text) =>
    text.startsWith(signature, place);
const like =
  (pattern: RegExp): Match =>
  (_, text) =>
    pattern.test(text);

/** A text, after a byte order mark and blanks. */
const textLike =
  (pattern: RegExp): Match =>
  (_, text) =>
    pattern.test(
      text
        .slice(0, 200)
        .replace(/^\xef\xbb\xbf/, "")
        .trimStart(),
    );

/** HDF5 allows a block of another program before its own, of 512 bytes or 2, 4, … times that. */
const isHdf5: Match = (_, text) => {
  for (let p = 0; p < text.length; p = p === 0 ? 512 : 2 * p) {
    if (text.startsWith("\x89HDF\r\n\x1a\n", p)) return true;
  }
  return false;
};

const zipWith =
  (fits: (names: readonly string[]) => boolean): Match =>
  (head, text) =>
    text.startsWith("PK\x03\x04") && fits(zipNames(head));
const holds = (pattern: RegExp): Match =>
  zipWith((names) => names.some((name) => pattern.test(name)));
const arraysAlone: Match = zipWith(
  (names) => names.length > 0 && names.every((name) => name.endsWith(".npy")),
);

/** The length of a JSON text in eight bytes, then this text. */
const isSafetensors: Match = (head, text) =>
  /^\{\s*["}]/.test(text.slice(8, 40)) && head[5] === 0 && head[6] === 0 && head[7] === 0;

/** Protocol buffers have no signature: a small version in field 1, then another of ModelProto. */
const isOnnx: Match = ([first, version, second]) =>
  first === 0x08 &&
  version >= 2 &&
  version < 32 &&
  [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(second);

/** Version 1, then a graph of some length, which begins with what is said of it. */
const isSavedModel: Match = (head, text) => {
  if (!text.startsWith("\x08\x01\x12")) return false;
  const end = head.findIndex((byte, p) => p > 2 && byte < 0x80);
  return head[end + 1] === 0x0a;
};

/** `torch.save` before PyTorch 1.6 begins with a pickle of this number. */
const LEGACY_TORCH = "\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19";
const isLegacyTorch: Match = (head, text) =>
  head[0] === 0x80 &&
  head[1] <= 5 &&
  (text.startsWith(LEGACY_TORCH, 2) || text.startsWith(LEGACY_TORCH, 11));

/** Protocol 2 or 3 and an instruction that begins a value, or 4 or 5 and a frame. */
const isPickle: Match = ([first, protocol, next], text) =>
  first === 0x80 &&
  (protocol >= 4 ? protocol <= 5 && next === 0x95 : protocol >= 2) &&
  (protocol >= 4 || "])}(cKMJGXNq\x88\x89\x8a".includes(text[2]));

const asArray = "Read it with readArray.";
/** What a line of Python does with it, so that it can be read here. */
const python = (line: string): string => `In Python: ${line}.`;
const toTorch = (tensors: string): string => python(`torch.save(${tensors}, "tensors.pt")`);
const toNpz = (arrays: string): string => python(`numpy.savez("tensors.npz", **{${arrays}})`);
const original = "Save the model that it was made of.";
const toCsv = "Save the table as CSV.";
const toNpy = "Save its arrays as .npy or .npz, or the table as .csv.";
const unpack = "Unpack it first.";
const again = "Fetch the file itself.";

const packedBy = (program: string, ending: string, matches: Match): Signature => ({
  name: `a file packed by ${program}`,
  endings: [ending],
  cure: unpack,
  matches,
});

/** Every kind that is told apart; the first that matches is taken. */
export const fileSignatures: Readonly<Record<FormatName, Signature>> = {
  npy: {
    name: "a NumPy array (.npy)",
    endings: [".npy"],
    cure: asArray,
    matches: begins("\x93NUMPY"),
  },
  hdf5: {
    name: "an HDF5 file",
    endings: [".h5", ".hdf5", ".hdf", ".nc"],
    cure: "Read it with readHdf5.",
    matches: isHdf5,
  },
  root: {
    name: "a ROOT file",
    endings: [".root"],
    cure: "Read it with readRootTree.",
    matches: begins("root\0"),
  },
  torchscript: {
    name: "a TorchScript program",
    endings: [".pt", ".pth"],
    cure: toTorch('torch.jit.load("model.pt").state_dict()'),
    matches: holds(/^[^/]+\/(?:constants\.pkl|code\/.*\.py)$/),
  },
  "torch-export": {
    name: "a program of torch.export",
    endings: [".pt2"],
    cure: toTorch('torch.export.load("model.pt2").state_dict'),
    matches: holds(/(?:^|\/)(?:archive_format|serialized_exported_program\.json)$/),
  },
  pytorch: {
    name: "a PyTorch checkpoint",
    endings: [".pt", ".pth", ".ckpt"],
    cure: "Read it with readTensors.",
    matches: holds(/(?:^|\/)data\.pkl$/),
  },
  "pytorch-legacy": {
    name: "a PyTorch checkpoint of the format before 1.6",
    endings: [".pth", ".pt", ".tar"],
    cure: "Read it with readTensors.",
    matches: isLegacyTorch,
  },
  keras: {
    name: "a Keras model (.keras)",
    endings: [".keras"],
    cure: "Read it with readModel.",
    matches: holds(/^(?:model\.weights\.h5|config\.json)$/),
  },
  npz: {
    name: "an archive of NumPy arrays (.npz)",
    endings: [".npz"],
    cure: asArray,
    matches: arraysAlone,
  },
  xlsx: {
    name: "an Excel workbook",
    endings: [".xlsx", ".xlsm"],
    cure: toCsv,
    matches: holds(/^xl\//),
  },
  ods: {
    name: "an OpenDocument file",
    endings: [".ods", ".odt"],
    cure: toCsv,
    matches: zipWith((names) => names[0] === "mimetype"),
  },
  office: {
    name: "an Office document",
    endings: [".xlsx", ".docx"],
    cure: toCsv,
    matches: holds(/^(?:\[Content_Types\]\.xml|docProps\/.*|word\/.*)$/),
  },
  zip: {
    name: "a ZIP archive",
    endings: [".zip"],
    cure: unpack,
    matches: begins("PK\x03\x04", "PK\x05\x06", "PK\x07\x08"),
  },
  gzip: packedBy("gzip", ".gz", begins("\x1f\x8b")),
  bzip2: packedBy("bzip2", ".bz2", like(/^BZh[1-9]1AY&SY/)),
  xz: packedBy("xz", ".xz", begins("\xfd7zXZ\0")),
  zstd: packedBy("zstd", ".zst", begins("\x28\xb5\x2f\xfd")),
  lz4: packedBy("lz4", ".lz4", begins("\x04\x22\x4d\x18")),
  "7z": packedBy("7-Zip", ".7z", begins("7z\xbc\xaf\x27\x1c")),
  tar: { name: "a tar archive", endings: [".tar"], cure: unpack, matches: at(257, "ustar") },
  parquet: {
    name: "a Parquet table",
    endings: [".parquet"],
    cure: toCsv,
    matches: begins("PAR1", "PARE"),
  },
  arrow: {
    name: "an Arrow table",
    endings: [".feather", ".arrow"],
    cure: toCsv,
    matches: begins("ARROW1", "FEA1"),
  },
  avro: { name: "an Avro file", endings: [".avro"], cure: toCsv, matches: begins("Obj\x01") },
  xls: {
    name: "an Excel workbook of the old format",
    endings: [".xls"],
    cure: toCsv,
    matches: begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
  },
  matlab: {
    name: "a MATLAB file",
    endings: [".mat"],
    cure: toNpy,
    matches: begins("MATLAB 5.0 MAT-file"),
  },
  fits: { name: "a FITS file", endings: [".fits"], cure: toNpy, matches: begins("SIMPLE  =") },
  netcdf: {
    name: "a NetCDF file of the classic format",
    endings: [".nc"],
    cure: toNpy,
    matches: begins("CDF\x01", "CDF\x02", "CDF\x05"),
  },
  sqlite: {
    name: "an SQLite database",
    endings: [".db", ".sqlite"],
    cure: toCsv,
    matches: begins("SQLite format 3\0"),
  },
  tflite: {
    name: "a TensorFlow Lite model",
    endings: [".tflite"],
    cure: original,
    matches: at(4, "TFL3"),
  },
  gguf: {
    name: "a GGUF model",
    endings: [".gguf"],
    matches: begins("GGUF"),
    cure: toNpz(
      "t.name: gguf.dequantize(t.data, t.tensor_type) " +
        'for t in gguf.GGUFReader("model.gguf").tensors',
    ),
  },
  safetensors: {
    name: "a safetensors file",
    endings: [".safetensors"],
    matches: isSafetensors,
    cure: "Read it with readTensors.",
  },
  onnx: {
    name: "an ONNX model",
    endings: [".onnx"],
    matches: isOnnx,
    cure: "Read it with readModel.",
  },
  "saved-model": {
    name: "a SavedModel of TensorFlow",
    endings: [".pb"],
    matches: isSavedModel,
    cure: toNpz('v.name: v.numpy() for v in tensorflow.saved_model.load("folder").variables'),
  },
  pickle: { name: "a Python pickle", endings: [".pkl", ".pickle"], cure: toNpy, matches: isPickle },
  pdf: { name: "a PDF document", endings: [".pdf"], cure: again, matches: begins("%PDF-") },
  image: {
    name: "a picture",
    endings: [".png", ".jpg"],
    cure: again,
    matches: begins("\x89PNG\r\n", "\xff\xd8\xff", "GIF8"),
  },
  "lfs-pointer": {
    name: "a pointer of Git LFS",
    endings: [],
    cure: "Run git lfs pull for the file itself.",
    matches: begins("version https://git-lfs.github.com/spec/"),
  },
  html: {
    name: "a web page",
    endings: [".html"],
    cure: "The download gave a page in place of the file; fetch the file itself.",
    matches: textLike(/^<(?:!doctype html|html|head|body)\b/i),
  },
  xml: { name: "an XML file", endings: [".xml"], cure: toNpy, matches: textLike(/^<\?xml\b/) },
  "utf-16": {
    name: "text in UTF-16",
    endings: [".txt", ".csv"],
    cure: "Save it in UTF-8.",
    matches: begins("\xff\xfe", "\xfe\xff"),
  },
  json: {
    name: "JSON",
    endings: [".json"],
    cure: "A model is read with readModel; save data as .npy or .csv.",
    matches: textLike(/^\{\s*(?:"|\}\s*$)/),
  },
};
