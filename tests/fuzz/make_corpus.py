#!/usr/bin/python3
"""Writes tests/fuzz/corpus/: one small file for every branch of the readers, where the fuzzer begins. Needs Debian's python3-pil and python3-numpy.
Leaves out what the fuzzer itself finds: that grows below the build folder."""
import json
import struct
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
    rgb.save(folder / "rgb.bmp")
    rgb.convert("P").save(folder / "palette.bmp")
    rgb.save(folder / "rgb.ppm")
    grey.save(folder / "grey.pgm")
    rgb.save(folder / "rgb.gif")
    rgb.save(folder / "runs.tga", compression="tga_rle")
    (folder / "comment.ppm").write_bytes(b"P6 # 9\n2 1\n255\n" + bytes(6))
    (folder / "ten_digits.ppm").write_bytes(b"P6 4294967298 1 255\n" + bytes(6))
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


# A folder has the name of its fuzz target
for make in (image, safetensors):
    folder = corpus / make.__name__
    folder.mkdir(parents=True, exist_ok=True)
    make(folder)
