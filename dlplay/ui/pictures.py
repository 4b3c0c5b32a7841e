"""Uploaded pictures made into examples: checked, turned upright, cropped to the middle, shrunk to the data's size."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from typing import Literal

import numpy as np
from PIL import Image, ImageOps

from dlplay.config import Refusal

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_PIXELS = 20_000_000
FORMATS = ("PNG", "JPEG")
_UNPACKING = threading.Lock()
"""One picture at a time: the largest takes some hundred megabytes for a moment."""
Invert = Literal["auto", "yes", "no"]


def from_upload(raw: bytes, shape: tuple[int, ...], invert: Invert = "auto") -> np.ndarray:
    """The bytes of a PNG or JPEG as pixels (channel, row, column), 0 black to 1 white, of the data's shape.

    invert: swaps dark and light. "auto" does so for one-channel data, which is bright ink on black, when the picture's
    border is bright. Transparent parts count as white paper. Raises `Refusal`.
    """
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise Refusal("upload", "This data set has no images that a picture could stand for.")
    channels, rows, columns = shape
    with _UNPACKING:
        return _fitted(raw, channels, rows, columns, invert)


def _fitted(raw: bytes, channels: int, rows: int, columns: int, invert: Invert) -> np.ndarray:
    picture = _paper(_opened(raw)).convert("L" if channels == 1 else "RGB")
    fitted = ImageOps.fit(
        picture,
        (columns, rows),
        Image.Resampling.BOX if min(picture.size) >= max(rows, columns) else Image.Resampling.BICUBIC,
    )
    pixels = np.asarray(fitted, dtype=np.float32).reshape(rows, columns, channels).transpose(2, 0, 1) / 255
    if invert == "yes" or (invert == "auto" and channels == 1 and _bright_border(picture)):
        pixels = 1 - pixels
    return np.ascontiguousarray(pixels)


def _opened(raw: bytes) -> Image.Image:
    """The picture, upright. Its size is read from the header and refused before a pixel is unpacked."""
    if len(raw) > LARGEST_FILE:
        megabytes = len(raw) / 1024**2
        raise Refusal("upload", f"The file has {megabytes:.1f} MB; at most {LARGEST_FILE // 1024**2} MB are read.")
    most = f"at most {LARGEST_PIXELS / 1e6:.0f} million pixels are read"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(raw), formats=FORMATS)
        width, height = picture.size
        if width * height > LARGEST_PIXELS:
            raise Refusal("upload", f"The picture has {width:,} × {height:,} pixels; {most}.")
        picture.load()
        return ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise Refusal("upload", f"The picture is far too large; {most}.") from None
    except Refusal:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error):
        raise Refusal("upload", "The file is no PNG or JPEG picture that can be read.") from None


def _paper(picture: Image.Image) -> Image.Image:
    """Without transparency, on white; 16-bit grey scaled to 8."""
    if picture.mode.startswith("I"):
        return Image.fromarray((np.asarray(picture, dtype=np.float64) / 257).clip(0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return picture


def _bright_border(picture: Image.Image) -> bool:
    grey = np.asarray(picture.convert("L").resize((16, 16), Image.Resampling.BOX))
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return float(np.median(border)) > 127
