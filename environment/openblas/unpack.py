"""Takes the shared libraries out of a wheel of OpenBLAS: unpack.py WHEEL FOLDER writes FOLDER/libscipy_openblas.so (.dylib, .dll)."""
import shutil
import sys
import zipfile
from pathlib import Path

wheel, folder = sys.argv[1], Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        name = Path(member.filename).name
        if not name.endswith((".so", ".dylib", ".dll")):
            continue
        # complete under another name first: who looks meanwhile finds nothing rather than a half
        draft = folder / f".{name}.draft"
        with archive.open(member) as source, open(draft, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
        draft.replace(folder / name)
