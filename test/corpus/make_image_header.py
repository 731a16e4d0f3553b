#!/usr/bin/python3
"""Writes the seed corpus of the fuzz target image_header.

    make_image_header.py FOLDER

The pictures come from Pillow; the broken ones are put together here. Run it again only to add a
seed: its files are kept in the repository, so building and testing need no Pillow. Files whose
names begin with "crash-" were found by the fuzzer and are not made here.
"""
import io
import pathlib
import struct
import sys

from PIL import Image, PngImagePlugin

EXIF_ORIENTATION = 0x112


def exif(orientation, order="<"):
    head = b"II*\0" if order == "<" else b"MM\0*"
    return (head + struct.pack(order + "IH", 8, 1)
            + struct.pack(order + "HHIHH", EXIF_ORIENTATION, 3, 1, orientation, 0)
            + struct.pack(order + "I", 0))


def picture(mode="RGB", size=(13, 9)):
    image = Image.new("RGB", size)
    image.putdata([(x * 19 % 256, y * 27 % 256, (x + y) * 11 % 256)
                   for y in range(size[1]) for x in range(size[0])])
    return image.convert(mode)


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def real_pictures():
    moving = {"save_all": True, "append_images": [picture("P").rotate(90), picture("P").rotate(180)],
              "duration": 100, "loop": 0}
    colours = {**moving, "append_images": [picture().rotate(90), picture().rotate(180)]}
    yield "baseline.jpg", saved(picture(), "JPEG")
    yield "progressive.jpg", saved(picture(), "JPEG", progressive=True)
    yield "cmyk.jpg", saved(picture("CMYK"), "JPEG")
    for orientation in range(1, 9):
        order = "<>"[orientation % 2]
        yield (f"orientation-{orientation}.jpg",
               saved(picture(), "JPEG", exif=b"Exif\0\0" + exif(orientation, order)))
    yield "colour.png", saved(picture(), "PNG")
    yield "palette.png", saved(picture("P"), "PNG")
    yield "bits.png", saved(picture("1"), "PNG")
    yield "deep.png", saved(picture("I"), "PNG")
    yield "exif.png", saved(picture(), "PNG", exif=exif(6))
    yield "moving.png", saved(picture(), "PNG", **colours)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "between")
    yield "text.png", saved(picture("LA"), "PNG", pnginfo=text)
    yield "still.gif", saved(picture("P"), "GIF")
    yield "moving.gif", saved(picture("P"), "GIF", **moving)
    yield "comment.gif", saved(picture("P"), "GIF", comment=b"a comment")
    yield "lossy.webp", saved(picture(), "WEBP")
    yield "lossless.webp", saved(picture(), "WEBP", lossless=True)
    yield "alpha.webp", saved(picture("RGBA"), "WEBP", exact=True)
    yield "exif.webp", saved(picture(), "WEBP", exif=exif(5, ">"))
    yield "moving.webp", saved(picture(), "WEBP", **colours)
    yield "plain.tiff", saved(picture(), "TIFF")
    yield "lzw.tiff", saved(picture("L"), "TIFF", compression="tiff_lzw")
    yield "turned.tiff", saved(picture(), "TIFF", tiffinfo={EXIF_ORIENTATION: 8})
    yield "pages.tiff", saved(picture("P"), "TIFF", save_all=True, append_images=[picture("1")])
    for mode in ("1", "L", "RGB", "RGBA"):
        yield f"{mode.lower()}.bmp", saved(picture(mode), "BMP")


def tiff(order, entries, link=0):
    """A TIFF of one directory; entries of (tag, LONG value)."""
    body = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in entries)
    return ((b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(entries))
            + body + struct.pack(order + "I", link))


def big_tiff(order, entries):
    body = b"".join(struct.pack(order + "HHQQ", tag, 16, 1, value) for tag, value in entries)
    return ((b"II" if order == "<" else b"MM") + struct.pack(order + "HHHQQ", 43, 8, 0, 16,
                                                             len(entries))
            + body + struct.pack(order + "Q", 0))


def png(width, height, *chunks):
    out = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    for name, data in ((b"IHDR", header), *chunks):
        out += struct.pack(">I", len(data)) + name + data + b"\0\0\0\0"
    return out


def riff(*chunks, length=None):
    body = b"WEBP"
    for name, data in chunks:
        body += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body) if length is None else length) + body


def canvas(flags, width, height):
    return b"VP8X", struct.pack("<I", flags) + (width - 1).to_bytes(3, "little") + (
        height - 1).to_bytes(3, "little")


def gif(width, height, blocks):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + blocks


def bmp(header, width, height, bits=24):
    form = "<HHHH" if header == 12 else "<iiHH"
    body = struct.pack("<I", header) + struct.pack(form, width, height, 1, bits)
    body = body.ljust(header, b"\0")
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + header) + body + b"pixels"


def crafted():
    size = [(0x100, 9), (0x101, 5)]
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, 9, 5, 0) + b"\x02\x02\x4c\x01\0"
    vp8 = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", 9, 5)
    frame = bytes(6) + b"\x08\0\0\x04\0\0\x64\0\0\0VP8 \x0a\0\0\0" + vp8
    sof = b"\xff\xc0\0\x0b\x08\0\x05\0\x09\x01\x01\x11\0"
    sos = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"

    yield "bomb.png", png(60000, 60000, (b"IDAT", b""))
    yield "empty.png", png(0, 0, (b"IDAT", b""))
    yield "frames.png", png(9, 5, (b"acTL", struct.pack(">II", 2**32 - 1, 0)), (b"IDAT", b""))
    yield "length.png", png(9, 5)[:-4] + b"\0\0\0\0\xff\xff\xff\xffIDAT"
    yield "bomb.gif", gif(65535, 65535, image + b";")
    yield "frame-bomb.gif", gif(9, 5, struct.pack("<BHHHHB", 0x2C, 1, 1, 65535, 65535, 0) + b"\x02\0;")
    yield "frames.gif", gif(9, 5, image[:10] + b"\x02\0") + (image[:10] + b"\x02\0") * 1000
    yield "blocks.gif", gif(9, 5, b"!\xfe" + b"\x01x" * 500 + b"\0" + image)
    yield "cut.gif", gif(9, 5, image[:10] + b"\x02\xff")
    yield "loop.tiff", tiff("<", size, 8) + bytes(200)
    yield "self.tiff", tiff(">", size, 8)
    yield "bomb.tiff", tiff(">", [(0x100, 2**32 - 1), (0x101, 2**32 - 1)])
    yield "many.tiff", b"II*\0\x08\0\0\0\xff\xff" + bytes(300)
    yield "chain.tiff", b"MM\0*\0\0\0\x08" + b"\0\x01\1\0\0\4\0\0\0\1\0\0\0\1\0\0\0\x0a" * 20
    yield "big-ii.tiff", big_tiff("<", [*size, (EXIF_ORIENTATION, 7)])
    yield "big-mm.tiff", big_tiff(">", [*size, (EXIF_ORIENTATION, 7)])
    yield "big-wrap.tiff", b"II+\0\x08\0\0\0" + b"\xff" * 8 + bytes(16)
    yield "big-count.tiff", b"MM\0+\0\x08\0\0" + struct.pack(">QQ", 16, 2**64 // 20) + bytes(40)
    yield "riff-short.webp", riff((b"VP8 ", vp8), length=4)
    yield "riff-long.webp", riff((b"VP8 ", vp8), length=2**32 - 1)
    yield "canvas-bomb.webp", riff(canvas(2, 2**24, 2**24), (b"ANMF", frame))
    yield "frame.webp", riff(canvas(2, 9, 5), (b"ANMF", frame), (b"ANMF", frame))
    yield "frame-cut.webp", riff(canvas(2, 9, 5), (b"ANMF", frame), (b"ANMF", frame))[:-20]
    yield "frame-outside.webp", riff(canvas(2, 8, 5), (b"ANMF", frame))
    yield "unlike.webp", riff(canvas(0, 5, 9), (b"VP8 ", vp8))
    yield "exif-only.webp", riff(canvas(8, 9, 5), (b"VP8 ", vp8), (b"EXIF", exif(4)))
    yield "app1.jpg", b"\xff\xd8\xff\xe1\xff\xffExif\0\0" + exif(6)
    yield "padding.jpg", b"\xff\xd8" + b"\xff" * 300 + b"\xfe\0\x02stray" + sof + sos
    yield "two-frames.jpg", b"\xff\xd8" + sof + sof + sos
    yield "late-exif.jpg", b"\xff\xd8" + sof + b"\xff\xe1\0\x22Exif\0\0" + exif(3, ">") + sos
    yield "empty.jpg", b"\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\0\x01\x01\x11\0" + sos
    for header in (12, 40, 64, 108, 124):
        yield f"header-{header}.bmp", bmp(header, 9, 5)
    yield "top-down.bmp", bmp(40, 9, -5, 32)
    yield "lowest.bmp", bmp(40, 9, -2**31)
    yield "negative.bmp", bmp(124, -9, 5)
    yield "text.html", b"<!DOCTYPE html><p>hello"
    yield "text.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="5"/>'
    yield "bmw.txt", b"BMW builds cars, and this is a text"


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, data in [*real_pictures(), *crafted()]:
        (folder / name).write_bytes(data)


main()
