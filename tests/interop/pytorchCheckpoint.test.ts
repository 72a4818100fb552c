import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "phaselens/core";
import { readTensors } from "phaselens/interop";
import { afterAll, describe, expect, it } from "vitest";
import { zip, type ZipFile } from "./zip.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
/** A checkpoint with this pickle. */
const checkpoint = (pickle: string | Buffer, more: readonly ZipFile[] = []): string =>
  write(
    "made.pt",
    zip([
      {
        name: "made/data.pkl",
        data: typeof pickle === "string" ? Buffer.from(pickle, "latin1") : pickle,
      },
      ...more,
    ]),
  );
const failure = (read: () => unknown): DataError => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error("nothing was refused");
};
const short = (text: string): string => `X${String.fromCharCode(text.length)}\0\0\0${text}`;
/** {"w": tensor of `shape` and `strides` from storage "0" of `count` floats} */
const tensorPickle = (shape: string, strides: string, offset = "K\0", key = "0"): string =>
  `\x80\x02}${short("w")}ctorch._utils\n_rebuild_tensor_v2\n((${short("storage")}ctorch\nFloatStorage\n${short(key)}${short("cpu")}K\x04tQ${offset}${shape}${strides}\x89NtRs.`;
const four: ZipFile = {
  name: "made/data/0",
  data: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer),
};

describe("a checkpoint of plain tensors", () => {
  it("gives them by name: float32, float64, whole numbers, transposed and cut ones", () => {
    const tensors = readTensors(fixture("tensors.pt"));
    expect(Object.keys(tensors)).toEqual([
      "fr1.weight",
      "fr1.bias",
      "steps",
      "columns",
      "tail",
      "double",
    ]);
    expect(tensors["fr1.weight"]).toEqual({
      shape: [3, 4],
      data: Float64Array.from({ length: 12 }, (_, p) => p / 8),
    });
    expect(Array.from(tensors["fr1.bias"].data)).toEqual([0.5, -1.25, 3]);
    expect(tensors.steps).toEqual({ shape: [], data: Float64Array.of(7) });
    expect(tensors.columns).toEqual({
      shape: [4, 3],
      data: Float64Array.from({ length: 12 }, (_, p) => ((p % 3) * 4 + Math.floor(p / 3)) / 8),
    });
    expect(Array.from(tensors.tail.data)).toEqual([0.75, 0.875, 1.25, 1.375]);
    expect(tensors.double.data[0]).toBe(1 / 3);
  });

  it("inside the dictionary of a training run gives them as outer.inner and leaves the rest", () => {
    const tensors = readTensors(fixture("training.pt"));
    expect(Object.keys(tensors)).toEqual([
      "model.0.weight",
      "model.0.bias",
      "model.1.weight",
      "model.1.bias",
    ]);
    expect(Array.from(tensors["model.0.weight"].data)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25]);
  });

  it("may be deflated", () => {
    const made = write(
      "deflated.pt",
      zip([
        {
          name: "made/data.pkl",
          data: Buffer.from(tensorPickle("K\x02\x85", "K\x01\x85"), "latin1"),
          deflate: true,
        },
        { ...four, deflate: true },
      ]),
    );
    expect(Array.from(readTensors(made).w.data)).toEqual([1, 2]);
  });
});

describe("code in a checkpoint", () => {
  it("is refused by name and not executed", () => {
    const victim = join(folder, "executed");
    const path = checkpoint(`\x80\x02cposix\nsystem\n${short(`touch ${victim}`)}\x85R.`);
    expect(failure(() => readTensors(path)).message).toContain(
      "asks for posix.system, which is no plain tensor; nothing was executed",
    );
    expect(existsSync(victim)).toBe(false);
    expect(failure(() => readTensors(fixture("module.pt"))).message).toContain(
      "torch.nn.modules.container.Sequential",
    );
  });

  it.each([
    ["by STACK_GLOBAL", `\x80\x04\x8c\x08builtins\x8c\x04eval\x93.`, "builtins.eval"],
    ["by INST", "\x80\x02(ios\nsystem\n.", "the instruction 0x69"],
    ["by OBJ", "\x80\x02(o.", "the instruction 0x6f"],
    ["by NEWOBJ", "\x80\x02)\x81.", "the instruction 0x81"],
    ["by EXT1", "\x80\x02\x82\x01.", "the instruction 0x82"],
    ["by a persistent id in text", "\x80\x02Pid\n.", "the instruction 0x50"],
    ["by calling what is no name", `\x80\x02${short("eval")})R.`, "a call is not of a name"],
    [
      "by a state for a call",
      "\x80\x02ctorch\nFloatStorage\n)R}b.",
      "a state belongs to no dictionary",
    ],
  ])("is refused %s", (_, pickle, message) => {
    const path = checkpoint(pickle);
    expect(failure(() => readTensors(path)).message).toContain(message);
  });
});

describe("a damaged checkpoint", () => {
  it("cut anywhere is refused with a DataError", () => {
    const whole = readFileSync(fixture("tensors.pt"));
    for (let length = 0; length < whole.length; length += 37) {
      const path = write("cut.pt", whole.subarray(0, length));
      expect(failure(() => readTensors(path)).message).toContain("truncated");
    }
  });

  it("with a pickle cut anywhere, or with any byte changed, gives tensors or a DataError", () => {
    const pickle = Buffer.from(tensorPickle("K\x02\x85", "K\x01\x85"), "latin1");
    for (let p = 0; p < pickle.length; p++) {
      const cut = checkpoint(pickle.subarray(0, p), [four]);
      failure(() => readTensors(cut));
      for (const value of [0, 0x2e, 0x52, 0x68, 0xff]) {
        const changed = Buffer.from(pickle);
        changed[p] = value;
        const path = checkpoint(changed, [four]);
        try {
          readTensors(path);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }
    }
  });

  it("whose tensors reach beyond their storage is refused", () => {
    for (const pickle of [
      tensorPickle("K\x05\x85", "K\x01\x85"),
      tensorPickle("K\x02\x85", "K\x04\x85"),
      tensorPickle("K\x02\x85", "K\x01\x85", "K\x03"),
    ]) {
      const path = checkpoint(pickle, [four]);
      expect(failure(() => readTensors(path)).message).toMatch(
        /reaches number \d of a storage of 4/,
      );
    }
    const elsewhere = checkpoint(tensorPickle("K\x01\x85", "K\x01\x85", "K\0", "../x"), [four]);
    expect(failure(() => readTensors(elsewhere)).message).toContain("storage of another kind");
    const absent = checkpoint(tensorPickle("K\x01\x85", "K\x01\x85"));
    expect(failure(() => readTensors(absent)).message).toContain('holds no "made/data/0"');
  });

  it("that grows when it is unpacked is bounded", () => {
    const zeros = Buffer.alloc(50_000_000);
    const bomb = write("bomb.pt", zip([{ name: "made/data.pkl", data: zeros, deflate: true }]));
    expect(failure(() => readTensors(bomb, { maximumBytes: 1_000_000 })).message).toContain(
      "50000000 bytes or more, 1000000 are allowed",
    );
    const liar = write(
      "liar.pt",
      zip([{ name: "made/data.pkl", data: zeros, deflate: true, claimed: 100 }]),
    );
    expect(failure(() => readTensors(liar, { maximumBytes: 1_000_000 })).message).toContain(
      "cannot be unpacked to the 100 bytes",
    );
    // one number seen as ten thousand million by strides of 0
    const wide = checkpoint(tensorPickle("J\0\0\x01\0J\0\0\x02\0\x86", "K\0K\0\x86"), [four]);
    expect(failure(() => readTensors(wide)).message).toContain("exceeds what may be read");
  });

  it("encrypted, packed in another way, changed or no checkpoint at all says so", () => {
    const data = Buffer.from("x");
    for (const [file, message] of [
      [{ name: "made/data.pkl", data, flags: 1 }, "is encrypted"],
      [{ name: "made/data.pkl", data, method: 14 }, "packed by method 14"],
      [{ name: "notes.txt", data }, "holds no data.pkl"],
    ] as const) {
      const path = write("odd.pt", zip([file]));
      expect(failure(() => readTensors(path)).message).toContain(message);
    }
    const empty = checkpoint("\x80\x02}.");
    expect(failure(() => readTensors(empty)).message).toContain("holds no tensors");
    expect(failure(() => readTensors(join(folder, "absent.pt"))).message).toContain(
      "cannot be read",
    );
    expect(failure(() => readTensors(write("text.pt", Buffer.from("hello")))).message).toContain(
      "no sound ZIP archive",
    );
  });

  it("with a storage that does not have its checksum is refused", () => {
    const bytes = zip([
      {
        name: "made/data.pkl",
        data: Buffer.from(tensorPickle("K\x02\x85", "K\x01\x85"), "latin1"),
      },
      four,
    ]);
    bytes[bytes.indexOf(four.data) + 3] ^= 64;
    const path = write("flipped.pt", bytes);
    expect(failure(() => readTensors(path)).message).toContain("does not have its checksum");
  });
});
