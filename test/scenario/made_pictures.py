"""Pictures of every form we take, each with what has to be seen in it.

Pillow writes what it can; the rest is put together here byte by byte, from the formats' own
specifications. What is seen is known from what was drawn, not from reading the file back.
"""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, ImageDraw, ImageFilter

from pictures import chunk

RED, GREEN, BLUE, YELLOW = (220, 30, 20), (20, 160, 40), (30, 50, 210), (240, 210, 20)
SIZE = (320, 240)


def scene(size=SIZE, mirrored=False):
    """A patch of another colour in each corner, a white disc in the middle, ramps between: what is turned, cut
    or has its channels changed is told apart. Its edges are soft, so that filters need not agree on ringing."""
    width, height = size
    ramps = [Image.linear_gradient("L").rotate(angle).resize(size) for angle in (90, 0, 45)]
    made = Image.merge("RGB", ramps)
    draw = ImageDraw.Draw(made)
    across, down = width // 4, height // 4
    for x, y, colour in ((0, 0, RED), (width - across, 0, GREEN), (0, height - down, BLUE),
                         (width - across, height - down, YELLOW)):
        draw.rectangle((x, y, x + across, y + down), fill=colour)
    radius = min(size) // 5
    draw.ellipse((width // 2 - radius, height // 2 - radius, width // 2 + radius,
                  height // 2 + radius), fill=(255, 255, 255))
    made = made.filter(ImageFilter.GaussianBlur(2))
    return made.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else made


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def samples(image):
    """All numbers of it, row by row."""
    return image.tobytes()


def clear_left(image):
    """The same, its left half more and more transparent to the edge."""
    width, height = image.size
    alpha = Image.linear_gradient("L").rotate(90).resize((width // 2, height))
    made = image.convert("RGBA")
    whole = Image.new("L", image.size, 255)
    whole.paste(alpha, (0, 0))
    made.putalpha(whole)
    return made


def quantized(image, colours):
    """A picture with a palette of so many colours."""
    return image.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def palette_of(image, count):
    flat = image.getpalette()[:count * 3]
    return bytes(flat) + bytes(count * 3 - len(flat))


# PNG

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
         (0, 1, 1, 2))


def packed(row, bits):
    """Numbers of `bits` bits, the first in the highest bits; of 16 the high byte first."""
    if bits == 16:
        return struct.pack(f">{len(row)}H", *row)
    if bits == 8:
        return bytes(row)
    of_byte = 8 // bits
    row = list(row) + [0] * (-len(row) % of_byte)
    return bytes(sum(value << (8 - bits * (place + 1)) for place, value in
                     enumerate(row[at:at + of_byte])) for at in range(0, len(row), of_byte))


def png_of(numbers, size, bits, colour, before=b"", interlaced=False, behind=b""):
    """`numbers`: all samples, row by row; `before`: chunks between the head and the pixels."""
    width, height = size
    channels = CHANNELS[colour]
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    raw = bytearray()
    for x0, y0, right, down in passes:
        for y in range(y0, height, down):
            start = y * width * channels
            row = [numbers[start + x * channels + channel] for x in range(x0, width, right)
                   for channel in range(channels)]
            if row:
                raw += b"\0" + packed(row, bits)
    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before
            + chunk(b"IDAT", zlib.compress(bytes(raw))) + behind + chunk(b"IEND", b""))


def grey_levels(image, bits):
    """Numbers of that many bits, and the picture that they mean."""
    top = (1 << bits) - 1
    numbers = [value * top // 255 for value in samples(image.convert("L"))]
    seen = Image.new("L", image.size)
    seen.putdata([number * 255 // top for number in numbers])
    return numbers, seen


def png_grey(image, bits):
    numbers, seen = grey_levels(image, bits)
    return png_of(numbers, image.size, bits, 0), seen


def png_palette(image, bits, interlaced=False):
    made = quantized(image, 1 << bits)
    palette = chunk(b"PLTE", palette_of(made, 1 << bits))
    return png_of(samples(made), image.size, bits, 3, palette, interlaced), made.convert("RGB")


def png_palette_clear(image):
    """A palette whose first colours are clear, half clear, and opaque from then on."""
    made = quantized(image, 64)
    clear = bytes([0, 64, 128, 192])
    before = chunk(b"PLTE", palette_of(made, 64)) + chunk(b"tRNS", clear)
    seen = made.convert("RGB").convert("RGBA")
    seen.putalpha(made.copy().point(list(clear) + [255] * 252, "L"))
    return png_of(samples(made), image.size, 8, 3, before), seen


def png_16(image, colour):
    mode = {0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}[colour]
    seen = image.convert(mode)
    return png_of([value * 257 for value in samples(seen)], image.size, 16, colour), seen


def png_keyed(image):
    """No alpha, but one colour that means transparent."""
    seen = image.convert("RGB").convert("RGBA")
    hole = Image.new("RGBA", (120, 90), (1, 2, 3, 0))
    seen.paste(hole, (100, 75))
    content = png_of(samples(seen.convert("RGB")), image.size, 8, 2,
                     chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3)))
    return content, seen


# TIFF

def tiff_field(order, tag, kind, values):
    code = {3: "H", 4: "I"}[kind]
    return tag, kind, len(values), struct.pack(f"{order}{len(values)}{code}", *values)


def tiff_of(image, order="<", bits=8, tile=None, compressed=False, planar=False, orientation=1):
    """Grey, RGB, RGBA or CMYK in strips of 50 rows or in tiles, by TIFF 6.0."""
    width, height = image.size
    bands = image.split()
    photometric = {1: 1, 2: 1, 3: 2, 4: 5 if image.mode == "CMYK" else 2}[len(bands)]
    part = (tile, tile) if tile else (width, 50)
    planes = [[band] for band in bands] if planar else [bands]
    parts = []
    for plane in planes:
        for top in range(0, height, part[1]):
            for left in range(0, width, part[0]):
                bottom = top + part[1] if tile else min(top + part[1], height)
                box = (left, top, left + part[0], bottom)
                cut = [band.crop(box) for band in plane]
                numbers = samples(Image.merge(image.mode, cut) if len(cut) > 1 else cut[0])
                if bits == 16:
                    numbers = struct.pack(f"{order}{len(numbers)}H", *(n * 257 for n in numbers))
                parts.append(zlib.compress(numbers) if compressed else numbers)
    offsets, at = [], 8
    for one in parts:
        offsets.append(at)
        at += len(one)
    lengths = [len(one) for one in parts]
    fields = [tiff_field(order, tag, kind, values) for tag, kind, values in [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [bits] * len(bands)),
        (259, 3, [8 if compressed else 1]), (262, 3, [photometric]), (274, 3, [orientation]),
        (277, 3, [len(bands)]), (284, 3, [2 if planar else 1]),
        *([(322, 4, [tile]), (323, 4, [tile]), (324, 4, offsets), (325, 4, lengths)] if tile else
          [(273, 4, offsets), (278, 4, [part[1]]), (279, 4, lengths)]),
        *([(338, 3, [2])] if image.mode in ("LA", "RGBA") else [])]]
    return tiff_file(order, b"".join(parts), sorted(fields))


def tiff_file(order, body, fields):
    at = 8 + len(body)
    behind = at + 2 + 12 * len(fields) + 4
    directory, values = struct.pack(order + "H", len(fields)), b""
    for tag, kind, count, value in fields:
        if len(value) > 4:
            place = struct.pack(order + "I", behind + len(values))
            values += value
        else:
            place = value.ljust(4, b"\0")
        directory += struct.pack(order + "HHI", tag, kind, count) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    return head + body + directory + bytes(4) + values


# BMP

def bmp_file(size, bits, pixels, palette=b"", compression=0, masks=b"", top_down=False):
    width, height = size
    start = 14 + 40 + len(masks) + len(palette)
    head = struct.pack("<IiiHHIIiiII", 40, width, -height if top_down else height, 1, bits,
                       compression, len(pixels), 2835, 2835, len(palette) // 4, 0)
    return (b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + head + masks + palette
            + pixels)


def rows(numbers, stride):
    return [numbers[at:at + stride] for at in range(0, len(numbers), stride)]


def bmp_of(size, bits, lines, top_down=False, **more):
    """`lines`: from the top, each packed; they are padded to four bytes here."""
    padded = [line + bytes(-len(line) % 4) for line in lines]
    return bmp_file(size, bits, b"".join(padded if top_down else padded[::-1]), top_down=top_down,
                    **more)


def bmp_palette(image, bits, top_down=False):
    made = quantized(image, 1 << bits)
    flat = palette_of(made, 1 << bits)
    table = b"".join(bytes([b, g, r, 0]) for r, g, b in zip(*[iter(flat)] * 3))
    lines = [packed(line, bits) for line in rows(samples(made), image.width)]
    return bmp_of(image.size, bits, lines, top_down, palette=table), made.convert("RGB")


def runs_of(line):
    at = 0
    while at < len(line):
        end = at + 1
        while end < len(line) and line[end] == line[at] and end - at < 254:
            end += 1
        yield end - at, line[at]
        at = end


def bmp_rle(image, bits):
    made = quantized(image, 1 << bits)
    flat = palette_of(made, 1 << bits)
    table = b"".join(bytes([b, g, r, 0]) for r, g, b in zip(*[iter(flat)] * 3))
    lines = []
    for line in rows(samples(made), image.width)[::-1]:
        lines.append(b"".join(bytes([count, value if bits == 8 else value * 17])
                              for count, value in runs_of(line)) + b"\0\0")
    content = bmp_file(image.size, bits, b"".join(lines) + b"\0\1", table, 1 if bits == 8 else 2)
    return content, made.convert("RGB")


def bmp_16(image, green_bits):
    """Five bits a colour, or six of green said by masks."""
    red = 5 + green_bits
    lines = []
    for line in rows(samples(image.convert("RGB")), image.width * 3):
        words = [(r >> 3) << red | (g >> (8 - green_bits)) << 5 | b >> 3
                 for r, g, b in zip(*[iter(line)] * 3)]
        lines.append(struct.pack(f"<{len(words)}H", *words))
    if green_bits == 5:
        return bmp_of(image.size, 16, lines)
    masks = struct.pack("<III", 0xF800, 0x7E0, 0x1F)
    return bmp_of(image.size, 16, lines, compression=3, masks=masks)


def bmp_true(image, bits, top_down=False):
    rgb = image.convert("RGB")
    order = "BGR" if bits == 24 else "BGRX"
    lines = rows(rgb.tobytes("raw", order), image.width * bits // 8)
    return bmp_of(image.size, bits, lines, top_down)


# JPEG with inks

def inks(image):
    """As a printer's: black is taken out of the other three."""
    made = [Image.eval(band, lambda value: 255 - value) for band in image.convert("RGB").split()]
    data = list(zip(*(band.getdata() for band in made)))
    out = Image.new("CMYK", image.size)
    out.putdata([(c - min(c, m, y) // 2, m - min(c, m, y) // 2, y - min(c, m, y) // 2,
                  min(c, m, y) // 2) for c, m, y in data])
    return out


def jpeg_cmyk(image, quality=95):
    return saved(inks(image), "JPEG", quality=quality)


def jpeg_ycck(image, quality=95):
    """The same inks as luminance and two differences. Pillow does not write it, but writes four
    planes as they are; what they mean is said by the last byte of the marker Adobe."""
    cyan, magenta, yellow, black = inks(image).split()
    as_colour = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr")
    turned = [Image.eval(band, lambda value: 255 - value) for band in as_colour.split()]
    content = bytearray(saved(Image.merge("CMYK", (*turned, black)), "JPEG", quality=quality))
    at = content.index(b"\xff\xee\x00\x0eAdobe")
    assert content[at + 15] == 0
    content[at + 15] = 2
    return bytes(content)


# Frames

def frames(image, kind, **options):
    other = Image.new(image.mode, image.size, (9, 9, 9, 255)[:len(image.getbands())])
    return saved(image, kind, save_all=True, append_images=[other, other], **options)


def gif_clear(image):
    """One colour of the palette is transparent: a hole in the middle."""
    made = quantized(image, 255)
    hole = Image.new("P", (120, 90), 255)
    made.paste(hole, (100, 75))
    seen = made.convert("RGB").convert("RGBA")
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (100, 75, 220, 165))
    seen.putalpha(alpha)
    return saved(made, "GIF", transparency=255, optimize=False), seen


# Everything

def forms():
    """name: (bytes, what is seen, mean error of a channel allowed beyond what scaling brings)"""
    image = scene()
    grey, clear = image.convert("L"), clear_left(image)
    few = quantized(image, 256)
    made = {
        "JPEG": (saved(image, "JPEG", quality=92), image, 2),
        "JPEG progressive": (saved(image, "JPEG", quality=92, progressive=True), image, 2),
        "JPEG 4:4:4": (saved(image, "JPEG", quality=92, subsampling=0), image, 2),
        "JPEG 4:2:2": (saved(image, "JPEG", quality=92, subsampling=1), image, 2),
        "JPEG optimized, restart markers": (
            saved(image, "JPEG", quality=92, optimize=True, restart_marker_rows=1), image, 2),
        "JPEG grey": (saved(grey, "JPEG", quality=92), grey, 2),
        "JPEG grey, progressive": (saved(grey, "JPEG", quality=92, progressive=True), grey, 2),
        "PNG RGB": (png_of(samples(image), SIZE, 8, 2), image, 0),
        "PNG RGB, interlaced": (png_of(samples(image), SIZE, 8, 2, interlaced=True), image, 0),
        "PNG RGBA": (png_of(samples(clear), SIZE, 8, 6), clear, 1),
        "PNG RGBA, interlaced": (png_of(samples(clear), SIZE, 8, 6, interlaced=True), clear, 1),
        "PNG grey with alpha": (png_of(samples(clear.convert("LA")), SIZE, 8, 4),
                                clear.convert("LA"), 1),
        "PNG one colour clear": (*png_keyed(image), 1),
        "PNG palette with clear colours": (*png_palette_clear(image), 1),
        "PNG palette, interlaced": (*png_palette(image, 8, True), 0),
        "GIF": (saved(few, "GIF", interlace=0), few.convert("RGB"), 0),
        "GIF interlaced": (saved(few, "GIF", interlace=1), few.convert("RGB"), 0),
        "GIF with a clear colour": (*gif_clear(image), 1),
        "GIF animated": (frames(quantized(image, 64).convert("RGB"), "GIF"), image, 6),
        "WEBP lossy": (saved(image, "WEBP", quality=90), image, 3),
        "WEBP lossless": (saved(image, "WEBP", lossless=True), image, 0),
        "WEBP lossy with alpha": (saved(clear, "WEBP", quality=90), clear, 4),
        "WEBP lossless with alpha": (saved(clear, "WEBP", lossless=True, exact=True), clear, 1),
        "WEBP animated": (frames(image, "WEBP", quality=90), image, 3),
        "TIFF": (tiff_of(image), image, 0),
        "TIFF big-endian": (tiff_of(image, ">"), image, 0),
        "TIFF tiles": (tiff_of(image, tile=64), image, 0),
        "TIFF tiles, deflate, big-endian": (tiff_of(image, ">", tile=64, compressed=True), image,
                                            0),
        "TIFF planes": (tiff_of(image, planar=True), image, 0),
        "TIFF grey": (tiff_of(grey), grey, 0),
        "TIFF RGBA": (tiff_of(clear), clear, 1),
        "TIFF LZW": (saved(image, "TIFF", compression="tiff_lzw"), image, 0),
        "TIFF deflate": (saved(image, "TIFF", compression="tiff_adobe_deflate"), image, 0),
        "TIFF PackBits": (saved(image, "TIFF", compression="packbits"), image, 0),
        "TIFF JPEG": (saved(image, "TIFF", compression="jpeg", quality=92), image, 3),
        "TIFF palette": (saved(few, "TIFF"), few.convert("RGB"), 0),
        "TIFF several pages": (frames(image, "TIFF"), image, 0),
        "BMP 24": (bmp_true(image, 24), image, 0),
        "BMP 24, top-down": (bmp_true(image, 24, True), image, 0),
        "BMP 32": (bmp_true(image, 32), image, 0),
        "BMP 32, top-down": (bmp_true(image, 32, True), image, 0),
        "BMP 16": (bmp_16(image, 5), image, 4),
        "BMP 16, masks": (bmp_16(image, 6), image, 4),
        "BMP 8, top-down": (*bmp_palette(image, 8, True), 0),
        "BMP 8, runs": (*bmp_rle(image, 8), 0),
        "BMP 4, runs": (*bmp_rle(image, 4), 0),
    }
    for bits in (1, 2, 4, 8):
        made[f"PNG grey, {bits} bit"] = (*png_grey(image, bits), 0)
        made[f"PNG palette, {bits} bit"] = (*png_palette(image, bits), 0)
    for bits in (1, 4, 8):
        made[f"BMP {bits}"] = (*bmp_palette(image, bits), 0)
    for colour, name in ((0, "grey"), (2, "RGB"), (4, "grey with alpha"), (6, "RGBA")):
        source = clear if colour & 4 else image
        made[f"PNG {name}, 16 bit"] = (*png_16(source, colour), 1)
    for order, name in (("<", "little"), (">", "big")):
        made[f"TIFF 16 bit, {name}-endian"] = (tiff_of(image, order, 16), image, 1)
        made[f"TIFF grey, 16 bit, {name}-endian"] = (tiff_of(grey, order, 16), grey, 1)
    return made


FORMS = forms()

# Inks without a profile: how they look is the program's choice, within reason.
INKS = {
    "JPEG CMYK": jpeg_cmyk(scene()),
    "JPEG YCCK": jpeg_ycck(scene()),
    "TIFF CMYK": tiff_of(inks(scene())),
    "TIFF CMYK, big-endian": tiff_of(inks(scene()), ">"),
    "TIFF CMYK, LZW": saved(inks(scene()), "TIFF", compression="tiff_lzw"),
}


# Profiles

def profile_swapped():
    """sRGB with red and blue exchanged: a reader that does not convert shows the wrong colours."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count, = struct.unpack_from(">I", content, 128)
    places = {bytes(content[at:at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    content[red:red + 4], content[blue:blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(content)


def profile_gamma(gamma):
    """sRGB's colours with a tone curve that is a power."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count, = struct.unpack_from(">I", content, 128)
    tags = [struct.unpack_from(">4sII", content, 132 + 12 * n) for n in range(count)]
    curve = b"curv" + struct.pack(">IIHxx", 0, 1, int(gamma * 256))
    keep = [(name, content[at:at + size]) for name, at, size in tags]
    keep = [(name, curve if name in (b"rTRC", b"gTRC", b"bTRC") else value) for name, value in keep]
    at = 132 + 12 * len(keep)
    table, body = struct.pack(">I", len(keep)), b""
    for name, value in keep:
        table += struct.pack(">4sII", name, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    whole = content[4:128] + table + body
    return struct.pack(">I", len(whole) + 4) + whole


# What must not go out

SECRETS = [b"59.9139N", b"Karl Johans gate 22", b"a remark in the file", b"private XMP",
           b"trailing words", b"0123-SERIAL-4567"]


def exif_with_place(orientation=1):
    exif = Image.Exif()
    exif[0x112] = orientation
    exif[0x10E] = "Karl Johans gate 22"
    exif[0x8769] = {0xA431: "0123-SERIAL-4567"}
    exif[0x8825] = {1: "N", 2: (59.0, 54.0, 50.0), 3: "E", 4: (10.0, 44.0, 20.0), 0x1D: "59.9139N"}
    return exif.tobytes()


XMP = (b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
       b"private XMP</x:xmpmeta><?xpacket end='w'?>")


def jpeg_segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def talkative(kind, image):
    """A picture that says more than it shows, in every place its type has for that."""
    exif = exif_with_place()
    if kind == "JPEG":
        content = saved(image, "JPEG", quality=92, exif=exif, comment=b"a remark in the file")
        at = content.index(b"\xff\xdb")
        xmp = jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        photoshop = jpeg_segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x18\x1c\x02\x78\0"
                                       b"\x13Karl Johans gate 22")
        return content[:at] + xmp + photoshop + content[at:] + b"trailing words"
    if kind == "PNG":
        text = (chunk(b"tEXt", b"Comment\0a remark in the file")
                + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + chunk(b"eXIf", exif[6:]))
        return png_of(samples(image), image.size, 8, 2, text) + b"trailing words"
    if kind == "GIF":
        xmp = b"!\xff\x0bXMP DataXMP" + XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        content = saved(image, "GIF", comment=b"a remark in the file")
        at = content.index(b"!\xfe")
        return content[:at] + xmp + content[at:] + b"trailing words"
    if kind == "WEBP":
        return saved(image, "WEBP", quality=92, exif=exif, xmp=XMP)
    if kind == "TIFF":
        return saved(image, "TIFF", exif=exif, description="a remark in the file",
                     artist="Karl Johans gate 22") + b"trailing words"
    return saved(image, kind) + b"a remark in the file, trailing words"


# What is two things at once

SCRIPT = b"<script>alert('from a picture')</script>"
PHP = b"<?php system($_GET['command']); ?>"


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.js", SCRIPT.decode())
    return out.getvalue()


def polyglots(image):
    """name: (bytes, what must not be in a rendition)"""
    gif = saved(image, "GIF")
    width, = struct.unpack_from("<H", gif, 6)
    assert width == image.width
    jpeg = saved(image, "JPEG", quality=92)
    page = jpeg[:2] + jpeg_segment(0xFE, b"<html>" + SCRIPT + b"<!--") + jpeg[2:] + b"-->"
    png = png_of(samples(image), image.size, 8, 2, chunk(b"tEXt", b"Comment\0" + PHP))
    return {
        "JPEG and ZIP": (jpeg + archive(), [b"PK\x03\x04", b"run.js", SCRIPT]),
        "JPEG and page": (page, [SCRIPT, b"<html>"]),
        "GIF and script": (gif[:-1] + b"!\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0;"
                           + b"*/=1;alert(1)//", [SCRIPT, b"alert"]),
        "PNG and PHP": (png, [PHP, b"system("]),
        "PNG and PDF": (saved(image, "PNG") + b"%PDF-1.4\n1 0 obj<</JS(app.alert)>>", [b"%PDF",
                                                                                      b"app.alert"]),
        "BMP and PHP": (bmp_true(image, 24) + PHP, [PHP]),
    }
