"""Unpacks the two shared libraries and the headers of a TensorFlow wheel: unpack.py WHEEL FOLDER writes FOLDER/lib and FOLDER/include."""
import shutil
import sys
import zipfile
from pathlib import Path

wheel, folder = sys.argv[1], Path(sys.argv[2]).resolve()
libraries = {"tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"}
headers = "tensorflow/include/"

with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        name = member.filename
        if name in libraries:
            target = folder / "lib" / Path(name).name
        elif name.startswith(headers) and name.endswith((".h", ".inc")):
            target = folder / "include" / name[len(headers):]
        else:
            continue
        target = target.resolve()
        if folder not in target.parents:
            sys.exit(f"{wheel}: {name} leads out of the folder.")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, open(target, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
