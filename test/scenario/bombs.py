"""Bombs and broken files, each with what it is to be refused as: files that would cost a decoder far
more than they cost their sender, that contradict themselves, or that only look like pictures."""

import struct
import zlib

from pictures import chunk, picture

INVALID, TOO_LARGE, UNSUPPORTED = "invalid", "too_large", "unsupported"
SIDE = 8000
HUGE = [(8001, 1), (1, 8001), (60_000, 60_000), (8000, 5001)]
NOTHING = [(0, 9), (9, 0), (0, 0)]


def bombs():
    """(name, bytes, error) of all."""
    for part in (png, jpeg, gif, webp, tiff, big_tiff, bmp, cut, no_pictures):
        yield from part()


# ---- PNG ----

def ihdr(width=9, height=5, depth=8, colour=2, rest=b"\0\0\0"):
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, colour) + rest)


def png_of(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


IDAT = chunk(b"IDAT", zlib.compress(b"\0" * 28 * 5))
IEND = chunk(b"IEND", b"")


def fctl(width=9, height=5, x=0, y=0):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, width, height, x, y, 1, 10, 0, 0))


def actl(frames):
    return chunk(b"acTL", struct.pack(">II", frames, 0))


def png():
    for width, height in HUGE + [(2**31 - 1, 2**31 - 1), (2**32 - 1, 2**32 - 1), (2**31, 1)]:
        for depth, colour in ((1, 0), (16, 6)):
            yield (f"png {width} x {height} of {depth} bits",
                   png_of(ihdr(width, height, depth, colour), IDAT, IEND), TOO_LARGE)
    yield "png interlaced", png_of(ihdr(8000, 8000, 16, 6, b"\0\0\1"), IDAT, IEND), TOO_LARGE
    for width, height in NOTHING:
        yield f"png {width} x {height}", png_of(ihdr(width, height), IDAT, IEND), INVALID
    for depth, colour in ((4, 2), (16, 3), (0, 0), (3, 0), (32, 2), (8, 1), (8, 5), (8, 7), (255, 255)):
        yield (f"png of depth {depth}, colour {colour}",
               png_of(ihdr(9, 5, depth, colour), IDAT, IEND), INVALID)
    for rest in (b"\1\0\0", b"\0\1\0", b"\0\0\2", b"\xff\xff\xff"):
        yield f"png of form {rest.hex()}", png_of(ihdr(rest=rest), IDAT, IEND), INVALID
    for frames in (1001, 2**31, 2**32 - 1):
        yield f"png of {frames} frames", png_of(ihdr(), actl(frames), IDAT, IEND), TOO_LARGE
    yield ("png of more frames than it says",
           png_of(ihdr(), actl(1), IDAT, fctl() * 1001, IEND), TOO_LARGE)
    yield "png, a huge frame", png_of(ihdr(), actl(2), fctl(2**31, 2**31), IDAT), TOO_LARGE
    yield "png, an empty frame", png_of(ihdr(), actl(2), fctl(0, 5), IDAT), INVALID
    for x, y in ((1, 0), (0, 1), (2**32 - 1, 0), (0, 2**32 - 1)):
        yield f"png, a frame at {x}, {y}", png_of(ihdr(), actl(2), fctl(9, 5, x, y), IDAT), INVALID
    yield "png without pixels", png_of(ihdr(), IEND), INVALID
    yield "png without anything", png_of(IEND), INVALID
    yield "png that begins with its pixels", png_of(IDAT, ihdr(), IEND), INVALID
    yield "png with a short header", png_of(chunk(b"IHDR", b"\0\0\0\x09\0\0\0\5\10\2")), INVALID
    for length in (2**31, 2**32 - 1, 2**32 - 12):
        yield (f"png, a chunk of {length} bytes",
               png_of(ihdr(), struct.pack(">I", length), b"zTXt", IDAT, IEND), INVALID)
    yield ("png, packed text of 60 MB and no pixels",
           png_of(ihdr(), chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(60_000_000), 9))), INVALID)
    yield ("png, a packed profile of 60 MB in too large a picture",
           png_of(ihdr(9000, 1), chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(60_000_000), 9)),
                  IDAT), TOO_LARGE)


# ---- JPEG ----

SOS = b"\xff\xda\0\x08\1\1\0\0\x3f\0\x7f"
EOI = b"\xff\xd9"


def sof(width=9, height=5, marker=0xC0, bits=8, components=((1, 0x11),)):
    parts = b"".join(struct.pack("BBB", name, factors, 0) for name, factors in components)
    return struct.pack(">BBHBHHB", 0xFF, marker, 8 + len(parts), bits, height, width,
                       len(components)) + parts


def jpeg_of(*parts):
    return b"\xff\xd8" + b"".join(parts)


def jpeg():
    for width, height in HUGE + [(65_535, 65_535), (65_535, 1)]:
        for marker in (0xC0, 0xC2):
            yield (f"jpeg {width} x {height}, process {marker - 0xC0}",
                   jpeg_of(sof(width, height, marker), SOS, EOI), TOO_LARGE)
    for width, height in NOTHING:
        yield f"jpeg {width} x {height}", jpeg_of(sof(width, height), SOS, EOI), INVALID
    for process in (3, 5, 6, 7, 9, 10, 11, 13, 14, 15):
        yield f"jpeg, process {process}", jpeg_of(sof(marker=0xC0 + process), SOS, EOI), UNSUPPORTED
    for bits in (0, 2, 12, 16, 255):
        yield f"jpeg of {bits} bits", jpeg_of(sof(marker=0xC1, bits=bits), SOS, EOI), UNSUPPORTED
    for count in (2, 5, 10, 255):
        components = tuple((i, 0x11) for i in range(count))
        yield (f"jpeg of {count} components", jpeg_of(sof(components=components), SOS, EOI),
               UNSUPPORTED)
    yield "jpeg of no components", jpeg_of(sof(components=()), SOS, EOI), INVALID
    for factors in (0x00, 0x01, 0x10, 0x15, 0x51, 0xFF):
        components = ((1, factors), (2, 0x11), (3, 0x11))
        yield f"jpeg, sampling {factors:#x}", jpeg_of(sof(components=components), SOS, EOI), INVALID
    for count in (101, 1000, 50_000):
        yield (f"jpeg of {count} scans", jpeg_of(sof(marker=0xC2), SOS * count, EOI), TOO_LARGE)
    yield ("jpeg, a large one of 101 scans",
           jpeg_of(sof(7000, 5700, 0xC2), SOS * 101, EOI), TOO_LARGE)
    yield "jpeg, two headers", jpeg_of(sof(), sof(90, 50), SOS, EOI), INVALID
    yield "jpeg, pixels before the header", jpeg_of(SOS, sof(), EOI), INVALID
    yield "jpeg, no header", jpeg_of(SOS, EOI), INVALID
    yield "jpeg, no pixels", jpeg_of(sof(), EOI), INVALID
    yield "jpeg within a jpeg", jpeg_of(jpeg_of(sof(), SOS), EOI), INVALID
    yield "jpeg, a short header", jpeg_of(b"\xff\xc0\0\7\10\0\5\0\11", SOS, EOI), INVALID
    for length in (0, 1, 65_535):
        yield (f"jpeg, a segment of {length} bytes",
               jpeg_of(b"\xff\xe1", struct.pack(">H", length), b"Exif\0\0", SOS), INVALID)
    for filler, what in ((b"\xff", "fill bytes"), (b"\xff\0", "stuffed zeros"), (b"\0", "zeros"),
                         (b"\xff\xd0", "restarts")):
        yield f"jpeg of {what}", b"\xff\xd8\xff" + filler * 1_000_000, INVALID
    yield "jpeg of empty segments", jpeg_of(b"\xff\xfe\0\2" * 1_000_001, sof(), SOS), TOO_LARGE


# ---- GIF ----

def gif_of(*blocks, width=9, height=5, flags=0):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0) + b"".join(blocks)


def image(width=9, height=5, x=0, y=0, data=b"\2\2\x4c\1\0"):
    return struct.pack("<BHHHHB", 0x2C, x, y, width, height, 0) + data


def gif():
    for width, height in HUGE + [(65_535, 65_535)]:
        yield f"gif {width} x {height}", gif_of(image(), b";", width=width, height=height), TOO_LARGE
        yield f"gif, an image of {width} x {height}", gif_of(image(width, height), b";"), TOO_LARGE
        yield (f"gif, a second image of {width} x {height}",
               gif_of(image(), image(width, height), b";"), TOO_LARGE)
    for x, y in ((7992, 0), (0, 7996), (65_535, 65_535)):
        yield f"gif, an image at {x}, {y}", gif_of(image(x=x, y=y), b";"), TOO_LARGE
    for width, height in NOTHING:
        yield f"gif {width} x {height}", gif_of(image(), b";", width=width, height=height), INVALID
        yield f"gif, an image of {width} x {height}", gif_of(image(width, height), b";"), INVALID
    for count in (1001, 100_000):
        yield f"gif of {count} frames", gif_of(image() * count, b";"), TOO_LARGE
    for bits in (0, 12, 13, 255):
        data = bytes([bits]) + b"\2\x4c\1\0"
        yield f"gif, codes of {bits} bits", gif_of(image(data=data), b";"), INVALID
    yield "gif without images", gif_of(b";"), INVALID
    yield "gif of nothing but comments", gif_of(b"!\xfe\2no\0" * 1000, b";"), INVALID
    yield "gif of empty extensions", gif_of(b"!\xfe\0" * 1_000_001), TOO_LARGE
    yield "gif of a million blocks", gif_of(image(data=b"\2" + b"\1x" * 1_000_001)), TOO_LARGE
    yield "gif whose colours are cut off", gif_of(flags=0x87) + b"abc", INVALID
    yield "gif that is a script", b"GIF89a/*" + b"*/=1;alert(1)//" + image(), TOO_LARGE
    yield "gif that is a script, 87", b"GIF87a=1;alert('a picture');", TOO_LARGE


# ---- WebP ----

def riff(*chunks, length=None):
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
                              for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) if length is None else length) + body


def vp8(width=9, height=5, start=b"\x10\0\0\x9d\1\x2a"):
    return b"VP8 ", start + struct.pack("<HH", width, height) + b"pixels"


def vp8l(width=9, height=5, version=0):
    bits = (width - 1) | (height - 1) << 14 | version << 29
    return b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"pixels"


def three(number):
    return number.to_bytes(3, "little")


def canvas(flags, width=9, height=5):
    return b"VP8X", struct.pack("<I", flags) + three(width - 1) + three(height - 1)


def anmf(width=9, height=5, x=0, y=0, inside=None):
    name, data = inside or vp8(width, height)
    return b"ANMF", (three(x // 2) + three(y // 2) + three(width - 1) + three(height - 1)
                     + b"\x64\0\0\0" + name + struct.pack("<I", len(data)) + data)


def webp():
    for width, height in HUGE[:2] + [(8000, 5001), (16_383, 16_383)]:
        yield f"webp {width} x {height}", riff(vp8(width, height)), TOO_LARGE
        yield f"webp {width} x {height}, lossless", riff(vp8l(width, height)), TOO_LARGE
    for width, height in HUGE + [(2**24, 2**24), (2**24, 1)]:
        yield (f"webp, a canvas of {width} x {height}",
               riff(canvas(2, width, height), anmf()), TOO_LARGE)
    for width, height in NOTHING:
        yield f"webp {width} x {height}", riff(vp8(width, height)), INVALID
    for what, inside in (("lossy", vp8(16_383, 16_383)), ("lossless", vp8l(16_383, 16_383)),
                         ("other", vp8(5, 9))):
        yield f"webp, {what} pixels over the canvas", riff(canvas(0), inside), INVALID
        yield (f"webp, {what} pixels over the frame",
               riff(canvas(2), anmf(inside=inside)), INVALID)
    for x, y, width, height in ((2, 0, 9, 5), (0, 2, 9, 5), (2**24, 0, 1, 1), (0, 0, 2**24, 5)):
        yield (f"webp, a frame of {width} x {height} at {x}, {y}",
               riff(canvas(2), anmf(width, height, x, y, vp8())), INVALID)
    for count in (1001, 20_000):
        yield f"webp of {count} frames", riff(canvas(2), *[anmf()] * count), TOO_LARGE
    yield "webp, a short frame", riff(canvas(2), (b"ANMF", b"short")), INVALID
    yield "webp, a short canvas", riff((b"VP8X", b"\2\0\0\0\x08")), INVALID
    yield "webp without pixels", riff(canvas(0), (b"EXIF", b"II*\0")), INVALID
    yield "webp, moving without frames", riff(canvas(2), vp8()), INVALID
    yield "webp that begins with something else", riff((b"EXIF", b"II*\0"), vp8()), INVALID
    yield "webp, no key frame", riff(vp8(start=b"\x11\0\0\x9d\1\x2a")), INVALID
    yield "webp, no start code", riff(vp8(start=b"\x10\0\0\x9d\1\x2b")), INVALID
    for version in (1, 7):
        yield f"webp, lossless of version {version}", riff(vp8l(version=version)), INVALID
    for length in (0, 4, 11):
        yield f"webp, said to be of {length} bytes", riff(vp8(), length=length), INVALID
    yield ("webp of a million chunks",
           riff(canvas(2)) [:4] + struct.pack("<I", 8_000_100) + riff(canvas(2))[8:]
           + b"JUNK\0\0\0\0" * 1_000_001, TOO_LARGE)


# ---- TIFF ----

def entry(tag, value, kind=4, count=1, order="<"):
    form = {1: "B3x", 3: "H2x", 4: "I", 8: "h2x", 9: "i"}[kind]
    return struct.pack(order + "HHI", tag, kind, count) + struct.pack(order + form, value)


def directory(*entries, link=0, order="<"):
    return struct.pack(order + "H", len(entries)) + b"".join(entries) + struct.pack(order + "I", link)


def size(width=9, height=5):
    return entry(0x100, width), entry(0x101, height)


def tiff_of(*entries, link=0):
    return b"II*\0\x08\0\0\0" + directory(*entries, link=link)


def chain(count, last=(9, 5), each=(9, 5)):
    """Directories one after the other."""
    out, length = b"II*\0\x08\0\0\0", 2 + 24 + 4
    for i in range(count):
        link = 8 + (i + 1) * length if i + 1 < count else 0
        out += directory(*size(*(each if i + 1 < count else last)), link=link)
    return out


def tiff():
    for width, height in HUGE + [(2**31, 2**31), (2**32 - 1, 2**32 - 1)]:
        yield f"tiff {width} x {height}", tiff_of(*size(width, height)), TOO_LARGE
        yield f"tiff, second page of {width} x {height}", chain(2, (width, height)), TOO_LARGE
    for width, height in NOTHING:
        yield f"tiff {width} x {height}", tiff_of(*size(width, height)), INVALID
    for kind in (0xFFFF, 6, 9, 10, 32766, 32809, 32895, 32908, 32909, 34661, 34676, 34677, 34712, 34887,
                 34925, 50000, 50001, 50002):
        yield (f"tiff, compression {kind}", tiff_of(*size(), entry(0x103, kind, 3)), UNSUPPORTED)
    yield "tiff, compression of a byte", tiff_of(*size(), entry(0x103, 6, 1)), UNSUPPORTED
    yield "tiff, compression below 0", tiff_of(*size(), entry(0x103, -1, 8)), UNSUPPORTED
    yield ("tiff, compressions without end",
           tiff_of(*size(), entry(0x103, 8, 4, 2**31)), UNSUPPORTED)
    for bits in (3, 12, 24, 64, 128, 65_535):
        yield f"tiff of {bits} bits", tiff_of(*size(), entry(0x102, bits, 3)), UNSUPPORTED
    yield "tiff, bits without end", tiff_of(*size(), entry(0x102, 8, 3, 2**32 - 1)), UNSUPPORTED
    for samples in (6, 1000, 65_535):
        yield f"tiff of {samples} samples", tiff_of(*size(), entry(0x115, samples, 3)), UNSUPPORTED
    for samples, bits in ((3, 32), (4, 32), (5, 16)):
        yield (f"tiff of {samples} samples of {bits} bits",
               tiff_of(*size(8000, 5000), entry(0x115, samples, 3), entry(0x102, bits, 3)), TOO_LARGE)
    for width, height in ((2**31, 16), (16, 2**31), (2**32 - 1, 2**32 - 1), (8001, 16), (8000, 5001)):
        yield (f"tiff, tiles of {width} x {height}",
               tiff_of(*size(), entry(0x142, width), entry(0x143, height)), TOO_LARGE)
    for tag in (0x80E5, 0x80E6):
        yield f"tiff, {tag:#x} of depth", tiff_of(*size(), entry(tag, 2**31)), UNSUPPORTED
    yield "tiff, a directory that leads to itself", tiff_of(*size(), link=8) + bytes(200), INVALID
    yield "tiff, two that lead to each other", chain(2)[:-4] + b"\x08\0\0\0" + bytes(999), INVALID
    yield "tiff, a long loop", chain(300)[:-4] + b"\x08\0\0\0" + bytes(99_999), INVALID
    for count in (1001, 100_000):
        yield f"tiff of {count} pages", chain(count), TOO_LARGE
    for count in (513, 65_535):
        yield (f"tiff, {count} entries",
               b"II*\0\x08\0\0\0" + struct.pack("<H", count) + b"".join(size())
               + entry(0x8000, 1) * (count - 2) + bytes(4), TOO_LARGE)
    for offset in (9, 2**31, 2**32 - 1):
        yield (f"tiff, a directory at {offset}", b"MM\0*" + struct.pack(">I", offset) + b"\0\1",
               INVALID)
    yield "tiff, more entries than bytes", b"II*\0\x08\0\0\0\xff\xff" + bytes(100), INVALID
    yield "tiff, no directory", b"II*\0\0\0\0\0", INVALID
    yield "tiff, an empty directory", b"II*\0\x08\0\0\0" + bytes(6), INVALID
    yield "tiff, its link is cut off", tiff_of(*size())[:-1], INVALID
    yield "tiff, its next page is far away", tiff_of(*size(), link=2**32 - 8), INVALID


def big_tiff():
    def of(width, height, count=2):
        entries = [struct.pack("<HHQQ", tag, 16, 1, value)
                   for tag, value in ((0x100, width), (0x101, height))]
        return (b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, count) + b"".join(entries)
                + struct.pack("<Q", 0))

    for width, height in HUGE + [(2**63, 2**63), (2**64 - 1, 2**64 - 1), (2**32, 2**32)]:
        yield f"bigtiff {width} x {height}", of(width, height), TOO_LARGE
    for count in (3, 2**32, 2**64 // 20, 2**64 - 1):
        yield f"bigtiff, {count} entries", of(9, 5, count), INVALID
    for offset in (17, 2**63, 2**64 - 8, 2**64 - 1):
        yield (f"bigtiff, a directory at {offset}",
               b"MM\0+\0\x08\0\0" + struct.pack(">Q", offset) + b"\0\1", INVALID)
    yield "bigtiff of small offsets", b"II+\0\x04\0\0\0" + bytes(16), INVALID


# ---- BMP ----

def bmp_of(width=9, height=5, header=40, bits=24, packing=0, offset=None):
    body = struct.pack("<IHHHH" if header == 12 else "<IiiHH", header, width, height, 1, bits)
    if header > 12:
        body += struct.pack("<I", packing)
    return (b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + header if offset is None else offset)
            + body.ljust(header, b"\0") + bytes(64))


def bmp():
    for width, height in HUGE + [(1, -8001), (2**31 - 1, 2**31 - 1), (1, -2**31), (8000, -5001)]:
        yield f"bmp {width} x {height}", bmp_of(width, height), TOO_LARGE
    yield "bmp 65535 x 65535, OS/2", bmp_of(65_535, 65_535, 12), TOO_LARGE
    for width, height in NOTHING + [(-9, 5), (-2**31, 5)]:
        yield f"bmp {width} x {height}", bmp_of(width, height), INVALID
    for bits in (0, 2 + 1, 5, 48, 64, 65_535):
        yield f"bmp of {bits} bits", bmp_of(bits=bits), INVALID
    for packing, bits in ((1, 24), (1, 4), (2, 8), (3, 24), (3, 8), (4, 24), (5, 32), (6, 8), (11, 32),
                          (12, 8), (13, 4), (2**32 - 1, 24)):
        yield f"bmp, packing {packing} of {bits} bits", bmp_of(bits=bits, packing=packing), UNSUPPORTED
    for header in (13, 16, 39, 41, 128):
        yield f"bmp, a header of {header} bytes", bmp_of(header=header), INVALID
    for offset in (10_000, 2**31, 2**32 - 1):
        yield f"bmp, pixels at {offset}", bmp_of(offset=offset), INVALID


# ---- what is cut off, and what is none ----

def cut():
    """Before the pixels begin: behind them it is for a decoder to tell."""
    for kind, lengths in (("PNG", (8, 9, 20, 32, 36)), ("JPEG", (3, 4, 10, 25, 150)),
                          ("GIF", (6, 9, 12, 14)), ("WEBP", (12, 15, 20, 28)),
                          ("TIFF", (4, 7, 8, 9, 60)), ("BMP", (18, 20, 30, 53))):
        whole = picture(kind)
        for length in lengths:
            yield f"{kind} cut off at {length}", whole[:length], INVALID


def no_pictures():
    jpg = picture("JPEG")
    for name, content in (
            ("html", b"<!DOCTYPE html><script>alert(1)</script>"),
            ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
            ("svg behind a declaration", b'<?xml version="1.0"?><!DOCTYPE svg><svg/>'),
            ("pdf", b"%PDF-1.7\n1 0 obj\n<</Length 9>>stream\n" + jpg),
            ("zip", b"PK\3\4" + bytes(30) + jpg), ("gzip", b"\x1f\x8b\x08\0" + bytes(30)),
            ("elf", b"\x7fELF" + bytes(60)), ("exe", b"MZ" + bytes(60)),
            ("php", b"<?php system('id'); ?>" + jpg), ("shell", b"#!/bin/sh\nid\n"),
            ("avif", b"\0\0\0\x20ftypavif" + bytes(60)), ("heic", b"\0\0\0\x18ftypheic" + bytes(60)),
            ("icon", b"\0\0\1\0\1\0" + bytes(60)), ("photoshop", b"8BPS\0\1" + bytes(60)),
            ("jpeg 2000", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60)), ("jpeg xl", b"\xff\x0a" + bytes(60)),
            ("jpeg xr", b"II\xbc\1" + bytes(60)), ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
            ("mvg", b"push graphic-context\nimage over 0,0 0,0 'ephemeral:/etc/passwd'\n"),
            ("farbfeld", b"farbfeld" + struct.pack(">II", 9, 5) + bytes(360)),
            ("pnm", b"P6 9 5 255\n" + bytes(135)), ("sound", b"RIFF\x24\0\0\0WAVEfmt " + bytes(30)),
            ("video", b"RIFF\x24\0\0\0AVI LIST" + bytes(30)), ("words", b"BMW builds cars, they say"),
            ("mng", b"\x8aMNG\r\n\x1a\n" + bytes(60)), ("jng", b"\x8bJNG\r\n\x1a\n" + bytes(60)),
            ("a png spoilt by a mail", b"\x89PNG\n\x1a\n" + bytes(60)),
            ("gif of another year", b"GIF88a" + bytes(60)), ("a jpeg behind a byte", b"\n" + jpg),
            ("zeros", bytes(1000)), ("one byte", b"x")):
        yield name, content, UNSUPPORTED
