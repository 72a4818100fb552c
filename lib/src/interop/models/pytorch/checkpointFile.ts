import { DataError } from "../../../core/errors.js";
import { otherFormat, recognise } from "../../../core/files/fileFormat.js";
import { legacyCheckpoint } from "./legacyCheckpoint.js";
import type { OpenedFile } from "./openedFile.js";
import { zipCheckpoint } from "./zipCheckpoint.js";

const WANTED = "a file of torch.save";

/**
 * Opens a file of `torch.save` by its first bytes, whatever it is called.
 * @param limit  most bytes of what it holds, unpacked
 * @throws DataError naming what it is instead, or where it is damaged
 */
export function checkpointFile(bytes: Buffer, path: string, limit: number): OpenedFile {
  switch (recognise(bytes)?.format) {
    case "pytorch":
    case "zip":
      return zipCheckpoint(bytes, path, limit);
    case "pytorch-legacy":
      return legacyCheckpoint(bytes, path);
    case "pickle":
      throw new DataError(
        `${path}: is a Python pickle, not ${WANTED}. ` +
          'Save its tensors in Python: torch.save(model.state_dict(), "tensors.pt").',
        { path },
      );
    case "tar":
      if (!/^(?:sys_info|pickle|tensors|storages)\0/.test(bytes.toString("latin1", 0, 16))) break;
      throw new DataError(
        `${path}: is of PyTorch before 0.1.10, a tar archive. Save it anew in Python: ` +
          'torch.save(torch.load("old.pth", weights_only=False), "tensors.pt").',
        { path },
      );
    case undefined:
      if (bytes.length === 0)
        throw new DataError(
          `${path}: is empty, it was truncated or never written. Fetch it again.`,
          { path },
        );
      break;
  }
  throw otherFormat(
    path,
    bytes,
    WANTED,
    "It is no sound ZIP archive either. Name a file that torch.save has written.",
  );
}
