"""What scanners, copiers, cameras and old faxes do to a page."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image, ImageFilter

Distort = Callable[[Image.Image, np.random.Generator], Image.Image]


def skew(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    degrees = rng.uniform(2, 7) * rng.choice([-1, 1])
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=image.getpixel((2, 2)))


def blur(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(1.2, 2)))


def add_noise(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    noisy = np.asarray(image).astype(np.float32) + rng.normal(0, 25, (image.height, image.width, 1))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def add_specks(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    pixels, chance = np.array(image), rng.random((image.height, image.width))
    pixels[chance < 0.01], pixels[chance > 0.99] = 0, 255
    return Image.fromarray(pixels)


def compress(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(15, 35)))
    return Image.open(file).convert("RGB")


def shrink(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    share = rng.uniform(0.55, 0.7)
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def bend(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Bend the lines as near the spine of a book."""
    x, y = np.meshgrid(np.arange(image.width), np.arange(image.height))
    rise = rng.uniform(15, 30) * np.sin(np.pi * x / image.width)
    grid = x.astype(np.float32), (y + rise).astype(np.float32)
    bent = cv2.remap(np.asarray(image), *grid, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Image.fromarray(bent.astype(np.uint8))


def photograph(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Look at the page from the side, in light that falls off."""
    width, height = image.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = corners + rng.uniform(-0.03, 0.03, (4, 2)).astype(np.float32) * (width, height)
    shape = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    pixels = cv2.warpPerspective(np.asarray(image), shape, image.size, borderMode=cv2.BORDER_REPLICATE)
    light = np.linspace(1, rng.uniform(0.55, 0.8), width)[:, np.newaxis]
    return Image.fromarray((pixels * light).astype(np.uint8))


def fade(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    low = rng.uniform(100, 150)
    return image.point(lambda value: low + value * (235 - low) / 255)


def make_bilevel(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    return image.convert("L").point(lambda value: 255 * (value > 140)).convert("RGB")


DISTORTIONS: dict[str, Distort] = {
    "clean": lambda image, rng: image,
    "skewed": skew,
    "blurred": blur,
    "noisy": add_noise,
    "specked": add_specks,
    "compressed": compress,
    "small": shrink,
    "bent": bend,
    "photographed": photograph,
    "faded": fade,
    "bilevel": make_bilevel,
}
