import { unpack } from "../unpack.js";
import { frameReader, type FrameReader, type Locator } from "./frameReader.js";
import { readSchema, type NtupleSchema } from "./schema.js";

/** What the key of an RNTuple says: where header and footer lie, and their sizes. */
export interface NtupleAnchor {
  readonly fVersionEpoch: number;
  readonly fSeekHeader: number;
  readonly fNBytesHeader: number;
  readonly fLenHeader: number;
  readonly fSeekFooter: number;
  readonly fNBytesFooter: number;
  readonly fLenFooter: number;
  readonly fMaxKeySize: number;
}

/** Elements of a column that are stored together. */
export interface Page extends Locator {
  readonly elements: number;
}

/** Pages of a column in a cluster; undefined where another encoding is used there. */
export type ClusterColumn =
  { readonly pages: readonly Page[]; readonly packed: boolean } | undefined;

/** Consecutive entries with the pages of all columns. */
export interface Cluster {
  readonly first: number;
  readonly entries: number;
  readonly columns: readonly ClusterColumn[];
}

export interface NtupleContents {
  readonly schema: NtupleSchema;
  readonly clusters: readonly Cluster[];
}

type Read = (at: number, length: number) => DataView;

const [HEADER, FOOTER, PAGE_LIST] = [1, 2, 3];

/**
 * Header, footer and lists of pages of an RNTuple (RNTuple Binary Format 1.0).
 * @throws RangeError where it is damaged, or uses what is not read
 */
export async function readContents(anchor: NtupleAnchor, read: Read): Promise<NtupleContents> {
  const { fSeekHeader: seekHeader, fNBytesHeader: bytesHeader, fSeekFooter: seekFooter } = anchor;
  const header = await envelope(
    read,
    { at: seekHeader, size: bytesHeader },
    anchor.fLenHeader,
    HEADER,
  );
  header.text(); // its name
  header.text(); // what is said of it
  header.text(); // what wrote it
  const begun = readSchema(header, { fields: [], columns: [], aliases: [] });
  const footer = await envelope(
    read,
    { at: seekFooter, size: anchor.fNBytesFooter },
    anchor.fLenFooter,
    FOOTER,
  );
  skipChecksum(footer);
  const schema = footer.record(() => readSchema(footer, begun));
  const groups = footer.list(() =>
    footer.record(() => {
      footer.u64(); // first entry
      footer.u64(); // entries
      footer.u32(); // clusters
      return { length: footer.u64(), locator: footer.locator() };
    }),
  );
  const clusters: Cluster[] = [];
  for (const { length, locator } of groups) {
    clusters.push(...readPageList(await envelope(read, locator, length, PAGE_LIST)));
  }
  checkClusters(clusters);
  return { schema, clusters };
}

/** The checksum of the header stands in footer and lists of pages. */
const skipChecksum = (reader: FrameReader): void => {
  reader.u32();
  reader.u32();
};

/** Unpacks an envelope: type and length, then features, of which none is known that must be. */
async function envelope(
  read: Read,
  { at, size }: Locator,
  length: number,
  type: number,
): Promise<FrameReader> {
  const bytes = await unpack(read(at, size), length);
  if (!bytes) throw new RangeError(`an envelope cannot be unpacked to ${length} bytes`);
  const reader = frameReader(bytes);
  const [kind, low, high] = [reader.u16(), reader.u16(), reader.u32()];
  if (kind !== type || low + high * 2 ** 16 !== length) {
    throw new RangeError(
      `an envelope of type ${type} and ${length} bytes is not where it should be`,
    );
  }
  if (type !== PAGE_LIST && (reader.u32() !== 0 || reader.u32() !== 0)) {
    throw new RangeError("it has features that are not read");
  }
  return reader;
}

function readPageList(reader: FrameReader): Cluster[] {
  skipChecksum(reader);
  const summaries = reader.list(() =>
    reader.record(() => {
      const first = reader.u64();
      const [low, high] = [reader.u32(), reader.u32()];
      if (high >>> 24 !== 0) throw new RangeError("a cluster has features that are not read");
      return { first, entries: low + (high & 0xffffff) * 2 ** 32 };
    }),
  );
  const columns = reader.list(() => reader.list(() => readClusterColumn(reader)));
  if (columns.length !== summaries.length) {
    throw new RangeError(`there are pages of ${columns.length} clusters, not ${summaries.length}`);
  }
  return summaries.map((summary, k) => ({ ...summary, columns: columns[k] }));
}

function readClusterColumn(reader: FrameReader): ClusterColumn {
  let [suppressed, packed] = [false, false];
  const pages = reader.list(
    () => {
      const elements = Math.abs(reader.i32()); // negative where a checksum follows the page
      return { elements, ...reader.locator() };
    },
    () => {
      suppressed = reader.i64() < 0;
      if (!suppressed) packed = reader.u32() !== 0;
    },
  );
  return suppressed ? undefined : { pages, packed };
}

function checkClusters(clusters: readonly Cluster[]): void {
  let entries = 0;
  for (const cluster of clusters) {
    if (cluster.first !== entries) {
      throw new RangeError(`a cluster begins at entry ${cluster.first}, ${entries} come before`);
    }
    entries += cluster.entries;
  }
}
