#!/usr/bin/python3
"""Writes tests/fuzz/corpus/: one small file for every branch of the readers, where the fuzzer begins. Needs Debian's python3-pil and python3-numpy.
Leaves out what the fuzzer itself finds: that grows below the build folder."""
import collections
import io
import json
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

corpus = Path(__file__).parent / "corpus"


def image(folder):
    rng = np.random.default_rng(1)
    rgb = Image.fromarray(rng.integers(0, 256, (9, 7, 3), dtype=np.uint8))
    grey = rgb.convert("L")
    rgb.save(folder / "rgb.png")
    grey.save(folder / "grey.png")
    rgb.convert("RGBA").save(folder / "alpha.png")
    rgb.convert("P").save(folder / "palette.png")
    rgb.convert("1").save(folder / "bit.png")
    Image.fromarray(rng.integers(0, 65536, (5, 4), dtype=np.uint16)).save(folder / "grey16.png")
    for sampling, name in enumerate(["444", "422", "420"]):
        rgb.save(folder / f"{name}.jpg", subsampling=sampling)
    grey.save(folder / "grey.jpg")
    rgb.save(folder / "progressive.jpg", progressive=True)
    rgb.convert("CMYK").save(folder / "cmyk.jpg")
    rgb.save(folder / "restarts.jpg", restart_marker_blocks=1)
    exif = Image.Exif()
    exif[0x0112] = 6
    rgb.save(folder / "turned.jpg", exif=exif)
    rgb.save(folder / "rgb.bmp")
    rgb.convert("P").save(folder / "palette.bmp")
    rgb.save(folder / "rgb.ppm")
    grey.save(folder / "grey.pgm")
    rgb.save(folder / "rgb.gif")
    rgb.save(folder / "runs.tga", compression="tga_rle")
    (folder / "comment.ppm").write_bytes(b"P6 # 9\n2 1\n255\n" + bytes(6))
    (folder / "ten_digits.ppm").write_bytes(b"P6 4294967298 1 255\n" + bytes(6))
    png, mark = (folder / "rgb.png").read_bytes(), b"IDAT"
    at = png.index(mark) - 4
    (folder / "empty_chunk.png").write_bytes(png[:at] + b"\0\0\0\0" + mark + b"\x35\xaf\x06\x1e" + png[at:])
    (folder / "fill_bytes.jpg").write_bytes((folder / "420.jpg").read_bytes().replace(b"\xff\xc4", b"\xff\xff\xff\xc4"))


def safetensors(folder):
    def write(name, header, body=b""):
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        (folder / name).write_bytes(struct.pack("<Q", len(text)) + text + body)

    def entry(dtype, shape, begin, end):
        return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}

    sizes = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
    for dtype, size in sizes.items():
        write(f"{dtype.lower()}.safetensors", {"a": entry(dtype, [2], 0, 2 * size)}, bytes(range(1, 2 * size + 1)))
    conventions = json.dumps({"pad_mode": "tf_same", "bn": "separate", "bn_eps": 1e-3, "shuffle": "paper", "mean": [127.5] * 3, "std": [127.5] * 3})
    write("two.safetensors", {"__metadata__": {"architecture": "mobilenet_v2", "alpha": "0.5", "input_size": "96", "conventions": conventions},
                              "w": entry("F32", [1, 2, 1, 1], 0, 8), "b": entry("F32", [], 8, 12)}, bytes(12))
    write("five_dimensions.safetensors", {"a": entry("F32", [1, 1, 1, 1, 1], 0, 4)}, bytes(4))
    write("overlap.safetensors", {"a": entry("F32", [1], 0, 4), "b": entry("F32", [1], 2, 6)}, bytes(6))
    write("overflow.safetensors", {"a": entry("F32", [2**32, 2**32], 0, 0)})
    write("negative.safetensors", {"a": entry("F32", [-1], 0, -4)})
    write("cut_off.safetensors", {"a": entry("F32", [1], 0, 4)}, bytes(3))
    write("nested.safetensors", b"[" * 200)
    write("not_utf8.safetensors", b'{"\xff":1}')


def pth(folder):
    """State dicts as torch.save writes them, by stand-ins of the three names that such a pickle calls."""
    torch, utils = sys.modules["torch"], sys.modules["torch._utils"] = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})
    utils._rebuild_tensor_v2 = types.FunctionType((lambda *_: None).__code__, {}, "_rebuild_tensor_v2")
    utils._rebuild_tensor_v2.__module__, utils._rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"

    class Tensor:
        def __init__(self, key, shape):
            self.key, self.shape = key, shape

        def __reduce__(self):
            strides = tuple(int(np.prod(self.shape[i + 1:])) for i in range(len(self.shape)))
            return utils._rebuild_tensor_v2, (self, 0, self.shape, strides, False, collections.OrderedDict())

    class Pickler(pickle.Pickler):
        inside = ()

        def persistent_id(self, value):  # the tensor stands for its storage where the arguments name it
            if isinstance(value, Tensor) and value in self.inside:
                return "storage", torch.FloatStorage, value.key, "cpu", int(np.prod(value.shape))
            if isinstance(value, Tensor):
                self.inside += (value,)
            return None

    def write(name, tensors, compression=zipfile.ZIP_STORED):
        state, text = collections.OrderedDict((key, Tensor(str(i), shape)) for i, (key, shape) in enumerate(tensors.items())), io.BytesIO()
        Pickler(text, 2).dump(state)
        with zipfile.ZipFile(folder / f"{name}.pth", "w") as archive:
            def add(inner, content):  # a ZipInfo of its own, or every run writes another date
                archive.writestr(zipfile.ZipInfo(f"archive/{inner}"), content, compression)
            add("data.pkl", text.getvalue())
            for tensor in state.values():
                add(f"data/{tensor.key}", bytes(4 * int(np.prod(tensor.shape))))
            add("version", "3\n")
        return text.getvalue()

    write("one", {"weight": (2,)})
    write("compressed", {"weight": (2,)}, zipfile.ZIP_DEFLATED)
    (folder / "bare.pkl").write_bytes(write("two", {"features.0.weight": (2, 1, 1, 1), "features.0.bias": (2,)}))
    (folder / "calls.pkl").write_bytes(b"\x80\x02cos\nsystem\nU\x04true\x85R.")


# A folder has the name of its fuzz target
for make in (image, safetensors, pth):
    folder = corpus / make.__name__
    folder.mkdir(parents=True, exist_ok=True)
    make(folder)
