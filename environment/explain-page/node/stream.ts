// Stands for node:stream in the page's worker: pieces that one loop hands to the next.
import { Buffer } from "./buffer.js";

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Unpacks what `pipeline` gives it, through the browser's own stream. */
export class Unpacking {
  #source: Pieces = [];
  constructor(readonly format: CompressionFormat) {}

  takeFrom(source: Pieces): void {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const stream = new DecompressionStream(this.format);
    const writer = stream.writable.getWriter();
    const feed = async (): Promise<void> => {
      for await (const piece of this.#source) await writer.write(piece as BufferSource);
      await writer.close();
    };
    // what goes wrong in the reading below is told there
    const fed = feed().catch((error: unknown) => writer.abort(error).catch(() => {}));
    const reader = stream.readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    await fed;
  }
}

export const pipeline = (source: Pieces, into: Unpacking): void => into.takeFrom(source);
export const Readable = { from: (source: Pieces): Pieces => source };
