"""Pictures that are made as photographs are: light that changes slowly, edges, texture, and a sensor's noise.

The same in every run: all chance comes from Python's generator with a fixed seed. Kept in a folder.
"""
import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

COPIES = 32  # files that differ in a remark only: the same work, but never the same bytes
COM = b"\xff\xfe"


def plane(chance, size, cell):
    """Noise whose grains are `cell` pixels wide."""
    small = (size[0] // cell + 2, size[1] // cell + 2)
    grains = Image.frombytes("L", small, chance.randbytes(small[0] * small[1]))
    return grains.resize(size, Image.Resampling.BICUBIC)


def channel(chance, size, finest):
    """Octaves, each half as strong as the one before: what landscapes and skin look like."""
    made = plane(chance, size, 1024)
    weight = 0.5
    for cell in (512, 256, 128, 64, 32, 16, 8, 4):
        made = Image.blend(made, plane(chance, size, cell), weight * 0.62)
        weight *= 0.88
    return Image.blend(made, plane(chance, size, 1), finest)


def things(chance, image, count):
    """Areas with sharp edges in front of it."""
    width, height = image.size
    front, mask = image.copy(), Image.new("L", image.size, 0)
    draw, draw_mask = ImageDraw.Draw(front), ImageDraw.Draw(mask)
    for _ in range(count):
        x, y = chance.randrange(width), chance.randrange(height)
        radius = chance.randrange(width // 60, width // 8)
        points = [(x + chance.randint(-radius, radius), y + chance.randint(-radius, radius))
                  for _ in range(6)]
        draw.polygon(points, fill=tuple(chance.randrange(256) for _ in range(3)))
        draw_mask.polygon(points, fill=chance.randrange(60, 200))
    return Image.composite(front, image, mask.filter(ImageFilter.GaussianBlur(0.7)))


def photograph(size, seed, finest):
    chance = random.Random(seed)
    light = channel(chance, size, finest)
    tint = [plane(chance, size, 700) for _ in range(3)]
    made = Image.merge("RGB", [Image.blend(light, one, 0.3) for one in tint])
    made = things(chance, made, 40)
    return ImageChops.multiply(made, Image.new("RGB", size, (255, 250, 240)))


def jpeg(image, quality, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling="4:2:0", **options)
    return out.getvalue()


def with_remark(content, number):
    text = b"copy %06d" % number
    return content[:2] + COM + (len(text) + 2).to_bytes(2, "big") + text + content[2:]


# name: size, how much of the finest noise, quality
PHOTOS = {"2725 x 2225": ((2725, 2225), 0.1, 80), "1920 x 1080": ((1920, 1080), 0.1, 80)}
HUGE = ((7600, 5200), 0.34, 98)  # 39.5 Mpx, 29 MB


class Photos:
    """Files in `folder`, made once: copies() of a photograph, and what else is asked for."""

    def __init__(self, folder, say):
        self.folder = folder / "photos"
        self.say = say

    def made(self, name, make):
        path = self.folder / name
        if not path.exists():
            self.say(f"making {name}, once")
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_bytes(make())
            unfinished.rename(path)
        return path

    def copies(self, name):
        """COPIES files of one photograph."""
        size, finest, quality = PHOTOS[name]
        plain = name.replace(" ", "")
        first = self.made(f"{plain}.jpg", lambda: jpeg(photograph(size, 1, finest), quality))
        content = first.read_bytes()
        paths = [self.folder / f"{plain}-{n}.jpg" for n in range(COPIES)]
        for n, path in enumerate(paths):
            if not path.exists():
                path.write_bytes(with_remark(content, n))
        return paths

    def huge(self):
        size, finest, quality = HUGE
        return self.made("huge.jpg", lambda: jpeg(photograph(size, 2, finest), quality))

    def small(self, length):
        """One of exactly so many bytes: the last ones stand behind the picture's end."""
        def make():
            image = photograph((800, 600), 3, 0.035)
            for quality in range(95, 5, -1):
                content = jpeg(image, quality)
                if len(content) <= length - 8:
                    return content + bytes(length - len(content))
            raise ValueError(f"no JPEG of {length} bytes")
        return self.made(f"small-{length}.jpg", make)
